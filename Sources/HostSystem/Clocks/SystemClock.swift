import Glibc
package import Telemetry

/// The two clocks of the machine. Only the program and the edges read them; the core is told.
package enum SystemClock {
    /// The wall clock, in milliseconds (CLOCK_REALTIME).
    package static var wall: WallInstant {
        let time = read(CLOCK_REALTIME)
        return WallInstant(millisecondsSince1970: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The clock of timers (CLOCK_MONOTONIC).
    package static var uptime: Uptime {
        let time = read(CLOCK_MONOTONIC)
        return Uptime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        let result = unsafe clock_gettime(clock, &time)
        precondition(result == 0, "the kernel knows both clocks")
        return time
    }
}
