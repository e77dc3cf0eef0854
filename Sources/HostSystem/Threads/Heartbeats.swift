import Synchronization
package import Telemetry

/// Who still makes progress: every long-lived thread beats, and whoever feeds the watchdog asks who is overdue.
package final class Heartbeats: Sendable {
    private struct Entry {
        var budget: Duration
        var last: Uptime
    }

    private let entries = Mutex<[String: Entry]>([:])

    package init() {}

    /// A function to call at least once every `budget`, for the thread `name`.
    package func register(_ name: String, budget: Duration) -> @Sendable () -> Void {
        entries.withLock { $0[name] = Entry(budget: budget, last: SystemClock.uptime) }
        return { [self] in entries.withLock { $0[name]?.last = SystemClock.uptime } }
    }

    /// The threads that have made no progress within their budget.
    package func overdue(at now: Uptime) -> [String] {
        entries.withLock { $0.filter { now - $0.value.last > $0.value.budget }.keys.sorted() }
    }
}
