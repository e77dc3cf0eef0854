import Glibc

/// An address that sockets are bound or connected to: IPv4, IPv6, or a name in the file system.
@safe
package struct SocketAddress: Sendable {
    private var storage = sockaddr_storage()
    private var length: socklen_t

    /// The addresses `host` (a number or a name; empty with `listening`: any) stands for, in the resolver's order.
    /// A name may take the resolver's time-out.
    package static func resolve(
        host: String, port: UInt16, listening: Bool = false
    ) throws(SystemError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = (listening ? AI_PASSIVE : 0) | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host.isEmpty ? nil : host, String(port), &hints, &list)
        guard code == 0 else {
            throw SystemError("look up the address", host, code: code == EAI_SYSTEM ? errno : code)
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = unsafe list
        while let current = unsafe entry?.pointee {
            if let address = unsafe SocketAddress(current.ai_addr, length: current.ai_addrlen) {
                addresses.append(address)
            }
            unsafe entry = current.ai_next
        }
        guard !addresses.isEmpty else { throw SystemError("look up the address", host, code: EAI_NONAME) }
        return addresses
    }

    /// The socket file `path`, at most 107 bytes; a leading `@` stands for the abstract name space of Linux.
    package init(path: String) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard !name.isEmpty, !name.contains(0), name.count < capacity else {
            throw SystemError("use the socket", path, code: name.isEmpty ? EINVAL : ENAMETOOLONG)
        }
        let isAbstract = name[0] == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        unsafe withUnsafeMutableBytes(of: &storage) { target in
            unsafe withUnsafeBytes(of: address) { unsafe target.copyMemory(from: $0) }
        }
        length = socklen_t(MemoryLayout<sa_family_t>.size + name.count + (isAbstract ? 0 : 1))
    }

    private init?(_ address: UnsafeMutablePointer<sockaddr>?, length: socklen_t) {
        guard let address = unsafe address, Int(length) <= MemoryLayout<sockaddr_storage>.size else { return nil }
        self.length = length
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
        }
    }

    /// What `getsockname` (our side) or `getpeername` (the other side) says of `descriptor`; nil when it cannot tell.
    package init?(of descriptor: Int32, peer: Bool) {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var length = length
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe peer ? getpeername(descriptor, address, &length) : getsockname(descriptor, address, &length)
            }
        }
        guard result == 0 else { return nil }
        self.length = length
    }

    package var family: Int32 { Int32(storage.ss_family) }

    /// The TCP port; 0 for a socket file.
    package var port: UInt16 {
        unsafe withUnsafeBytes(of: storage) { bytes in
            switch family {
            case AF_INET: unsafe bytes.load(as: sockaddr_in.self).sin_port.byteSwapped
            case AF_INET6: unsafe bytes.load(as: sockaddr_in6.self).sin6_port.byteSwapped
            default: 0
            }
        }
    }

    /// Lends the address to a system call.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }
}
