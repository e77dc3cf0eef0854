import Glibc
package import Telemetry

/// Waiting for a socket and a wake descriptor together.
package enum PollSet {
    /// Waits until something is ready or `deadline`; the wake descriptor is cleared. `socket` -1 is passed over.
    package static func wait(
        wake: WakeDescriptor, socket: Int32, writing: Bool, until deadline: Uptime
    ) -> (readable: Bool, writable: Bool) {
        var entries = [
            pollfd(fd: wake.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(POLLIN) | (writing ? Int16(POLLOUT) : 0), revents: 0),
        ]
        let ready = unsafe entries.withUnsafeMutableBufferPointer {
            unsafe poll($0.baseAddress, nfds_t($0.count), pollTimeout(until: deadline))
        }
        guard ready > 0 else { return (false, false) }
        if entries[0].revents != 0 { wake.clear() }
        let events = entries[1].revents
        return (events & Int16(POLLIN | POLLERR | POLLHUP) != 0, events & Int16(POLLOUT) != 0)
    }
}
