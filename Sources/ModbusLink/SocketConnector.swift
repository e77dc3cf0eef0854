import Glibc
import HostSystem
import Telemetry

/// Opens TCP connections within a time limit, to a name or to an address of IPv4 or IPv6.
///
/// libmodbus could connect by itself, but waits with select(2) before anybody can look at the number of the descriptor.
enum SocketConnector {
    /// A connected socket that does not block and does not delay small packets (TCP_NODELAY).
    ///
    /// The addresses of a name are tried one after the other, each with an even part of what is left of `timeout`. Looking
    /// up the name takes the time of the resolver on top.
    static func connect(
        host: String, port: UInt16, timeout: Duration, operation: String
    ) throws(ModbusError) -> FileDescriptor {
        let addresses = try resolve(host: host, port: port, operation: operation)
        let deadline = SystemClock.uptime + timeout
        var code = EHOSTUNREACH
        for (index, address) in addresses.enumerated() {
            let now = SystemClock.uptime
            let limit = now + (deadline - now) / (addresses.count - index)
            let socket = Glibc.socket(
                address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard socket >= 0 else {
                code = errno
                continue
            }
            let descriptor = FileDescriptor(owning: socket)
            code = address.connect(descriptor.raw, until: limit)
            if code == 0 {
                var one: Int32 = 1
                _ = unsafe setsockopt(descriptor.raw, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
                return descriptor
            }
        }
        // That nobody answers the door is not an answer that came too late.
        throw ModbusError(operation, .notConnected, code: code)
    }

    private static func resolve(host: String, port: UInt16, operation: String) throws(ModbusError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            throw ModbusError("\(operation) (\(unsafe String(cString: gai_strerror(code))))", .notConnected)
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = unsafe list
        while let next = unsafe entry {
            if let address = unsafe SocketAddress(next.pointee) { addresses.append(address) }
            unsafe entry = next.pointee.ai_next
        }
        return addresses
    }
}

/// One address a name stands for.
@safe
private struct SocketAddress {
    let family: Int32
    private var storage = sockaddr_storage()
    private let length: socklen_t

    init?(_ info: addrinfo) {
        guard let address = unsafe info.ai_addr, unsafe Int(info.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
        else { return nil }
        family = unsafe info.ai_family
        length = unsafe info.ai_addrlen
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
        }
    }

    /// 0 once `socket` is connected, or the errno.
    func connect(_ socket: Int32, until limit: Uptime) -> Int32 {
        let result = unsafe withUnsafeBytes(of: storage) { bytes in
            guard let address = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return EINVAL }
            return unsafe Glibc.connect(socket, address, length) == 0 ? 0 : errno
        }
        guard result == EINPROGRESS else { return result }
        while true {
            var entry = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            if unsafe poll(&entry, 1, pollTimeout(until: limit)) > 0 { break }
            if SystemClock.uptime >= limit { return ETIMEDOUT }
        }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
    }
}
