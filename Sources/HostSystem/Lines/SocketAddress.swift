import Glibc

/// An IPv4 or IPv6 address with a port, in the kernel's form.
@safe
struct SocketAddress {
    private let storage: [UInt8]
    let family: Int32

    /// All addresses of `host`, a name or a number; `passive` for listening. Name service errors come as text.
    static func resolve(host: String, port: UInt16, passive: Bool) throws(SystemError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = passive ? AI_PASSIVE : 0
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            throw SystemError("resolve \(unsafe String(cString: gai_strerror(code))):", host, code: EADDRNOTAVAIL)
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            let bytes = unsafe UnsafeRawBufferPointer(
                start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen))
            addresses.append(SocketAddress(storage: unsafe Array(bytes), family: unsafe entry.pointee.ai_family))
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe storage.withUnsafeBytes { bytes in
            unsafe body(bytes.bindMemory(to: sockaddr.self).baseAddress!, socklen_t(bytes.count))
        }
    }
}
