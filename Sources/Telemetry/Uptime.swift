/// A moment on the clock that never steps: nanoseconds since an arbitrary start, in practice since boot.
///
/// Timers, timeouts, back-off and ages use it. Only the difference of two values means anything.
package struct Uptime: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static let zero = Uptime(nanoseconds: 0)
    /// Later than every moment a timer can name.
    package static let never = Uptime(nanoseconds: .max)

    package static func < (a: Uptime, b: Uptime) -> Bool {
        a.nanoseconds < b.nanoseconds
    }

    package static func + (moment: Uptime, duration: Duration) -> Uptime {
        let (sum, overflow) = moment.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return overflow ? .never : Uptime(nanoseconds: sum)
    }

    package static func - (moment: Uptime, duration: Duration) -> Uptime {
        Uptime(nanoseconds: moment.nanoseconds - duration.wholeNanoseconds)
    }

    /// The time from `earlier` to `later`; negative when they are the other way round.
    package static func - (later: Uptime, earlier: Uptime) -> Duration {
        .nanoseconds(later.nanoseconds - earlier.nanoseconds)
    }
}
