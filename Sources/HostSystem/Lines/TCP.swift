import Glibc
import Telemetry

/// TCP sockets as the rest of the program wants them: non-blocking calls with a time limit, addresses as text.
package enum TCP {
    /// A connected, blocking socket with TCP_NODELAY, within `timeout`. `host` is a name or an address.
    package static func connect(host: String, port: UInt16, timeout: Duration) throws(SystemError) -> FileDescriptor {
        let subject = "\(host):\(port)"
        var failure = SystemError("connect to", subject, code: ECONNREFUSED)
        for address in try SocketAddress.resolve(host: host, port: port, passive: false) {
            do {
                return try connect(address, subject: subject, timeout: timeout)
            } catch { failure = error }
        }
        throw failure
    }

    private static func connect(
        _ address: SocketAddress, subject: String, timeout: Duration
    ) throws(SystemError) -> FileDescriptor {
        let socket = try open(address, subject: subject)
        setNonBlocking(socket.raw, true)
        let result = unsafe address.withPointer { unsafe Glibc.connect(socket.raw, $0, $1) }
        if result != 0 {
            guard errno == EINPROGRESS else { throw SystemError("connect to", subject, code: errno) }
            var entry = pollfd(fd: socket.raw, events: Int16(POLLOUT), revents: 0)
            let ready = retryingOnInterrupt {
                unsafe poll(&entry, 1, Int32(clamping: max(1, timeout.wholeMilliseconds)))
            }
            guard ready > 0 else { throw SystemError("connect to", subject, code: ETIMEDOUT) }
            let code = pendingError(socket.raw)
            guard code == 0 else { throw SystemError("connect to", subject, code: code) }
        }
        setNonBlocking(socket.raw, false)
        var on: Int32 = 1
        unsafe setsockopt(socket.raw, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        unsafe setsockopt(socket.raw, SOL_SOCKET, SO_KEEPALIVE, &on, socklen_t(MemoryLayout<Int32>.size))
        return socket
    }

    /// A non-blocking listening socket. `port` 0 lets the kernel choose; see ``localPort(of:)``.
    package static func listen(host: String, port: UInt16) throws(SystemError) -> FileDescriptor {
        let subject = "\(host):\(port)"
        guard let address = try SocketAddress.resolve(host: host, port: port, passive: true).first else {
            throw SystemError("listen on", subject, code: EADDRNOTAVAIL)
        }
        let socket = try open(address, subject: subject)
        var on: Int32 = 1
        unsafe setsockopt(socket.raw, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe address.withPointer({ unsafe bind(socket.raw, $0, $1) }) == 0, Glibc.listen(socket.raw, 16) == 0
        else { throw SystemError("listen on", subject, code: errno) }
        setNonBlocking(socket.raw, true)
        return socket
    }

    /// The port a socket is bound to; 0 when it is none.
    package static func localPort(of descriptor: borrowing FileDescriptor) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let raw = descriptor.raw
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(raw, $0, &length)
            }
        }
        guard result == 0 else { return 0 }
        // The port is at the same place in IPv4 and IPv6 addresses.
        return unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }

    private static func open(_ address: SocketAddress, subject: String) throws(SystemError) -> FileDescriptor {
        let raw = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw SystemError("create a socket for", subject, code: errno) }
        return FileDescriptor(owning: raw)
    }

    static func pendingError(_ descriptor: Int32) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
    }

    static func setNonBlocking(_ descriptor: Int32, _ on: Bool) {
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK)
    }
}
