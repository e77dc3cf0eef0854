import Glibc
import HostSystem

/// A TCP listener on loopback that never says a word, unless it is told to hand over to somebody.
package final class SilentListener {
    package let port: UInt16
    private let socket: Int32
    private var waiting: [Int32] = []

    /// `isFull`: it takes no connection either; who connects waits for an answer to the first packet. Otherwise the kernel accepts.
    package init(isFull: Bool = false) {
        port = freePort()
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        precondition(Self.call(bind, socket, port) == 0 && listen(socket, isFull ? 0 : 64) == 0)
        if isFull { takeUpRoom() }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        for descriptor in waiting + [socket] { close(descriptor) }
    }

    /// From now on takes every connection and passes its bytes to and from `port` on loopback. A connection that a full listener
    /// left unanswered is taken when its first packet comes again, after a second.
    package func relay(to port: UInt16) {
        for descriptor in waiting { close(descriptor) }
        waiting = []
        let listener = socket
        _ = NamedThread("relay") {
            while case let near = accept(listener, nil, nil), near >= 0 {
                let far = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                guard Self.call(connect, far, port) == 0 else { return }
                for (from, to) in [(near, far), (far, near)] {
                    _ = NamedThread("relay") { Self.pass(from, to) }
                }
            }
        }
    }

    /// Until one side ends.
    private static func pass(_ from: Int32, _ to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = recv(from, &buffer, buffer.count, 0), count > 0 {
            _ = send(to, buffer, count, Int32(MSG_NOSIGNAL))
        }
        shutdown(to, Int32(SHUT_WR))
    }

    /// The kernel drops what wants to connect while connections that nobody accepts fill the queue.
    private func takeUpRoom() {
        for _ in 0..<2 {
            let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            _ = Self.call(connect, descriptor, port)
            waiting.append(descriptor)
        }
        var entry = pollfd(fd: waiting[0], events: Int16(POLLOUT), revents: 0)
        precondition(poll(&entry, 1, 10_000) == 1, "the queue fills up")
    }

    /// Calls `bind` or `connect` for `port` on loopback.
    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32, _ port: UInt16
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
