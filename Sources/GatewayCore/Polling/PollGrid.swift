import Telemetry

/// The due times of a device: `start + k × interval`, computed and not accumulated, so that they never drift.
struct PollGrid: Equatable, Sendable {
    private let start: Int64
    private let interval: Int64
    private var slot: Int64 = 0

    /// `interval` is at least a nanosecond.
    init(start: Uptime, interval: Duration) {
        self.start = start.nanoseconds
        self.interval = max(1, interval.wholeNanoseconds)
    }

    /// The oldest slot that has not been taken.
    var due: Uptime { Uptime(nanoseconds: start + slot * interval) }

    /// Takes the newest slot that is due at `now`; the older ones are missed, and their number is returned.
    ///
    /// A device that was kept waiting is thus polled once and not in a bunch.
    mutating func take(at now: Uptime) -> UInt64 {
        let newest = max(slot, (now.nanoseconds - start) / interval)
        let missed = newest - slot
        slot = newest + 1
        return UInt64(missed)
    }
}
