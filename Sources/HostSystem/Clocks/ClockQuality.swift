import CLinux

/// How far the wall clock can be trusted. Source: adjtimex(2).
package struct ClockQuality: Equatable, Sendable {
    /// Whether a time service keeps the clock right.
    package let isSynchronised: Bool
    /// The kernel's estimate of how wrong the clock is; meaningless when not synchronised.
    package let estimatedError: Duration

    /// What the kernel says now.
    package static var current: ClockQuality {
        var microseconds = 0
        let isSynchronised = unsafe gw_clock_synchronised(&microseconds) == 1
        return ClockQuality(isSynchronised: isSynchronised, estimatedError: .microseconds(microseconds))
    }
}
