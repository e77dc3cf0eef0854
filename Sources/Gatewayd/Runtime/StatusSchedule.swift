import HostSystem
import Synchronization
import Telemetry

/// When the retained status is published anew: once a minute.
final class StatusSchedule: Sendable {
    private static let interval = Duration.seconds(60)
    private let next: Mutex<Uptime>

    init() { next = Mutex(SystemClock.uptime + Self.interval) }

    /// True once each interval.
    func isDue(at now: Uptime) -> Bool {
        next.withLock { next in
            guard now >= next else { return false }
            next = now + Self.interval
            return true
        }
    }
}
