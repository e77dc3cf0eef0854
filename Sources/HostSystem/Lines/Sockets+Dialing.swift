import Glibc
import Telemetry

extension Sockets {
    /// A connection to one of `addresses`, tried one after the other, each with an even part of what is left of `timeout`.
    /// It does not block and is tuned. Blocks until then; fails with the error of the last address.
    package static func connect(
        toOneOf addresses: [SocketAddress], timeout: Duration
    ) throws(SystemError) -> FileDescriptor {
        let deadline = SystemClock.uptime + timeout
        var failure = SystemError("connect", code: EHOSTUNREACH)
        for (index, address) in addresses.enumerated() {
            let now = SystemClock.uptime
            do throws(SystemError) {
                return try connect(to: address, until: now + (deadline - now) / (addresses.count - index))
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func connect(to address: SocketAddress, until limit: Uptime) throws(SystemError) -> FileDescriptor {
        let descriptor = try open(for: address)
        if try !connect(descriptor.raw, to: address) {
            try waitUntilWritable(descriptor.raw, until: limit, address)
            let code = pendingError(descriptor.raw)
            guard code == 0 else { throw SystemError("connect to", address.text, code: code) }
        }
        tune(descriptor.raw)
        return descriptor
    }

    private static func waitUntilWritable(
        _ descriptor: Int32, until limit: Uptime, _ address: SocketAddress
    ) throws(SystemError) {
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if unsafe poll(&entry, 1, pollTimeout(until: limit)) > 0 { return }
            if SystemClock.uptime >= limit { throw SystemError("connect to", address.text, code: ETIMEDOUT) }
        }
    }
}
