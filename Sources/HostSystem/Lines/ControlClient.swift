import Glibc
import Telemetry

/// The other side of ``ControlSocket``: asks a running daemon one thing.
package enum ControlClient {
    /// Replies are not longer than this.
    package static let longestReply = 16 * 1_024 * 1_024

    /// Sends `line` and returns everything that comes back until the daemon closes.
    ///
    /// Fails with ENOENT or ECONNREFUSED when no daemon runs there, EACCES for another user, ETIMEDOUT after `timeout`.
    package static func request(
        _ line: String, path: String, timeout: Duration = .seconds(5)
    ) throws(SystemError) -> [UInt8] {
        let deadline = SystemClock.uptime + timeout
        let address = try SocketAddress(path: path)
        let descriptor = try Sockets.open(for: address)
        guard unsafe address.withPointer({ unsafe connect(descriptor.raw, $0, $1) }) == 0 else {
            throw SystemError("connect to", path, code: errno)
        }
        try send(Array((line + "\n").utf8), on: descriptor.raw, path, until: deadline)
        return try receive(from: descriptor.raw, path, until: deadline)
    }

    private static func send(
        _ bytes: [UInt8], on descriptor: Int32, _ path: String, until deadline: Uptime
    ) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = retryingOnInterrupt {
                unsafe rest.withUnsafeBytes {
                    unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else {
                guard errno == EAGAIN else { throw SystemError("ask", path, code: errno) }
                try wait(for: POLLOUT, at: descriptor, path, until: deadline)
            }
        }
    }

    private static func receive(
        from descriptor: Int32, _ path: String, until deadline: Uptime
    ) throws(SystemError) -> [UInt8] {
        var reply: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = retryingOnInterrupt { unsafe read(descriptor, &buffer, buffer.count) }
            if count == 0 { return reply }
            if count > 0 {
                reply += buffer[..<count]
                guard reply.count <= longestReply else { throw SystemError("ask", path, code: EMSGSIZE) }
            } else {
                guard errno == EAGAIN else { throw SystemError("ask", path, code: errno) }
                try wait(for: POLLIN, at: descriptor, path, until: deadline)
            }
        }
    }

    private static func wait(
        for events: Int32, at descriptor: Int32, _ path: String, until deadline: Uptime
    ) throws(SystemError) {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        let ready = unsafe poll(&entry, 1, pollTimeout(until: deadline))
        if ready <= 0, SystemClock.uptime >= deadline { throw SystemError("ask", path, code: ETIMEDOUT) }
    }
}
