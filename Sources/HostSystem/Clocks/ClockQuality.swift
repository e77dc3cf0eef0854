import CLinux

/// Whether the wall clock can be trusted.
package enum ClockQuality {
    /// The kernel is told by an NTP daemon that the clock is right.
    package static var isSynchronised: Bool {
        var error = 0
        return unsafe gw_clock_synchronised(&error) == 1
    }
}
