extension Span<UInt8> {
    /// Whether `text` stands at `range`, upper and lower case letters being alike.
    func isSpelled(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let letters = UnsafeBufferPointer(start: text.utf8Start, count: range.count)
        var offset = 0
        while offset < letters.count {
            let byte = self[range.lowerBound + offset]
            if byte != letters[offset], ASCII.lowercased(byte) != ASCII.lowercased(letters[offset]) { return false }
            offset += 1
        }
        return true
    }

    /// Whether the same bytes stand at both ranges.
    @inline(__always)
    func areEqual(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        if let left = word(at: left), let right = word(at: right) { return left == right }
        var offset = 0
        while offset < left.count {
            if self[left.lowerBound + offset] != self[right.lowerBound + offset] { return false }
            offset += 1
        }
        return true
    }

    /// One to eight bytes as one number, which is nearly every factor code; nil for others and for those so close to the
    /// end that eight bytes cannot be loaded.
    @inline(__always)
    private func word(at range: Range<Int>) -> UInt64? {
        guard (1...8).contains(range.count), range.lowerBound >= 0, range.lowerBound + 8 <= count else { return nil }
        let eight = bytes.unsafeLoadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
        return UInt64(littleEndian: eight) << UInt64(64 - 8 * range.count)
    }

    /// Where the first byte that is one of `wanted` stands in `range`, eight bytes being looked at in one step.
    @inline(__always)
    func firstIndex(of wanted: ByteMatch, in range: Range<Int>) -> Int? {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let bytes = bytes
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let hits = wanted.hits(in: UInt64(littleEndian: word))
            if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < range.upperBound {
            if wanted.contains(self[index]) { return index }
            index += 1
        }
        return nil
    }

    /// Where `byte` stands last in `range`.
    @inline(__always)
    func lastIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.upperBound
        while index > range.lowerBound {
            index -= 1
            if self[index] == byte { return index }
        }
        return nil
    }
}

/// The bytes that are looked for.
enum ByteMatch {
    case hash
    /// `,` or `;`
    case separator
    /// `,`, `;` or `=`
    case keyEnd

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        switch self {
        case .hash: byte == ASCII.hash
        case .separator: byte == ASCII.semicolon || byte == ASCII.comma
        case .keyEnd: byte == ASCII.semicolon || byte == ASCII.comma || byte == ASCII.equals
        }
    }

    /// A set high bit for each byte of `word` that matches. Only the lowest is sure to be right.
    @inline(__always)
    func hits(in word: UInt64) -> UInt64 {
        switch self {
        case .hash: Self.hits(of: ASCII.hash, in: word)
        case .separator: Self.hits(of: ASCII.semicolon, in: word) | Self.hits(of: ASCII.comma, in: word)
        case .keyEnd:
            Self.hits(of: ASCII.semicolon, in: word) | Self.hits(of: ASCII.comma, in: word)
                | Self.hits(of: ASCII.equals, in: word)
        }
    }

    /// Makes the bytes that match zero and subtracts one from each byte: what borrows was zero, or lies above a zero.
    @inline(__always)
    private static func hits(of byte: UInt8, in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let zeroed = word ^ (ones &* UInt64(byte))
        return (zeroed &- ones) & ~zeroed & (ones << 7)
    }
}
