/// A number → the registers or the bit a device would answer with: the inverse of ``RegisterDecoder``.
package enum RegisterEncoder {
    /// The registers that say `number` in the type and order of `field`; for a bit table one entry, 0 or 1.
    ///
    /// Integers are rounded to nearest, half to even; a float32 to the nearest. Nil when the type cannot hold the number.
    /// For a bit inside a register the other bits are 0.
    package static func words(for number: Double, as field: RegisterField) -> [UInt16]? {
        if field.table.holdsBits || field.type == .bit {
            guard number == 0 || number == 1 else { return nil }
            if field.table.holdsBits { return [UInt16(number)] }
            return field.order.words(of: UInt64(number) << UInt64(field.bit & 15), count: 1)
        }
        guard let bits = bits(of: number, as: field.type) else { return nil }
        return field.order.words(of: bits, count: field.type.count)
    }

    private static func bits(of number: Double, as type: RegisterType) -> UInt64? {
        guard number.isFinite else { return nil }
        let whole = number.rounded(.toNearestOrEven)
        switch type {
        case .int16: return Int16(exactly: whole).map { UInt64(UInt16(bitPattern: $0)) }
        case .uint16: return UInt16(exactly: whole).map { UInt64($0) }
        case .int32: return Int32(exactly: whole).map { UInt64(UInt32(bitPattern: $0)) }
        case .uint32: return UInt32(exactly: whole).map { UInt64($0) }
        case .int64: return Int64(exactly: whole).map { UInt64(bitPattern: $0) }
        case .uint64: return UInt64(exactly: whole)
        case .float32:
            let float = Float(number)
            return float.isFinite ? UInt64(float.bitPattern) : nil
        case .float64: return number.bitPattern
        case .bcd16: return binaryCodedDecimal(whole, below: 10_000)
        case .bcd32: return binaryCodedDecimal(whole, below: 100_000_000)
        case .bit: return nil
        }
    }

    private static func binaryCodedDecimal(_ number: Double, below limit: Double) -> UInt64? {
        guard number >= 0, number < limit, var rest = UInt64(exactly: number) else { return nil }
        var bits: UInt64 = 0
        var position: UInt64 = 0
        while rest > 0 {
            bits |= (rest % 10) << position
            rest /= 10
            position += 4
        }
        return bits
    }
}
