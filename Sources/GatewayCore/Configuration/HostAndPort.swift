/// A host's name or address with a TCP port, as people write it: `192.168.1.10:502`, `[::1]:502`.
package struct HostAndPort: Equatable, Sendable {
    package var host: String
    package var port: UInt16

    /// Nil when `text` is none, or has no port and there is no default.
    package init?(_ text: some StringProtocol, defaultPort: UInt16? = nil) {
        var host = Substring(text)
        var port = defaultPort
        let closing = host.lastIndex(of: "]")
        if let colon = host.lastIndex(of: ":"), closing.map({ $0 < colon }) ?? true {
            guard let number = UInt16(host[host.index(after: colon)...]), number > 0 else { return nil }
            port = number
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, !host.contains(where: { " /@[]".contains($0) }), let port else { return nil }
        self.host = String(host)
        self.port = port
    }
}
