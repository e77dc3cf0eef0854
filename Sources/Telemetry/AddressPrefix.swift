/// An IPv4 or IPv6 address, or all addresses that begin alike: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`.
///
/// An IPv4 address in IPv6 clothes (`::ffff:192.0.2.7`) is the IPv4 address. Source: RFC 4291, 2.2, 2.3 and 2.5.5.2.
package struct AddressPrefix: Hashable, Sendable {
    /// The address as written, 4 or 16 bytes, most significant first.
    private let bytes: [UInt8]
    /// How many of the first bits count.
    private let length: Int

    private init(bytes: [UInt8], length: Int) {
        self.bytes = bytes
        self.length = length
    }

    /// Reads `ADDRESS` or `ADDRESS/LENGTH`; nil for anything else, such as a host name or an address with a zone.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = ipv4(first) ?? ipv6(first) else { return nil }
        var length = 8 * address.count
        if let last = parts.dropFirst().first {
            guard let stated = decimal(last, below: length + 1) else { return nil }
            length = stated
        }
        if let inner = unclothed(address), length >= 96 {
            self.init(bytes: inner, length: length - 96)
        } else {
            self.init(bytes: address, length: length)
        }
    }

    /// The same with zeros in the bits that do not count. A rule that differs from it is probably a mistake.
    package var network: AddressPrefix {
        let kept = bytes.enumerated().map { $1 & Self.mask(ofByte: $0, length: length) }
        return AddressPrefix(bytes: kept, length: length)
    }

    /// Whether the address with these 4 or 16 bytes, most significant first, begins like this one.
    package func contains(_ address: [UInt8]) -> Bool {
        let address = unclothed(address) ?? address
        guard address.count == bytes.count else { return false }
        return zip(bytes, address).enumerated().allSatisfy { index, pair in
            (pair.0 ^ pair.1) & Self.mask(ofByte: index, length: length) == 0
        }
    }

    /// The bits of byte `index` that lie within the first `length` of all bits.
    private static func mask(ofByte index: Int, length: Int) -> UInt8 {
        let bits = max(0, min(8, length - 8 * index))
        return bits == 0 ? 0 : UInt8.max << (8 - bits)
    }
}

extension AddressPrefix: CustomStringConvertible {
    /// With its length unless that is the whole address.
    package var description: String {
        let address = bytes.count == 4 ? bytes.map { "\($0)" }.joined(separator: ".") : shortIPv6
        return length == 8 * bytes.count ? address : "\(address)/\(length)"
    }

    /// The groups in hex, with `::` for the longest run of zeros. Source: RFC 5952, 4.
    private var shortIPv6: String {
        let groups = stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let written = { (groups: ArraySlice<UInt16>) in groups.map { String($0, radix: 16) }.joined(separator: ":") }
        var longest = 0..<0
        for start in groups.indices {
            let run = start..<start + groups[start...].prefix { $0 == 0 }.count
            if run.count > longest.count { longest = run }
        }
        guard longest.count > 1 else { return written(groups[...]) }
        return written(groups[..<longest.lowerBound]) + "::" + written(groups[longest.upperBound...])
    }
}

/// The IPv4 address that an IPv6 address only carries; nil for any other.
private func unclothed(_ address: [UInt8]) -> [UInt8]? {
    guard address.count == 16, address[..<10].allSatisfy({ $0 == 0 }), address[10] == 0xFF, address[11] == 0xFF
    else { return nil }
    return Array(address[12...])
}

private func ipv4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { decimal($0, below: 256) }.map { UInt8(truncatingIfNeeded: $0) }
    return parts.count == 4 && bytes.count == 4 ? bytes : nil
}

private func ipv6(_ text: Substring) -> [UInt8]? {
    guard text.utf8.count <= 45 else { return nil }
    guard let gap = text.firstRange(of: "::") else {
        return groups(text, endingInIPv4: true).flatMap { $0.count == 16 ? $0 : nil }
    }
    guard let head = groups(text[..<gap.lowerBound], endingInIPv4: false),
        let tail = groups(text[gap.upperBound...], endingInIPv4: true), head.count + tail.count <= 14
    else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
}

/// The bytes of groups of hex digits with colons between them, none for the empty text.
private func groups(_ text: Substring, endingInIPv4 mayEndInIPv4: Bool) -> [UInt8]? {
    guard !text.isEmpty else { return [] }
    var bytes: [UInt8] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
        if mayEndInIPv4, index == parts.count - 1, let inner = ipv4(part) {
            bytes += inner
            continue
        }
        guard part.utf8.count <= 4, part.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let group = UInt16(part, radix: 16)
        else { return nil }
        bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
    }
    return bytes
}

/// A number of up to three digits without leading zeros, which some readers take for octal.
private func decimal(_ text: Substring, below limit: Int) -> Int? {
    guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        text == "0" || !text.hasPrefix("0"), let number = Int(text), number < limit
    else { return nil }
    return number
}
