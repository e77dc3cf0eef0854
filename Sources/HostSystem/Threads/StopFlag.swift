package import Telemetry

/// Tells a thread to end, and wakes it from `poll(2)`. Once set it stays set.
package final class StopFlag: Sendable {
    private let wake = WakeDescriptor()
    private let flag = Atomic32()

    package init() {}

    package var isSet: Bool { flag.value != 0 }

    /// Readable once set; never cleared.
    package var descriptor: Int32 { wake.raw }

    /// Waits until set, at most until `deadline`. True when it is set.
    package func wait(until deadline: Uptime) -> Bool {
        while !isSet, SystemClock.uptime < deadline { wake.sleep(until: deadline) }
        return isSet
    }

    package func set() {
        flag.value = 1
        wake.wake()
    }
}
