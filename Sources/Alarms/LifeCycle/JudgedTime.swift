import JSON
package import Telemetry

/// How long an alarm about values or periods was judged bad, and since when nothing could be judged.
///
/// An hour that nobody could judge is no exceedance: it is neither counted nor told as one. Source: monitoring practice,
/// duration of an exceedance as the sum of the exceeding periods.
package struct JudgedTime: Equatable, Sendable {
    /// What was found of the time up to a verdict.
    enum Finding: Sendable {
        case bad, good, unknown
    }

    /// A time in which nothing could be judged.
    package struct Pause: Equatable, Sendable {
        package var from: WallInstant
        /// The beginning of what was judged next; nil: it goes on.
        package var to: WallInstant?
    }

    /// Samples further apart than this have a pause between them.
    private static let longestStep = Duration.seconds(600)

    /// The sum of the bad periods; of samples the time between a bad one and the next, where none is missing.
    package private(set) var bad: Duration
    /// The end of the latest bad one; nil: not known.
    package private(set) var badUntil: WallInstant?
    /// The latest time without a judgement since then.
    package private(set) var pause: Pause?
    /// The end of what was judged last.
    private var judgedUntil: WallInstant?
    /// Whether the latest sample that was judged was bad.
    private var isBad = false

    init(bad: Duration = .zero) {
        self.bad = bad
    }

    /// `span`: the length of the judged period, zero of a sample; `elapsed`: since the sample before, nil: unknown;
    /// `now`: the end of the period.
    mutating func note(_ finding: Finding, of span: Duration, after elapsed: Duration?, at now: WallInstant) {
        if finding == .unknown {
            isBad = false
            if pause?.to != nil || pause == nil { pause = Pause(from: judgedUntil ?? now, to: nil) }
            return
        }
        // A period that is missing altogether was not judged either.
        let missing = judgedUntil.map { now - span - $0 } ?? .zero
        if pause?.to != nil || pause == nil, let judgedUntil, missing >= (span > .zero ? span : Self.longestStep) {
            pause = Pause(from: judgedUntil, to: nil)
        }
        if let from = pause?.from, pause?.to == nil { pause?.to = max(from, now - span) }
        if span > .zero {
            bad += finding == .bad ? span : .zero
        } else if isBad, let elapsed {
            bad += elapsed <= Self.longestStep ? elapsed : AlarmLifecycle.longestStep
        }
        isBad = finding == .bad
        judgedUntil = now
        guard finding == .bad else { return }
        badUntil = now
        pause = nil
    }
}

extension JudgedTime {
    var state: JSONValue {
        .object(compact: [
            ("bad", .duration(bad)), ("badUntil", badUntil.map { .instant($0) }),
            ("until", judgedUntil.map { .instant($0) }), ("from", pause.map { .instant($0.from) }),
            ("to", pause?.to.map { .instant($0) }), ("isBad", .bool(isBad)),
        ])
    }

    init(state: JSONValue) {
        bad = max(.zero, state.duration("bad") ?? .zero)
        badUntil = state.instant("badUntil")
        judgedUntil = state.instant("until")
        isBad = state["isBad"]?.boolValue ?? false
        pause = state.instant("from").map { Pause(from: $0, to: state.instant("to")) }
    }
}
