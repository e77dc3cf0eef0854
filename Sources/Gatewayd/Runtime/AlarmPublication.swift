import Telemetry

/// Says when the active alarms are published: at once, but once a second at most, so that many alarms together cost little.
struct AlarmPublication: Sendable {
    private static let interval = Duration.seconds(1)

    private var isDue = false
    private var next = Uptime.zero

    /// Whether to publish now, `changed` or not since the last time. To be asked in every step: what waits is due later.
    mutating func take(changed: Bool, at now: Uptime) -> Bool {
        isDue = isDue || changed
        guard isDue, now >= next else { return false }
        isDue = false
        next = now + Self.interval
        return true
    }
}
