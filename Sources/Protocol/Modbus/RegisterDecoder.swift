import Telemetry

/// Registers or bits → the number a device means by them.
///
/// Word order is settled here and not by a library, because libraries have changed what they call "big endian".
package enum RegisterDecoder {
    /// The number of `field` in `words`, whose entry `offset` is the field's first register (or bit, as 0 or 1).
    ///
    /// Nil when there is none: NaN, infinity, what no measurement can be, a BCD digit above 9, or `words` ends too early. 64-bit integers beyond
    /// ±2⁵³ are rounded to the nearest Double; ``longNumber(of:in:at:)`` has all their digits.
    package static func number(of field: RegisterField, in words: [UInt16], at offset: Int) -> Double? {
        let count = field.type.count
        guard offset >= 0, offset <= words.count - count else { return nil }
        if field.table.holdsBits { return words[offset] == 0 ? 0 : 1 }
        let bits = field.order.bits(of: words, at: offset, count: count)
        switch field.type {
        case .int16: return Double(Int16(truncatingIfNeeded: bits))
        case .uint16: return Double(bits)
        case .int32: return Double(Int32(truncatingIfNeeded: bits))
        case .uint32: return Double(bits)
        case .int64: return Double(Int64(bitPattern: bits))
        case .uint64: return Double(bits)
        case .float32: return measurable(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
        case .float64: return measurable(Double(bitPattern: bits))
        case .bcd16: return binaryCodedDecimal(bits, digits: 4)
        case .bcd32: return binaryCodedDecimal(bits, digits: 8)
        case .bit: return Double(bits >> UInt64(field.bit & 15) & 1)
        }
    }

    /// The whole number of `field` where a `Double` may not hold it: a 64-bit integer beyond ±2⁵³. Nil for any other.
    package static func longNumber(of field: RegisterField, in words: [UInt16], at offset: Int) -> Int128? {
        guard field.type == .int64 || field.type == .uint64, offset >= 0, offset <= words.count - field.type.count
        else { return nil }
        let bits = field.order.bits(of: words, at: offset, count: field.type.count)
        let number = field.type == .int64 ? Int128(Int64(bitPattern: bits)) : Int128(bits)
        return number.magnitude > 1 << 53 ? number : nil
    }

    private static func measurable(_ number: Double) -> Double? {
        number.isMeasurable ? number : nil
    }

    private static func binaryCodedDecimal(_ bits: UInt64, digits: Int) -> Double? {
        var number = 0
        for position in stride(from: 4 * (digits - 1), through: 0, by: -4) {
            let digit = Int(bits >> UInt64(position) & 0xF)
            guard digit <= 9 else { return nil }
            number = number * 10 + digit
        }
        return Double(number)
    }
}
