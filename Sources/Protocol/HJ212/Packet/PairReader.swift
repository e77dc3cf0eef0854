/// Where one `key=value` stands among the bytes of a data area, without the blanks around key and value.
struct PairPlace: Sendable {
    var key: Range<Int>
    var value: Range<Int>
    /// Whether a `;` stands before it, since the pair before or the start.
    var opensItem: Bool
}

/// Finds the pairs of a header or data area, one after the other.
///
/// Nothing is an error: empty items are left out, a pair without `=` has an empty value.
/// Source: HJ 212-2017, 6.3.3.1.
struct PairReader {
    private var index = 0
    /// Whether a `;` was passed since the last pair.
    private var passedSemicolon = false

    /// The next pair of `bytes`; nil after the last.
    @inline(__always)
    mutating func next(in bytes: Span<UInt8>) -> PairPlace? {
        while index < bytes.count {
            let found = pair(in: bytes)
            let opensItem = passedSemicolon
            if found != nil { passedSemicolon = false }
            if index < bytes.count {
                if bytes[index] == ASCII.semicolon { passedSemicolon = true }
                index += 1
            }
            if let found { return PairPlace(key: found.key, value: found.value, opensItem: opensItem) }
        }
        return nil
    }

    /// What stands between `index` and the next separator, on which `index` is left.
    @inline(__always)
    private mutating func pair(in bytes: Span<UInt8>) -> (key: Range<Int>, value: Range<Int>)? {
        let start = index
        let keyEnd = bytes.firstIndex(of: .keyEnd, in: start..<bytes.count) ?? bytes.count
        guard keyEnd < bytes.count, bytes[keyEnd] == ASCII.equals else {
            index = keyEnd
            let key = Self.trimmed(bytes, start..<keyEnd)
            return key.isEmpty ? nil : (key, keyEnd..<keyEnd)
        }
        index = Self.valueEnd(bytes, from: keyEnd + 1)
        let key = Self.trimmed(bytes, start..<keyEnd)
        let value = Self.trimmed(bytes, keyEnd + 1..<index)
        return key.isEmpty && value.isEmpty ? nil : (key, value)
    }

    /// The separator that ends the value beginning at `start`, or the end. A value of the form `//text//` may hold
    /// separators itself.
    @inline(__always)
    private static func valueEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
        // Letters and digits, with which nearly all values begin, come after the slash.
        if start < bytes.count, bytes[start] > ASCII.slash, bytes[start] != ASCII.semicolon {
            return bytes.firstIndex(of: .separator, in: start..<bytes.count) ?? bytes.count
        }
        return oddValueEnd(bytes, from: start)
    }

    /// The same for a value that begins with a blank, a sign or a slash.
    private static func oddValueEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, ASCII.isBlank(bytes[index]) { index += 1 }
        if index + 1 < bytes.count, bytes[index] == ASCII.slash, bytes[index + 1] == ASCII.slash,
            let end = logTextEnd(bytes, from: index + 2)
        {
            return end
        }
        return bytes.firstIndex(of: .separator, in: index..<bytes.count) ?? bytes.count
    }

    /// The separator behind the `//` that closes a log text: the first `//` that a separator or the end follows.
    private static func logTextEnd(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == ASCII.slash, bytes[index + 1] == ASCII.slash {
                var after = index + 2
                while after < bytes.count, ASCII.isBlank(bytes[after]) { after += 1 }
                if after == bytes.count || ByteMatch.separator.contains(bytes[after]) { return after }
            }
            index += 1
        }
        return nil
    }

    @inline(__always)
    private static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        if range.isEmpty || (bytes[range.lowerBound] > 0x20 && bytes[range.upperBound - 1] > 0x20) { return range }
        return trimmedOfBlanks(bytes, range)
    }

    private static func trimmedOfBlanks(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, ASCII.isBlank(bytes[lower]) { lower += 1 }
        while lower < upper, ASCII.isBlank(bytes[upper - 1]) { upper -= 1 }
        return lower..<upper
    }
}
