import Glibc

/// The few things that are done with stream sockets, each as one call that throws.
package enum Sockets {
    /// A new socket for `address`, non-blocking and not inherited by children.
    package static func open(for address: SocketAddress, kind: Int32 = streamKind) throws(SystemError) -> FileDescriptor
    {
        let flags = kind | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let raw = socket(address.family, flags, 0)
        guard raw >= 0 else { throw SystemError("create a socket", code: errno) }
        return FileDescriptor(owning: raw)
    }

    package static let streamKind = Int32(SOCK_STREAM.rawValue)
    package static let datagramKind = Int32(SOCK_DGRAM.rawValue)

    /// A socket that TCP connections can be accepted from. An error names `host:port`.
    package static func listen(host: String, port: UInt16) throws(SystemError) -> FileDescriptor {
        let descriptor = try bound(host: host, port: port)
        guard Glibc.listen(descriptor.raw, 64) == 0 else {
            throw SystemError("listen on", hostAndPort(host, port), code: errno)
        }
        return descriptor
    }

    private static func bound(host: String, port: UInt16) throws(SystemError) -> FileDescriptor {
        let address = try SocketAddress.resolve(host: host, port: port, listening: true)[0]
        let descriptor = try open(for: address)
        setOption(descriptor.raw, SOL_SOCKET, SO_REUSEADDR, 1)
        guard unsafe address.withPointer({ unsafe bind(descriptor.raw, $0, $1) }) == 0 else {
            throw SystemError("listen on", hostAndPort(host, port), code: errno)
        }
        return descriptor
    }

    /// Whether TCP connections could be accepted there; takes the address for a moment, and no connection. An error names `host:port`.
    package static func tryListening(host: String, port: UInt16) throws(SystemError) {
        _ = try bound(host: host, port: port).raw
    }

    /// The next waiting connection, non-blocking and not inherited by children: its descriptor, or -errno.
    package static func accept(from listener: Int32) -> Int32 {
        let raw = Glibc.accept(listener, nil, nil)
        guard raw >= 0 else { return -errno }
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        _ = fcntl(raw, F_SETFL, O_NONBLOCK)
        return raw
    }

    /// Starts to connect: true when connected at once, false when `descriptor` becomes writable at the end.
    package static func connect(_ descriptor: Int32, to address: SocketAddress) throws(SystemError) -> Bool {
        let result = retryingOnInterrupt {
            unsafe address.withPointer { unsafe Glibc.connect(descriptor, $0, $1) }
        }
        if result == 0 { return true }
        if errno == EINPROGRESS { return false }
        throw SystemError("connect to", address.text, code: errno)
    }

    /// The failure that waits at a socket whose connecting has ended; 0: it is connected.
    package static func pendingError(_ descriptor: Int32) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return result == 0 ? code : errno
    }

    /// Sends small answers at once, and finds out within about a minute that a silent peer is gone.
    package static func tune(_ descriptor: Int32) {
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        setOption(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE, 30)
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_KEEPINTVL, 10)
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
    }

    /// Tells the peer now what has arrived, and not with the next bytes of ours or 40 ms later. The kernel forgets it soon, so it
    /// is said after each reading.
    package static func acknowledgeAtOnce(_ descriptor: Int32) {
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_QUICKACK, 1)
    }

    /// While it is on, the kernel gathers what is written into full segments (for 200 ms at most); off sends the rest.
    package static func gather(_ descriptor: Int32, _ isOn: Bool) {
        setOption(descriptor, Int32(IPPROTO_TCP), TCP_CORK, isOn ? 1 : 0)
    }

    private static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
