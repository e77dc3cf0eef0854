/// The data area of a packet: what stands between `CP=&&` and the last `&&`.
///
/// Pairs keep their order and repeat as received: a `PolId` opens a group, and devices send one key twice with different
/// meanings. Source: HJ 212-2017, 6.3.3.1.
package struct DataSegment: Hashable, Sendable {
    /// One `key=value`.
    package struct Pair: Hashable, Sendable {
        package let key: FieldText
        package let value: FieldText

        package init(_ key: FieldText, _ value: FieldText) {
            self.key = key
            self.value = value
        }

        /// Code and suffix of a key such as `w01018-Rtd`, split at the last `-`; nil when it has none.
        package var codeAndSuffix: (code: FieldText, suffix: FieldText)? {
            guard let dash = key.bytes.lastIndex(of: ASCII.dash) else { return nil }
            return (FieldText(key.bytes[..<dash].trimmingBlanks), FieldText(key.bytes[(dash + 1)...].trimmingBlanks))
        }
    }

    /// All pairs in order.
    package private(set) var pairs: [Pair] = []
    /// Where in `pairs` each item but the first begins.
    private var itemStarts: [Int] = []

    package init() {}

    /// A data area of these items.
    package init(items: [[Pair]]) {
        for item in items where !item.isEmpty {
            if !pairs.isEmpty { itemStarts.append(pairs.count) }
            pairs += item
        }
    }

    /// The items, which `;` separates, each with the pairs that `,` separates. None is empty.
    package var items: [ArraySlice<Pair>] {
        guard !pairs.isEmpty else { return [] }
        return zip([0] + itemStarts, itemStarts + [pairs.count]).map { pairs[$0..<$1] }
    }

    /// The first value of `key`, upper and lower case being alike.
    package subscript(key: StaticString) -> FieldText? {
        pairs.first { $0.key.isSpelled(key) }?.value
    }

    /// The data area as it is sent, without `CP=&&` and the closing `&&`.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(ASCII.semicolon) }
            for pair in item {
                bytes += pair.key.bytes
                bytes.append(ASCII.equals)
                bytes += pair.value.bytes
                bytes.append(ASCII.comma)
            }
            bytes.removeLast()
        }
        return bytes
    }
}

extension DataSegment {
    /// Reads a data area. Nothing in it is an error: empty items are left out, blanks trimmed, a pair without `=` has an
    /// empty value.
    package init(parsing bytes: ArraySlice<UInt8>) {
        var index = bytes.startIndex
        var opensItem = false
        while index < bytes.endIndex {
            let end = Self.pairEnd(bytes[index...])
            if let pair = Self.pair(bytes[index..<end]) {
                if opensItem, !pairs.isEmpty { itemStarts.append(pairs.count) }
                opensItem = false
                pairs.append(pair)
            }
            guard end < bytes.endIndex else { break }
            if bytes[end] == ASCII.semicolon { opensItem = true }
            index = end + 1
        }
    }

    private static func pair(_ bytes: ArraySlice<UInt8>) -> Pair? {
        let equals = bytes.firstIndex(of: ASCII.equals) ?? bytes.endIndex
        let key = bytes[..<equals].trimmingBlanks
        let value = bytes[min(equals + 1, bytes.endIndex)...].trimmingBlanks
        return key.isEmpty && value.isEmpty ? nil : Pair(FieldText(key), FieldText(value))
    }

    /// The separator that ends the first pair, or the end. A value of the form `//text//` may hold separators itself.
    private static func pairEnd(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.firstIndex(where: { isSeparator($0) || $0 == ASCII.equals }) else {
            return bytes.endIndex
        }
        guard bytes[first] == ASCII.equals else { return first }
        let value = bytes[(first + 1)...]
        let text = value.drop(while: ASCII.isBlank)
        if text.first == ASCII.slash, text.dropFirst().first == ASCII.slash, let end = logTextEnd(text.dropFirst(2)) {
            return end
        }
        return value.firstIndex(where: isSeparator) ?? bytes.endIndex
    }

    /// The separator behind the `//` that closes a log text: the first `//` that a separator or the end follows.
    private static func logTextEnd(_ text: ArraySlice<UInt8>) -> Int? {
        var rest = text
        while let slash = rest.firstIndex(of: ASCII.slash) {
            rest = rest[(slash + 1)...]
            guard rest.first == ASCII.slash else { continue }
            let after = rest.dropFirst().drop(while: ASCII.isBlank)
            if after.first.map(isSeparator) ?? true { return after.startIndex }
        }
        return nil
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == ASCII.semicolon || byte == ASCII.comma }

    /// Whether the data area of `segment` is ciphertext: raw bytes among which control characters occur, or the byte list
    /// `{0x…}` that some senders write. Source: HJ 212-2025, appendix A (SM4 over the data area).
    static func looksEncrypted(_ segment: ArraySlice<UInt8>) -> Bool {
        guard let area = Packet.dataArea(of: segment) else { return false }
        return area.starts(with: "{0x".utf8) || area.contains { $0 < 0x20 && !ASCII.isBlank($0) }
    }
}
