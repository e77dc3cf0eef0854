import Synchronization
package import Telemetry

/// Whether every long-lived thread still makes progress. The service manager's watchdog is fed only while
/// ``overdue(at:)`` is empty, so a thread that hangs gets the program restarted.
package final class Heartbeats: Sendable {
    private let members = Mutex<[Heartbeat]>([])

    package init() {}

    /// Adds a thread that promises to beat at least once every `budget` from now on.
    package func register(_ name: String, budget: Duration, at now: Uptime) -> Heartbeat {
        let heartbeat = Heartbeat(name: name, budget: budget, at: now)
        members.withLock { $0.append(heartbeat) }
        return heartbeat
    }

    /// The names of those whose last beat is longer ago than they promised, in the order of registration.
    package func overdue(at now: Uptime) -> [String] {
        members.withLock { members in
            members.removeAll { $0.hasEnded }
            return members.filter { $0.isOverdue(at: now) }.map(\.name)
        }
    }
}

/// The pulse of one thread.
package final class Heartbeat: Sendable {
    package let name: String
    package let budget: Duration
    /// Nanoseconds of uptime; `Int64.max`: ended.
    private let last: Atomic<Int64>

    init(name: String, budget: Duration, at now: Uptime) {
        self.name = name
        self.budget = budget
        last = Atomic(now.nanoseconds)
    }

    /// Says that the thread made progress at `now`.
    package func beat(at now: Uptime) {
        last.store(now.nanoseconds, ordering: .relaxed)
    }

    /// Says that the thread is about to return; it is not asked after any more.
    package func end() {
        last.store(.max, ordering: .relaxed)
    }

    package var lastBeat: Uptime { Uptime(nanoseconds: last.load(ordering: .relaxed)) }

    fileprivate var hasEnded: Bool { lastBeat == .never }

    fileprivate func isOverdue(at now: Uptime) -> Bool { now > lastBeat + budget }
}
