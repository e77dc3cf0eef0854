import Telemetry

/// A host name or address without brackets, and a TCP port.
package struct Endpoint: Hashable, Sendable {
    package var host: String
    package var port: UInt16

    /// Whether every address of the machine is meant.
    var isWildcard: Bool { host.allSatisfy { "0:.".contains($0) } }

    /// Whether two listeners would get in each other's way.
    func overlaps(_ other: Endpoint) -> Bool {
        port == other.port && (host.lowercased() == other.host.lowercased() || isWildcard || other.isWildcard)
    }
}

extension Endpoint {
    /// `HOST[:PORT]`, an IPv6 address in brackets. Nil when `text` is none.
    package init?(_ text: String, defaultPort: UInt16) {
        guard let (host, port) = try? splitHostPort(text) else { return nil }
        self.init(host: host, port: port ?? defaultPort)
    }
}

extension Endpoint: CustomStringConvertible {
    /// As it is written in the configuration.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ScalarRule where Value == Endpoint {
    /// `HOST:PORT`, an IPv6 address in brackets.
    static let endpoint = ScalarRule { (text) throws(Complaint) in
        let (host, port) = try splitHostPort(text)
        guard let port else {
            throw Complaint(
                message: .init("\(shown(text)) has no port", zh: "\(shown(text, .zh)) 没有端口"),
                hint: .init("write HOST:PORT, such as 192.168.1.10:502", zh: "写成 主机:端口，例如 192.168.1.10:502"))
        }
        return Endpoint(host: host, port: port)
    }
}

/// The parts of `mqtt://HOST:PORT`.
struct BrokerURL: Equatable {
    var host: String
    var port: UInt16
    var usesTLS: Bool
}

extension ScalarRule where Value == BrokerURL {
    /// `mqtt://HOST[:1883]` or `mqtts://HOST[:8883]`. Says nothing of the text when it may hold a password.
    static let brokerURL = ScalarRule { (text) throws(Complaint) in
        guard !text.utf8.contains(UInt8(ascii: "@")) else {
            throw Complaint(
                message: .init("the address holds a user name", zh: "地址中含有用户名"),
                hint: .init("write it in `username`, the password in a file", zh: "用户名写在 `username`，密码写在文件里"))
        }
        let (usesTLS, rest) = try splitScheme(text)
        let (host, port) = try splitHostPort(rest.hasSuffix("/") ? String(rest.dropLast()) : rest)
        return BrokerURL(host: host, port: port ?? (usesTLS ? 8883 : 1883), usesTLS: usesTLS)
    }
}

private func splitScheme(_ text: String) throws(Complaint) -> (usesTLS: Bool, rest: String) {
    if text.hasPrefix("mqtt://") { return (false, String(text.dropFirst(7))) }
    if text.hasPrefix("mqtts://") { return (true, String(text.dropFirst(8))) }
    throw Complaint(
        message: .init("\(shown(text)) is not an MQTT address", zh: "\(shown(text, .zh)) 不是 MQTT 地址"),
        hint: .init("mqtt://HOST:1883, or mqtts://HOST:8883 for TLS", zh: "写成 mqtt://主机:1883，加密时为 mqtts://主机:8883"))
}

/// `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`; the port is nil when there is none.
private func splitHostPort(_ text: String) throws(Complaint) -> (host: String, port: UInt16?) {
    let host: Substring
    let rest: Substring
    if text.hasPrefix("[") {
        guard let end = text.firstIndex(of: "]") else {
            throw Complaint(message: .init("\(shown(text)) lacks a `]`", zh: "\(shown(text, .zh)) 缺少 `]`"))
        }
        host = text[text.index(after: text.startIndex)..<end]
        rest = text[text.index(after: end)...]
        guard isIPv6(host) else {
            throw Complaint(
                message: .init("\(shown(host)) is not an IPv6 address", zh: "\(shown(host, .zh)) 不是 IPv6 地址"))
        }
    } else {
        host = text.prefix { $0 != ":" }
        rest = text.dropFirst(host.count)
        guard rest.dropFirst().allSatisfy({ $0 != ":" }) else {
            throw Complaint(
                message: .init("\(shown(text)) has too many colons", zh: "\(shown(text, .zh)) 的冒号过多"),
                hint: .init("put an IPv6 address in brackets, such as [::1]:502", zh: "IPv6 地址要加方括号，例如 [::1]:502"))
        }
        guard isHost(host) else {
            throw Complaint(
                message: .init("\(shown(host)) is not a host name or address", zh: "\(shown(host, .zh)) 不是主机名或地址"))
        }
    }
    return (String(host), rest.isEmpty ? nil : try portNumber(rest))
}

/// The number in `:PORT`, 1…65535.
private func portNumber(_ text: Substring) throws(Complaint) -> UInt16 {
    let digits = text.dropFirst()
    guard text.hasPrefix(":"), let port: UInt16 = wholeNumber(String(digits)), port > 0, !digits.hasPrefix("0x") else {
        throw Complaint(
            message: .init("\(shown(digits)) is not a port", zh: "\(shown(digits, .zh)) 不是端口"),
            hint: .init("1 … 65535", zh: "1 到 65535"))
    }
    return port
}

/// Whether `text` can be a host name; of digits and dots only, whether it is an IPv4 address.
private func isHost(_ text: Substring) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...253).contains(text.utf8.count) else { return false }
    if text.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }) {
        return labels.count == 4 && labels.allSatisfy { UInt8($0) != nil }
    }
    return labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(isNameByte) && !label.hasPrefix("-")
    }
}

/// Whether `text` looks like an IPv6 address, with or without a zone; the system has the last word when it is used.
private func isIPv6(_ text: Substring) -> Bool {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first, address.count(where: { $0 == ":" }) >= 2, address.utf8.count <= 45 else {
        return false
    }
    return address.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") }
        && parts.dropFirst().allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isNameByte) }
}
