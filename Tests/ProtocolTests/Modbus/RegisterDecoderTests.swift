import Testing

@testable import Protocol

@Suite("RegisterDecoder")
struct RegisterDecoderTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let type: RegisterType
        let order: WordOrder
        let words: [UInt16]
        let number: Double?
        var testDescription: String {
            "\(type) \(order) \(words.map { String($0, radix: 16) }) is \(number.map { "\($0)" } ?? "nothing")"
        }
    }

    /// The first nine are known answers of real instruments.
    static let vectors: [Vector] = [
        Vector(type: .float32, order: .abcd, words: [0x45D0, 0x5548], number: Double(Float(6666.66))),
        Vector(type: .uint32, order: .abcd, words: [0x451C, 0x302F], number: 1_159_475_247),
        Vector(type: .int32, order: .cdab, words: [0xFF0B, 0xFFFF], number: -245),
        Vector(type: .uint32, order: .cdab, words: [0xFF0B, 0xFFFF], number: 4_294_967_051),
        Vector(type: .float64, order: .abcd, words: [0x40AA, 0x4875, 0xC28F, 0x5C29], number: 3364.23),
        Vector(type: .float32, order: .abcd, words: [0x41E4, 0x0000], number: 28.5),
        Vector(type: .float32, order: .cdab, words: [0x0000, 0x41E4], number: 28.5),
        Vector(type: .float32, order: .badc, words: [0xE441, 0x0000], number: 28.5),
        Vector(type: .float32, order: .dcba, words: [0x0000, 0xE441], number: 28.5),
        Vector(type: .int16, order: .abcd, words: [0xFFFE], number: -2),
        Vector(type: .int16, order: .cdab, words: [0xFFFE], number: -2),
        Vector(type: .int16, order: .badc, words: [0xFEFF], number: -2),
        Vector(type: .int16, order: .dcba, words: [0xFEFF], number: -2),
        Vector(type: .uint16, order: .abcd, words: [0xFFFE], number: 65_534),
        Vector(type: .int64, order: .abcd, words: [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF], number: -1),
        Vector(
            type: .uint64, order: .abcd, words: [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF], number: 0x1p64),
        Vector(type: .int64, order: .cdab, words: [2, 0, 0, 1], number: 281_474_976_710_658),
        Vector(type: .int64, order: .badc, words: [0, 0, 0, 0x0100], number: 1),
        Vector(type: .int64, order: .dcba, words: [0x0100, 0, 0, 0], number: 1),
        Vector(type: .bcd16, order: .abcd, words: [0x1234], number: 1_234),
        Vector(type: .bcd16, order: .badc, words: [0x3412], number: 1_234),
        Vector(type: .bcd32, order: .abcd, words: [0x1234, 0x5678], number: 12_345_678),
        Vector(type: .bcd32, order: .cdab, words: [0x5678, 0x1234], number: 12_345_678),
        Vector(type: .bcd16, order: .abcd, words: [0x12A4], number: nil),
        Vector(type: .bcd32, order: .abcd, words: [0xF234, 0x5678], number: nil),
        Vector(type: .float32, order: .abcd, words: [0x7FC0, 0x0000], number: nil),
        Vector(type: .float32, order: .abcd, words: [0x7F80, 0x0000], number: nil),
        Vector(type: .float32, order: .abcd, words: [0xFF80, 0x0000], number: nil),
        Vector(type: .float64, order: .abcd, words: [0x7FF8, 0, 0, 0], number: nil),
        Vector(type: .float64, order: .abcd, words: [0x4629, 0x3E59, 0x39A0, 0x8CEA], number: 1e30),
        Vector(type: .float64, order: .abcd, words: [0xC629, 0x3E59, 0x39A0, 0x8CEB], number: nil),
        Vector(type: .float64, order: .abcd, words: [0x7FEA, 0xB364, 0x4B0A, 0x0000], number: nil),
        Vector(type: .float32, order: .abcd, words: [0x7F7F, 0xFFFF], number: nil),
        Vector(type: .float32, order: .abcd, words: [0x45D0], number: nil),
        Vector(type: .int16, order: .abcd, words: [], number: nil),
    ]

    @Test("decodes known words", arguments: vectors)
    func decodes(vector: Vector) {
        let field = RegisterField(table: .holding, address: 0, type: vector.type, order: vector.order)
        #expect(RegisterDecoder.number(of: field, in: vector.words, at: 0) == vector.number)
    }

    @Test("a bit is taken out of a register by its number, after the bytes are in order")
    func bits() {
        for bit in 0..<16 {
            let word = UInt16(1) << UInt16(bit)
            for other in 0..<16 {
                let field = RegisterField(table: .input, address: 0, type: .bit, bit: other)
                #expect(RegisterDecoder.number(of: field, in: [word], at: 0) == (bit == other ? 1 : 0))
            }
            let swapped = RegisterField(table: .input, address: 0, type: .bit, order: .badc, bit: bit)
            #expect(RegisterDecoder.number(of: swapped, in: [word.byteSwapped], at: 0) == 1)
        }
    }

    @Test("coils and discrete inputs are 0 or 1 whatever their type says", arguments: [RegisterTable.coil, .discrete])
    func bitTables(table: RegisterTable) {
        let field = RegisterField(table: table, address: 0, type: .bit)
        #expect(RegisterDecoder.number(of: field, in: [1, 0], at: 0) == 1)
        #expect(RegisterDecoder.number(of: field, in: [1, 0], at: 1) == 0)
    }

    @Test("an offset outside the words gives nothing")
    func outside() {
        let field = RegisterField(table: .holding, address: 0, type: .float32)
        for offset in [-1, 3, 4, .max, .min] {
            #expect(RegisterDecoder.number(of: field, in: [1, 2, 3, 4], at: offset) == nil)
        }
        #expect(RegisterDecoder.number(of: field, in: [0, 0, 0x41E4, 0], at: 2) == 28.5)
    }
}
