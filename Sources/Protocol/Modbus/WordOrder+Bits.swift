extension WordOrder {
    /// Whether the least significant register comes first.
    private var swapsWords: Bool { self == .cdab || self == .dcba }
    /// Whether the least significant byte of each register comes first.
    private var swapsBytes: Bool { self == .badc || self == .dcba }

    /// The bits of a value of `count` registers that starts at `words[offset]`, most significant first.
    ///
    /// All of them lie inside `words`; `count` is 1…4.
    func bits(of words: [UInt16], at offset: Int, count: Int) -> UInt64 {
        var bits: UInt64 = 0
        for index in 0..<count {
            let word = words[offset + (swapsWords ? count - 1 - index : index)]
            bits = bits << 16 | UInt64(swapsBytes ? word.byteSwapped : word)
        }
        return bits
    }

    /// The registers that carry the low `count` × 16 bits of `bits`: the inverse of ``bits(of:at:count:)``.
    func words(of bits: UInt64, count: Int) -> [UInt16] {
        var words = (0..<count).map { index in
            let word = UInt16(truncatingIfNeeded: bits >> UInt64(16 * (count - 1 - index)))
            return swapsBytes ? word.byteSwapped : word
        }
        if swapsWords { words.reverse() }
        return words
    }
}
