package import Protocol
package import Telemetry

/// The calls of one program that wait: one at a time, not too often, not too many.
package struct ProgramQueue: Sendable {
    /// Waiting calls at most; what is beyond is dropped and counted.
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
        /// Run it; ask again when it has ended. `dropped`: calls that were dropped since the last one.
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

    /// False: too many wait, and one was dropped: the least severe, of equals the newest.
    package mutating func add(_ call: Call) -> Bool {
        calls.append(call)
        guard calls.count > Self.capacity else { return true }
        dropped += 1
        let least = calls.map(\.alarm.severity).min()
        if let place = calls.lastIndex(where: { $0.alarm.severity == least }) { calls.remove(at: place) }
        return false
    }

    /// The severest first, of equals the oldest; what was told of one alarm stays in its order.
    package mutating func next(at now: Uptime) -> Step {
        guard !calls.isEmpty else { return .wait(until: .never) }
        if let startedAt, now < startedAt + gap { return .wait(until: startedAt + gap) }
        startedAt = now
        defer { dropped = 0 }
        return .run(calls.remove(at: nextPlace), dropped: dropped)
    }

    private var nextPlace: Int {
        let greatest = calls.map(\.alarm.severity).max()
        let severest = calls.first { $0.alarm.severity == greatest }
        return calls.firstIndex { $0.alarm.id == severest?.alarm.id } ?? 0
    }

    /// Takes out what waits, as nobody will run it. `dropped`: as in ``Step/run(_:dropped:)``.
    package mutating func takeAll() -> (calls: [Call], dropped: Int) {
        defer { (calls, dropped) = ([], 0) }
        return (calls, dropped)
    }
}
