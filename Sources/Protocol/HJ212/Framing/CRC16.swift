/// The checksum of HJ 212: CRC-16 with polynomial A001 and start FFFF, whose register loses its low byte at every step.
///
/// The standards call it ANSI CRC16. Modbus keeps the low byte, so the two differ for every text but the empty one. Only
/// 256 different values exist, so a right checksum is no proof.
/// Source: HJ 212-2017, appendix A (the function there); HJ 212-2025 prints the same.
package struct CRC16: Hashable, Sendable {
    /// The checksum of the bytes so far; written as four hex digits, high byte first.
    package private(set) var value: UInt16 = 0xFFFF

    package init() {}

    /// The checksum of `bytes`.
    package init(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer { update($0) }
    }

    /// Takes in more bytes.
    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer { update($0) }
    }

    /// Only the register's high byte reaches the next step, and the step is linear, so eight steps are eight independent
    /// look-ups that meet in one exclusive or. The last step is taken alone because it also makes the low byte.
    private mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let last = bytes.last else { return }
        var high = UInt8(truncatingIfNeeded: value >> 8)
        let body = bytes.count - 1
        var index = 0
        Self.powers.withUnsafeBufferPointer { powers in
            while index + 8 <= body {
                let first = powers[7 << 8 | Int(high ^ bytes[index])] ^ powers[6 << 8 | Int(bytes[index + 1])]
                let second = powers[5 << 8 | Int(bytes[index + 2])] ^ powers[4 << 8 | Int(bytes[index + 3])]
                let third = powers[3 << 8 | Int(bytes[index + 4])] ^ powers[2 << 8 | Int(bytes[index + 5])]
                let fourth = powers[1 << 8 | Int(bytes[index + 6])] ^ powers[Int(bytes[index + 7])]
                high = first ^ second ^ third ^ fourth
                index += 8
            }
            while index < body {
                high = powers[Int(high ^ bytes[index])]
                index += 1
            }
        }
        value = Self.steps[Int(high ^ last)]
    }

    /// What eight shifts make of each byte: the usual table of CRC-16/ARC, shared with Modbus.
    fileprivate static let steps: [UInt16] = (0..<256).map { byte in
        var register = UInt16(byte)
        for _ in 0..<8 { register = register & 1 == 1 ? (register >> 1) ^ 0xA001 : register >> 1 }
        return register
    }

    /// Eight tables of 256: what remains in the high byte of each byte after one step, two steps, … eight.
    private static let powers: [UInt8] = {
        var tables = steps.map { UInt8(truncatingIfNeeded: $0 >> 8) }
        for index in 256..<(8 * 256) { tables.append(tables[Int(tables[index - 256])]) }
        return tables
    }()
}

extension CRC16 {
    /// The checksum Modbus would give: what some makers put into HJ 212 frames by mistake.
    /// Source: Modbus over Serial Line 1.02, 6.2.2.
    package static func modbus(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var register: UInt16 = 0xFFFF
        for byte in bytes { register = (register >> 8) ^ steps[Int(UInt8(truncatingIfNeeded: register) ^ byte)] }
        return register
    }
}
