import Protocol
import Telemetry
import Testing

@testable import GatewayCore

@Suite("RegisterPoint")
struct RegisterPointTests {
    private func point(
        _ type: RegisterType = .uint16, scale: Double = 1, offset: Double = 0, invalid: [Double] = [],
        flags: [Int64: DataFlag]? = nil
    ) -> RegisterPoint {
        RegisterPoint(
            RegisterConfiguration(
                name: "r", field: RegisterField(table: .holding, address: 0, type: type), scale: scale, offset: offset,
                invalidNumbers: invalid, flags: flags))
    }

    @Test("the number is scaled, then shifted")
    func scaling() {
        let (reading, flag) = point(.int16, scale: 0.01, offset: -50).reading(in: [0xFFFE], at: 0)
        #expect(reading == Reading(value: -2 * 0.01 + -50))
        #expect(flag == .normal)
    }

    @Test("4–20 mA and integer cards: the pairs of the field come out through scale and offset")
    func cards() throws {
        let scale = 500.0 / (27_648 - 5_530)
        let reading = point(scale: scale, offset: -5_530 * scale).reading(in: [11_059], at: 0).reading
        #expect(abs(try #require(reading.value) - 124.989) < 0.001)
    }

    @Test("no number, or one that scaling makes infinite, is a failed reading with a reason")
    func notANumber() {
        #expect(point(.float32).reading(in: [0x7FC0, 0], at: 0).reading == .failed(.notANumber))
        #expect(point(.bcd16).reading(in: [0xAAAA], at: 0).reading == .failed(.notANumber))
        #expect(
            point(.float64, scale: 1e300).reading(in: [0x7FE0, 0, 0, 0], at: 0).reading == .failed(.notANumber))
    }

    @Test(
        "a number that is declared to mean no value is looked for before scale and offset, with the precision of its type",
        arguments: [
            (.uint16, [0xFFFF], [65_535], 65_535), (.int16, [0x8000], [-32_768], -32_768),
            (.uint16, [0xFFFF], [6_553.5], nil), (.float32, [0xC61C, 0x3C00], [-1, -9_999], -9_999),
            (.float32, [0x4479, 0xF99A], [999.9], Double(Float(999.9))),
            (.float64, [0x408F, 0x3F33, 0x3333, 0x3333], [999.9], 999.9),
        ] as [(RegisterType, [UInt16], [Double], Double?)])
    func invalid(type: RegisterType, words: [UInt16], numbers: [Double], found: Double?) {
        let reading = point(type, scale: 0.1, offset: -50, invalid: numbers).reading(in: words, at: 0).reading
        if let found {
            #expect(reading == Reading(value: nil, flag: .fault, failure: .invalid(number: found)))
        } else {
            #expect(reading.value == 65_535 * 0.1 - 50 && reading.failure == nil)
        }
    }

    @Test("minus zero becomes zero, so that no record says -0")
    func minusZero() {
        #expect(point(.float32).reading(in: [0x8000, 0], at: 0).reading.value?.sign == .plus)
    }

    @Test(
        "a 64-bit integer beyond 2⁵³ keeps its digits through scale and offset",
        arguments: [
            (.uint64, 1, 0, [0x0020, 0, 0, 1], "9007199254740993"),
            (.uint64, 1, 0, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF], "18446744073709551615"),
            (.uint64, 0.001, 0, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF], "18446744073709551.615"),
            (.uint64, 0.01, -0.5, [0x0020, 0, 0, 1], "90071992547409.43"),
            (.uint64, 1000, 7, [0x0020, 0, 0, 1], "9007199254740993007"),
            (.uint64, 1e-25, 0, [0x0020, 0, 0, 1], "0.0000000009007199254740993"),
            (.int64, 1, 0, [0x8000, 0, 0, 0], "-9223372036854775808"),
            (.int64, -1, 1, [0x8000, 0, 0, 0], "9223372036854775809"),
            (.int64, 0.1, 0, [0xFFDF, 0xFFFF, 0xFFFF, 0xFFFF], "-900719925474099.3"),
            // A double holds these as they are, and the others are no whole numbers.
            (.uint64, 1, 0, [0x0020, 0, 0, 0], nil), (.int64, 1, 0, [0xFFE0, 0, 0, 0], nil),
            (.uint64, 1, 0, [0, 0, 0, 5], nil), (.float64, 1, 0, [0x7FE0, 0, 0, 1], nil),
        ] as [(RegisterType, Double, Double, [UInt16], String?)])
    func longNumbers(type: RegisterType, scale: Double, offset: Double, words: [UInt16], text: String?) throws {
        let point = point(type, scale: scale, offset: offset)
        #expect(point.digits(in: words, at: 0)?.text == text)
        if let text {
            let (value, exact) = (
                try #require(point.reading(in: words, at: 0).reading.value), try #require(Double(text))
            )
            #expect(abs(value - exact) <= 2 * exact.ulp)
        }
        #expect(point.digits(in: Array(words.dropLast()), at: 0) == nil)
    }

    @Test(
        "a state register maps its number as it is in the device",
        arguments: [(1, DataFlag.maintenance), (2, .fault), (4, .calibration), (0, .normal), (3, .normal)]
            as [(UInt16, DataFlag)])
    func state(number: UInt16, flag: DataFlag) {
        let state = point(scale: 10, flags: [1: .maintenance, 2: .fault, 4: .calibration])
        #expect(state.reading(in: [number], at: 0).stateFlag == flag)
    }
}
