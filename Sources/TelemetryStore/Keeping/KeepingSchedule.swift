import Telemetry

/// When the journal tidies up: in small steps with pauses, while no commit is due, and only when that was never the case for
/// long before one.
struct KeepingSchedule: Equatable, Sendable {
    enum Outcome: Equatable {
        /// Nothing is left to do.
        case done
        /// There is more of what has time.
        case more
        /// There is more, and the disk is nearly full.
        case urgent
    }

    private let interval: Duration
    private(set) var next: Uptime
    /// A step may be put off by commits for so long.
    private var patience = Self.usualPatience
    private static let usualPatience = Duration.milliseconds(100)

    init(interval: Duration, at now: Uptime) {
        self.interval = interval
        next = now + interval
    }

    /// Whether a step may run now, when the next commit is due at `due`.
    func isDue(at now: Uptime, commit due: Uptime?) -> Bool {
        guard now >= next else { return false }
        return due.map { $0 > now } ?? true || now >= next + patience
    }

    /// A step takes a tenth of the time at most while there is time. When space is short, steps and commits take turns.
    mutating func ended(_ outcome: Outcome, took: Duration, at now: Uptime) {
        patience = outcome == .urgent ? .zero : Self.usualPatience
        switch outcome {
        case .done: next = now + interval
        case .more: next = now + max(min(interval, .milliseconds(20)), took * 9)
        case .urgent: next = now + .milliseconds(1)
        }
    }

    /// The disk is full: do not wait.
    mutating func hurry(at now: Uptime) {
        patience = .zero
        next = min(next, now)
    }
}
