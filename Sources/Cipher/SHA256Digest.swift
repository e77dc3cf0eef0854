/// The 32 bytes of a SHA-256, kept in place: no allocation. Source: FIPS 180-4.
package struct SHA256Digest: Hashable, Sendable {
    package static let size = 32
    /// Thirty-two zero bytes: what stands for "nothing before".
    package static let zero = SHA256Digest(words: (0, 0, 0, 0))

    /// Big-endian, so that words and bytes have one order.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (first, second, third, fourth) = words
    }

    /// Nil unless `bytes` are 32.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
        self.init(words: (words[0], words[1], words[2], words[3]))
    }

    /// The digest written as 64 hex digits of either case; nil when `hex` is not that.
    package init?(hex: some StringProtocol) {
        guard hex.utf8.count == 2 * Self.size else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, digit) in hex.utf8.enumerated() {
            guard let value = Self.value(of: digit) else { return nil }
            words[index / 16] = words[index / 16] << 4 | UInt64(value)
        }
        self.init(words: (words[0], words[1], words[2], words[3]))
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        for word in [first, second, third, fourth] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return bytes
    }

    /// 64 lower-case hex digits.
    package var hex: String {
        var digits: [UInt8] = []
        appendHex(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    /// Appends ``hex`` to `text`.
    package func appendHex(to text: inout [UInt8]) {
        append(first, to: &text)
        append(second, to: &text)
        append(third, to: &text)
        append(fourth, to: &text)
    }

    private func append(_ word: UInt64, to text: inout [UInt8]) {
        var shift: UInt64 = 64
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: word >> shift) & 0xF
            text.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}

extension SHA256Digest: CustomStringConvertible {
    package var description: String { hex }
}
