import Glibc

extension SocketAddress {
    /// The 4 bytes of an IPv4 or 16 of an IPv6 address, most significant first; none for a socket file.
    package var addressBytes: [UInt8] {
        unsafe withPointer { address, _ in
            switch family {
            case AF_INET:
                unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    unsafe withUnsafeBytes(of: $0.pointee.sin_addr) { unsafe Array($0) }
                }
            case AF_INET6:
                unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    unsafe withUnsafeBytes(of: $0.pointee.sin6_addr) { unsafe Array($0) }
                }
            default: []
            }
        }
    }

    /// `127.0.0.1:502`, `[::1]:502`; for a socket file `local`.
    package var text: String {
        guard let host = numericHost else { return "local" }
        return host.isEmpty ? "unknown" : hostAndPort(host, port)
    }

    /// The same without the port, which is another one each time a peer connects.
    package var hostText: String {
        guard let host = numericHost else { return "local" }
        return host.isEmpty ? "unknown" : host
    }

    /// Empty when the system cannot tell; nil for a socket file.
    package var numericHost: String? {
        guard family == AF_INET || family == AF_INET6 else { return nil }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let size = socklen_t(host.count)
        let code = unsafe withPointer { address, length in
            unsafe getnameinfo(address, length, &host, size, nil, 0, NI_NUMERICHOST)
        }
        guard code == 0 else { return "" }
        return String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
