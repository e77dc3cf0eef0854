import CLinux
import Glibc
package import Telemetry

/// Something a thread can wait on together with sockets, and another thread can set: an eventfd.
///
/// Setting it twice before it is cleared is the same as setting it once.
@safe
package final class WakeDescriptor: Sendable {
    /// For `poll(2)`: readable while set.
    package let raw: Int32

    package init() {
        raw = gw_eventfd()
        precondition(raw >= 0, "cannot create an eventfd: \(SystemError.text(of: errno))")
    }

    deinit { close(raw) }

    /// Wakes whoever waits. May be called from any thread.
    package func wake() {
        var one: UInt64 = 1
        _ = unsafe write(raw, &one, 8)
    }

    /// Takes the wish to wake back. Called by the waiting thread.
    package func clear() {
        var count: UInt64 = 0
        _ = unsafe read(raw, &count, 8)
    }

    /// Waits until set or until `deadline`, then clears it. True when it was set.
    package func wait(until deadline: Uptime) -> Bool {
        let isSet = sleep(until: deadline)
        if isSet { clear() }
        return isSet
    }

    /// Waits until set or until `deadline`, and leaves it as it is. True when it is set.
    @discardableResult
    func sleep(until deadline: Uptime) -> Bool {
        while true {
            var entry = pollfd(fd: raw, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&entry, 1, pollTimeout(until: deadline)) > 0 { return true }
            if SystemClock.uptime >= deadline { return false }
        }
    }
}

/// The time until `deadline` as `poll(2)` wants it: milliseconds rounded up, 0 when past, at most one hour.
package func pollTimeout(until deadline: Uptime) -> Int32 {
    let left = deadline.nanoseconds.subtractingReportingOverflow(SystemClock.uptime.nanoseconds).partialValue
    if left <= 0 { return 0 }
    return Int32(min((left + 999_999) / 1_000_000, 3_600_000))
}
