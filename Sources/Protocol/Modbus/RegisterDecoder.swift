/// Turns registers into numbers and back. Word order is done here and never by a library; libraries have changed theirs.
package enum RegisterDecoder {
    /// The number of `field` in `words`, which start at the field's own address. Bits are words of 0 or 1.
    ///
    /// Nil when the registers hold no number: NaN, infinity, a BCD digit above 9. `words` has at least `field.type.count`
    /// entries. 64-bit integers lose what a Double cannot hold, beyond 2^53.
    package static func decode(_ field: RegisterField, _ words: ArraySlice<UInt16>) -> Double? {
        if field.type == .bit {
            let word = words[words.startIndex]
            return field.table.holdsBits ? Double(word & 1) : Double((word >> UInt16(field.bit)) & 1)
        }
        let bits = bits(of: words.prefix(field.type.count), order: field.order)
        let value: Double
        switch field.type {
        case .int16: value = Double(Int16(truncatingIfNeeded: bits))
        case .uint16: value = Double(UInt16(truncatingIfNeeded: bits))
        case .int32: value = Double(Int32(truncatingIfNeeded: bits))
        case .uint32: value = Double(UInt32(truncatingIfNeeded: bits))
        case .int64: value = Double(Int64(bitPattern: bits))
        case .uint64: value = Double(bits)
        case .float32: value = Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .float64: value = Double(bitPattern: bits)
        case .bcd16, .bcd32: return decimalDigits(bits)
        case .bit: return nil
        }
        return value.isFinite ? value : nil
    }

    /// The registers that decode to `value`, the inverse of ``decode(_:_:)``; numbers out of range are cut to it.
    package static func encode(_ value: Double, _ field: RegisterField) -> [UInt16] {
        let bits: UInt64
        switch field.type {
        case .bit: return [value == 0 ? 0 : UInt16(1) << UInt16(field.table.holdsBits ? 0 : field.bit)]
        case .int16: bits = UInt64(truncatingIfNeeded: Int16(clamping: Int64(exactlyOrClamped: value)))
        case .uint16: bits = UInt64(UInt16(clamping: Int64(exactlyOrClamped: value)))
        case .int32: bits = UInt64(truncatingIfNeeded: Int32(clamping: Int64(exactlyOrClamped: value)))
        case .uint32: bits = UInt64(UInt32(clamping: Int64(exactlyOrClamped: value)))
        case .int64: bits = UInt64(bitPattern: Int64(exactlyOrClamped: value))
        case .uint64: bits = value >= 0x1p64 ? .max : value <= 0 ? 0 : UInt64(value)
        case .float32: bits = UInt64(Float(value).bitPattern)
        case .float64: bits = value.bitPattern
        case .bcd16: bits = packedDigits(value, digits: 4)
        case .bcd32: bits = packedDigits(value, digits: 8)
        }
        return words(of: bits, count: field.type.count, order: field.order)
    }

    /// The value's bits, most significant first, whatever the order on the wire.
    private static func bits(of words: ArraySlice<UInt16>, order: WordOrder) -> UInt64 {
        var bits: UInt64 = 0
        for index in words.indices {
            let word = order.swapsWords ? words[words.endIndex - 1 - (index - words.startIndex)] : words[index]
            bits = bits << 16 | UInt64(order.swapsBytes ? word.byteSwapped : word)
        }
        return bits
    }

    private static func words(of bits: UInt64, count: Int, order: WordOrder) -> [UInt16] {
        let words = (0..<count).map { index -> UInt16 in
            let word = UInt16(truncatingIfNeeded: bits >> UInt64(16 * (count - 1 - index)))
            return order.swapsBytes ? word.byteSwapped : word
        }
        return order.swapsWords ? words.reversed() : words
    }

    /// Packed decimal digits as a number; nil when a digit is above 9.
    private static func decimalDigits(_ bits: UInt64) -> Double? {
        var value = 0.0
        for shift in stride(from: UInt64(28), through: 0, by: -4) {
            let digit = (bits >> shift) & 15
            guard digit <= 9 else { return nil }
            value = value * 10 + Double(digit)
        }
        return value
    }

    private static func packedDigits(_ value: Double, digits: Int) -> UInt64 {
        var rest = UInt64(clamping: Int64(exactlyOrClamped: value))
        var bits: UInt64 = 0
        for position in 0..<digits {
            bits |= (rest % 10) << UInt64(4 * position)
            rest /= 10
        }
        return bits
    }
}

extension WordOrder {
    var swapsWords: Bool { self == .cdab || self == .dcba }
    var swapsBytes: Bool { self == .badc || self == .dcba }
}

extension Int64 {
    /// The whole part of `value`, cut to what 64 bits hold; 0 for NaN.
    fileprivate init(exactlyOrClamped value: Double) {
        if value.isNaN {
            self = 0
        } else if value >= 0x1p63 {
            self = .max
        } else if value <= -0x1p63 {
            self = .min
        } else {
            self = Int64(value)
        }
    }
}
