import Synchronization
package import Telemetry

/// Whether every long-lived thread still makes progress. The service manager's watchdog is fed only while
/// ``overdue(at:)`` is empty, so a thread that hangs gets the program restarted.
package final class Heartbeats: Sendable {
    private let members = Mutex<[Member]>([])

    package init() {}

    /// Adds the thread `name`. It promises to call the function that is returned at least once every `budget` from now on,
    /// for as long as anybody keeps that function.
    package func register(_ name: String, budget: Duration) -> @Sendable () -> Void {
        let heartbeat = add(name, budget: budget, at: SystemClock.uptime)
        return { heartbeat.beat(at: SystemClock.uptime) }
    }

    /// The names of those whose last beat is longer ago than they promised, in the order of registration.
    package func overdue(at now: Uptime) -> [String] {
        members.withLock { members in
            members.compactMap { $0.heartbeat }.filter { $0.isOverdue(at: now) }.map(\.name)
        }
    }

    func add(_ name: String, budget: Duration, at now: Uptime) -> Heartbeat {
        let heartbeat = Heartbeat(name: name, budget: budget, at: now)
        members.withLock { members in
            members.removeAll { $0.heartbeat == nil }
            members.append(Member(heartbeat: heartbeat))
        }
        return heartbeat
    }

    /// One thread; gone with the thread.
    private struct Member: Sendable {
        weak var heartbeat: Heartbeat?
    }
}

/// The pulse of one thread; beating takes no lock.
final class Heartbeat: Sendable {
    let name: String
    private let budget: Duration
    /// Nanoseconds of uptime.
    private let last: Atomic<Int64>

    init(name: String, budget: Duration, at now: Uptime) {
        self.name = name
        self.budget = budget
        last = Atomic(now.nanoseconds)
    }

    func beat(at now: Uptime) { last.store(now.nanoseconds, ordering: .relaxed) }

    func isOverdue(at now: Uptime) -> Bool {
        now > Uptime(nanoseconds: last.load(ordering: .relaxed)) + budget
    }
}
