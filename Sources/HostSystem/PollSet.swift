import Glibc
package import Telemetry

/// Descriptors to wait on together with `poll(2)`, in the order in which they were added.
package struct PollSet {
    /// What a descriptor is good for after a wait; nothing before one.
    package struct Readiness: Equatable, Sendable {
        package var canRead = false
        package var canWrite = false
        package var hasFailed = false

        package init() {}

        /// Whether there is anything to do.
        package var isReady: Bool { canRead || canWrite || hasFailed }
    }

    private var entries: [pollfd] = []

    package init() {}

    package var count: Int { entries.count }

    package mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    /// A negative descriptor is never ready and keeps its place.
    package mutating func add(_ descriptor: Int32, wantsWrite: Bool = false) {
        entries.append(pollfd(fd: descriptor, events: Int16(wantsWrite ? POLLIN | POLLOUT : POLLIN), revents: 0))
    }

    /// Waits until a descriptor is ready, at most until `deadline`; a moment in the past only looks.
    package mutating func wait(until deadline: Uptime) {
        let timeout = deadline == .zero ? 0 : pollTimeout(until: deadline)
        let count = unsafe entries.withUnsafeMutableBufferPointer { entries in
            unsafe poll(entries.baseAddress, nfds_t(entries.count), timeout)
        }
        guard count < 0 else { return }
        // Interrupted by a signal: nothing is known of any descriptor.
        for index in entries.indices { entries[index].revents = 0 }
    }

    package subscript(index: Int) -> Readiness {
        let state = Int32(entries[index].revents)
        var readiness = Readiness()
        readiness.canRead = state & POLLIN != 0
        readiness.canWrite = state & POLLOUT != 0
        readiness.hasFailed = state & (POLLERR | POLLHUP | POLLNVAL) != 0
        return readiness
    }
}
