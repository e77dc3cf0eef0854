import TestSupport
import Testing

@testable import Protocol

@Suite("RegisterEncoder")
struct RegisterEncoderTests {
    private static let orders = WordOrder.allCases

    /// A number the type can hold, edges often.
    private func number(of type: RegisterType, using generator: inout SeededGenerator) -> Double {
        func pick(_ range: ClosedRange<Double>) -> Double {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: range.lowerBound
            case 1: range.upperBound
            default: Double.random(in: range, using: &generator).rounded()
            }
        }
        return switch type {
        case .int16: pick(-32_768...32_767)
        case .uint16: pick(0...65_535)
        case .int32: pick(-2_147_483_648...2_147_483_647)
        case .uint32: pick(0...4_294_967_295)
        case .int64: pick(-9_007_199_254_740_992...9_007_199_254_740_992)
        case .uint64: pick(0...9_007_199_254_740_992)
        case .float32: Double(Float.random(in: -9e29...9e29, using: &generator))
        case .float64: Double.random(in: -1e30...1e30, using: &generator)
        case .bcd16: pick(0...9_999)
        case .bcd32: pick(0...99_999_999)
        case .bit: Double(Int.random(in: 0...1, using: &generator))
        }
    }

    @Test("R27 what is encoded in any type and order is decoded to the same number", arguments: RegisterType.allCases)
    func roundTrip(type: RegisterType) throws {
        var generator = SeededGenerator()
        for order in Self.orders {
            for _ in 0..<200 {
                let field = RegisterField(
                    table: .holding, address: 0, type: type, order: order,
                    bit: Int.random(in: 0...15, using: &generator))
                let number = number(of: type, using: &generator)
                let words = try #require(RegisterEncoder.words(for: number, as: field), "\(generator)")
                #expect(words.count == type.count)
                #expect(RegisterDecoder.number(of: field, in: words, at: 0) == number, "\(order) \(generator)")
            }
        }
    }

    @Test("the four orders are four arrangements of the same bytes")
    func arrangements() {
        let words = Self.orders.map {
            RegisterEncoder.words(for: 28.5, as: RegisterField(table: .holding, address: 0, type: .float32, order: $0))
        }
        #expect(words == [[0x41E4, 0], [0, 0x41E4], [0xE441, 0], [0, 0xE441]])
    }

    @Test(
        "what a type cannot hold is refused",
        arguments: [
            (RegisterType.int16, 32_768.0), (.int16, -32_769), (.uint16, -1), (.uint16, 65_536),
            (.int32, 2_147_483_648),
            (.uint32, -1), (.int64, 9.3e18), (.uint64, 1.9e19), (.float32, 1e39), (.float64, .infinity),
            (.bcd16, 10_000),
            (.bcd16, -1), (.bcd32, 100_000_000), (.bit, 2), (.float32, .nan), (.bcd16, .nan), (.uint16, .infinity),
        ])
    func refuses(type: RegisterType, number: Double) {
        let field = RegisterField(table: .holding, address: 0, type: type)
        #expect(RegisterEncoder.words(for: number, as: field) == nil)
    }

    @Test("integers are rounded to nearest, half to even; bits of a bit table are one entry")
    func rounds() {
        func words(_ number: Double, _ type: RegisterType, _ table: RegisterTable = .holding) -> [UInt16]? {
            RegisterEncoder.words(for: number, as: RegisterField(table: table, address: 0, type: type))
        }
        #expect(words(2.5, .uint16) == [2])
        #expect(words(3.5, .uint16) == [4])
        #expect(words(-0.4, .uint16) == [0])
        #expect(words(1, .bit, .coil) == [1])
        #expect(words(0.5, .bit, .coil) == nil)
    }
}
