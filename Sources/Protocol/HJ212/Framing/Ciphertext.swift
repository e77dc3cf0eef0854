import Cipher

/// Encrypted data areas, as they come in: raw bytes, or the list `{0xE4,0x3E,…}` that some senders write, both followed by
/// the plain rest of fewer than 16 bytes. Length and checksum are those of the plain segment.
/// Source: HJ 212-2025, appendix A.2; the list form is seen in implementations.
struct Ciphertext {
    /// The segment as it was before it was encrypted.
    let plainSegment: [UInt8]
    let isList: Bool

    /// What one of `keys` makes of `segment` so that `checksum` fits; nil when none does.
    ///
    /// A checksum fits by chance once in 256 times, so the plain text must also look like a data area.
    init?(_ segment: ArraySlice<UInt8>, checksum: UInt16, keys: KeyRing) {
        guard !keys.isEmpty, let area = Packet.dataArea(of: segment) else { return nil }
        let list = Self.list(area)
        isList = list != nil
        let cipher = list?.bytes[...] ?? area
        for key in keys.keys(for: Packet(segment: segment).mn) {
            let plain = key.decrypt(cipher) + (list?.rest ?? [])
            guard Self.looksPlain(plain) else { continue }
            let whole = segment[..<area.startIndex] + plain + [ASCII.ampersand, ASCII.ampersand]
            if CRC16(whole[...]).value == checksum {
                plainSegment = Array(whole)
                return
            }
        }
        return nil
    }

    /// Whether the data area of `segment` is ciphertext, as far as that can be said without a key.
    static func isLikely(in segment: ArraySlice<UInt8>) -> Bool {
        guard let area = Packet.dataArea(of: segment), !area.isEmpty else { return false }
        return area.starts(with: listOpening) || !looksPlain(area)
    }

    private static let listOpening = Array("{0x".utf8)

    /// Plain data areas hold no control characters and begin with a name; only log texts hold other than ASCII.
    private static func looksPlain(_ text: some Sequence<UInt8>) -> Bool {
        text.prefix(8).allSatisfy { $0 < 0x80 } && text.allSatisfy { $0 >= 0x20 || ASCII.isBlank($0) }
    }

    /// The bytes of `{0xE4,0x3E}` and what follows the brace; nil when `area` is no such list.
    private static func list(_ area: ArraySlice<UInt8>) -> (bytes: [UInt8], rest: [UInt8])? {
        guard area.starts(with: listOpening), let end = area.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let rest = area[(end + 1)...]
        guard rest.count < SM4Key.size else { return nil }
        var bytes: [UInt8] = []
        for word in area[(area.startIndex + 1)..<end].split(separator: ASCII.comma) {
            let word = word.trimmingBlanks
            guard word.count == 4, word.starts(with: "0x".utf8), let high = ASCII.hexDigit(word[word.endIndex - 2]),
                let low = ASCII.hexDigit(word[word.endIndex - 1])
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes.count % SM4Key.size == 0 ? (bytes, Array(rest)) : nil
    }
}
