import Telemetry

/// How far the clock of an instrument is off, as the stamps of its frames show.
///
/// A frame arrives after it was made. A stamp that lies ahead therefore proves at once that the clock is fast. One that
/// lies behind may belong to a frame that was kept back: only a distance that stays the same proves a slow clock.
struct InstrumentClock: Equatable, Sendable {
    enum Verdict: Equatable, Sendable {
        /// Nothing is proved.
        case unknown
        /// Right within what the configuration allows; the distance as it was seen last.
        case right(Duration)
        /// Off by this; positive: fast.
        case off(Duration)
    }

    /// Distances that differ by no more than this are the same.
    private static let steadiness = Duration.seconds(5)
    /// A known distance stays as it is while it changes by less than this: stamps may be in whole seconds.
    private static let jitter = Duration.seconds(1)
    /// Frames, and the time they take, that prove a distance which may be a delay.
    private static let proof = (frames: 3, time: Duration.seconds(10))

    /// A distance that may be a delay, since when, and in how many frames.
    private struct Suspicion: Equatable, Sendable {
        let offset: Duration
        let since: Uptime
        var frames = 1
    }

    private(set) var verdict = Verdict.unknown
    private var suspicion: Suspicion?

    /// Time to take off a stamp; zero where nothing is proved.
    var correction: Duration {
        if case .off(let offset) = verdict { offset } else { .zero }
    }

    /// By how much a clock that counts as right is fast.
    var lead: Duration {
        if case .right(let offset) = verdict { max(.zero, offset) } else { .zero }
    }

    /// Whether it is known how far the clock is off, and nothing that came since speaks against it.
    var isKnown: Bool { verdict != .unknown && suspicion == nil }

    /// A frame came whose stamp is `offset` ahead of our clock. `allowed`: the distance up to which a clock is right.
    mutating func heard(_ offset: Duration, allowed: Duration, at now: Uptime) {
        if isJitter(offset) {
            suspicion = nil
        } else if offset.magnitude <= allowed {
            verdict = .right(offset)
            suspicion = nil
        } else if isProved(offset) {
            verdict = .off(offset)
            suspicion = nil
        } else {
            suspect(offset, at: now)
        }
    }

    /// Whether `offset` differs from what is known by no more than the way of a frame takes, now longer, now shorter.
    private func isJitter(_ offset: Duration) -> Bool {
        if case .off(let known) = verdict { (offset - known).magnitude < Self.jitter } else { false }
    }

    /// Whether `offset` is no delay, or what is known already.
    private func isProved(_ offset: Duration) -> Bool {
        guard case .off(let known) = verdict else { return offset > .zero }
        return (offset - known).magnitude <= Self.steadiness || offset > max(known, .zero)
    }

    private mutating func suspect(_ offset: Duration, at now: Uptime) {
        // A stamp can be late but not early: the clock is not as slow as it was.
        if case .off(let known) = verdict, offset > known { verdict = .unknown }
        guard var same = suspicion, (offset - same.offset).magnitude <= Self.steadiness else {
            suspicion = Suspicion(offset: offset, since: now)
            return
        }
        same.frames += 1
        suspicion = same
        guard same.frames >= Self.proof.frames, now - same.since >= Self.proof.time else { return }
        verdict = .off(offset)
        suspicion = nil
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
