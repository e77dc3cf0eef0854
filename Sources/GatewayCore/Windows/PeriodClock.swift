import Telemetry

/// The time that periods run by: the wall clock, but not each step of it.
///
/// A step of more than a minute is followed when the clock has stood on the new time for 90 s, or, ahead and without a time
/// service, for ten minutes. Until then periods go on by the earlier time. A clock that comes back before has changed nothing.
/// After a start there is no earlier time: steps are followed at once, and the clock is trusted when it has stood as long.
struct PeriodClock: Sendable {
    /// The longest step that is followed at once.
    static let shortStep = Duration.seconds(60)
    private static let shortStand = Duration.seconds(90)
    private static let longStand = Duration.seconds(600)

    /// Whether a time service keeps the clock right; nil: nobody has said, and the clock is trusted.
    private var isSynchronised: Bool?
    /// What the clock showed last; nil before it showed anything.
    private var seen: (wall: WallInstant, now: Uptime)?
    /// Since when the clock has run without a step.
    private var stoodSince = Uptime.zero
    /// How far the clock is ahead of the time that periods run by.
    private(set) var lead = Duration.zero
    /// Whether the clock has ever stood long enough.
    private var isKnown = true

    /// Whether what the clock shows is believed, so that long periods may close.
    var isTrusted: Bool { isKnown && lead == .zero }

    /// Takes whether a time service keeps the clock right.
    mutating func isSynchronised(_ isSynchronised: Bool) {
        if self.isSynchronised == nil, lead == .zero { isKnown = false }
        self.isSynchronised = isSynchronised
    }

    /// Takes what the clock shows. Returns the step by which the time of the periods moves.
    mutating func show(_ wall: WallInstant, at now: Uptime) -> Duration {
        guard let before = seen else {
            seen = (wall, now)
            stoodSince = now
            return .zero
        }
        let step = (wall - before.wall) - (now - before.now)
        seen = (wall, now)
        var followed = step
        if step.isLongerThan(Self.shortStep) {
            stoodSince = now
            if isKnown {
                lead = lead + step
                followed = .zero
            }
        }
        // What comes back within the shortest step is no step any more; what has stood is followed.
        if now - stoodSince >= neededStand || !lead.isLongerThan(Self.shortStep) {
            followed = followed + lead
            lead = .zero
        }
        if now - stoodSince >= neededStand { isKnown = true }
        return followed
    }

    /// The time that periods run by when the clock shows `wall`.
    func time(_ wall: WallInstant) -> WallInstant { wall - lead }

    /// An instant that the clock showed a moment ago, likewise; `present`: the time that periods run by.
    func time(of instant: WallInstant, present: WallInstant) -> WallInstant {
        guard let seen else { return instant }
        let age = seen.wall - instant
        return age.isLongerThan(Self.shortStep) ? present : present - age
    }

    private var neededStand: Duration { isSynchronised == false && lead >= .zero ? Self.longStand : Self.shortStand }
}

extension Duration {
    fileprivate func isLongerThan(_ other: Duration) -> Bool { self > other || self < .zero - other }
}
