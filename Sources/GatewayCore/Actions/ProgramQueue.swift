package import Protocol
package import Telemetry

/// The calls of one program that wait: one at a time, not too often, not too many.
package struct ProgramQueue: Sendable {
    /// Waiting calls at most; further ones are dropped and counted.
    package static let capacity = 32

    /// An alarm that the program is to be told of.
    package struct Call: Equatable, Sendable {
        package var occasion: ActionConfiguration.Occasion
        package var alarm: AlarmReport

        package init(_ occasion: ActionConfiguration.Occasion, _ alarm: AlarmReport) {
            self.occasion = occasion
            self.alarm = alarm
        }
    }

    package enum Step: Equatable, Sendable {
        /// Run it; ask again when it has ended. `dropped`: calls that found no place since the last one.
        case run(Call, dropped: Int)
        case wait(until: Uptime)
    }

    /// The shortest time from one start to the next.
    package var gap: Duration
    private var calls: [Call] = []
    private var startedAt: Uptime?
    private var dropped = 0

    package init(gap: Duration) {
        self.gap = gap
    }

    /// False: too many wait.
    package mutating func add(_ call: Call) -> Bool {
        guard calls.count < Self.capacity else {
            dropped += 1
            return false
        }
        calls.append(call)
        return true
    }

    package mutating func next(at now: Uptime) -> Step {
        guard !calls.isEmpty else { return .wait(until: .never) }
        if let startedAt, now < startedAt + gap { return .wait(until: startedAt + gap) }
        startedAt = now
        defer { dropped = 0 }
        return .run(calls.removeFirst(), dropped: dropped)
    }

    /// Takes out what waits, as nobody will run it. `dropped`: as in ``Step/run(_:dropped:)``.
    package mutating func takeAll() -> (calls: [Call], dropped: Int) {
        defer { (calls, dropped) = ([], 0) }
        return (calls, dropped)
    }
}
