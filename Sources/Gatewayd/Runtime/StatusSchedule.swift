import HostSystem
import Synchronization
import Telemetry

/// When something is done again that is done at an interval, as publishing the retained status.
final class StatusSchedule: Sendable {
    private let interval: Duration
    private let next: Mutex<Uptime>

    init(every interval: Duration = .seconds(60)) {
        self.interval = interval
        next = Mutex(SystemClock.uptime + interval)
    }

    /// True once each interval.
    func isDue(at now: Uptime) -> Bool {
        next.withLock { next in
            guard now >= next else { return false }
            next = now + interval
            return true
        }
    }
}
