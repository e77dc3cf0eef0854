import Emissions
import TestSupport
import Testing

@Suite struct TotaliserTests {
    /// What each reading adds.
    private static func steps(_ readings: [Double], _ meter: Totaliser) throws -> [Totaliser.Step] {
        var meter = meter
        return try readings.map { try meter.advance(to: $0) }
    }

    @Test(
        "what a reading adds",
        arguments: [
            ([100, 130, 130, 131.5], nil, [.first, .counted(30), .counted(0), .counted(1.5)]),
            // Six digits, over their end.
            ([999_990, 15], 1_000_000, [.first, .rolledOver(25)]),
            ([900_000, 100_000], 1_000_000, [.first, .rolledOver(200_000)]),
            ([999_999.5, 0], 1_000_000, [.first, .rolledOver(0.5)]),
            // Not from the last tenth, not to the first, or no end known: set back.
            ([899_999, 5], 1_000_000, [.first, .reset(5)]),
            ([999_990, 100_001], 1_000_000, [.first, .reset(100_001)]),
            ([999_990, 15], nil, [.first, .reset(15)]), ([500, 0, 7], nil, [.first, .reset(0), .counted(7)]),
            ([0, 0], 10, [.first, .counted(0)]),
        ] as [([Double], Double?, [Totaliser.Step])])
    func steps(readings: [Double], modulus: Double?, expected: [Totaliser.Step]) throws {
        #expect(try Self.steps(readings, Totaliser(modulus: modulus)) == expected)
    }

    @Test("a small fall is noise, adds nothing and is not counted again when the meter comes back")
    func noise() throws {
        let meter = Totaliser(modulus: 1_000, toleratedFall: 0.2)
        let steps = try Self.steps([50, 49.9, 49.85, 50, 50.5, 49], meter)
        #expect(steps == [.first, .counted(0), .counted(0), .counted(0), .counted(0.5), .reset(49)])
        let exact = try Self.steps([50, 49.9], Totaliser(modulus: 1_000))
        #expect(exact == [.first, .reset(49.9)])
        let nonsense = try Self.steps([50, 49.9], Totaliser(toleratedFall: .nan))
        #expect(nonsense == [.first, .reset(49.9)])
    }

    @Test("over a restart the last reading is all there is to keep")
    func restart() throws {
        var before = Totaliser(modulus: 1_000)
        _ = try before.advance(to: 400)
        var after = Totaliser(modulus: before.modulus, toleratedFall: before.toleratedFall, last: before.last)
        #expect(after == before)
        #expect(try after.advance(to: 450) == .counted(50), "what flowed meanwhile is in the next difference")
        var smaller = Totaliser(modulus: 100, last: 400)
        #expect(try smaller.advance(to: 5) == .reset(5), "a meter exchanged for a smaller one was not rolled over")
    }

    @Test(
        "a reading that no meter shows is refused and changes nothing",
        arguments: [-1, .nan, .infinity, 1_000, 1e9] as [Double])
    func refused(reading: Double) throws {
        var meter = Totaliser(modulus: 1_000, last: 10)
        #expect(throws: CalculationFailure.impossible(.volume)) { try meter.advance(to: reading) }
        #expect(meter.last == 10)
        #expect(try meter.advance(to: 12) == .counted(2))
    }

    @Test("a modulus that is none is refused", arguments: [0, -5, .nan, .infinity] as [Double])
    func modulus(modulus: Double) {
        var meter = Totaliser(modulus: modulus, last: 10)
        #expect(throws: CalculationFailure.impossible(.modulus)) { try meter.advance(to: 12) }
    }

    @Test("the amount of each step")
    func amounts() {
        let steps: [Totaliser.Step] = [.first, .counted(2), .rolledOver(3), .reset(4)]
        #expect(steps.map(\.amount) == [0, 2, 3, 4])
    }

    @Test("the amounts of a meter that only counts up sum to what flowed, across any number of roll-overs")
    func conservation() throws {
        var random = SeededGenerator()
        for _ in 0..<200 {
            let modulus = Double(Int.random(in: 1_000...9_999, using: &random))
            var total = Double(Int.random(in: 0..<1_000, using: &random))
            let start = total
            var meter = Totaliser(modulus: modulus)
            var sum = 0.0
            for _ in 0..<100 {
                sum += try meter.advance(to: total.truncatingRemainder(dividingBy: modulus)).amount
                // Less than a tenth between two readings, so that no roll-over can be mistaken.
                total += Double(Int.random(in: 0...Int(modulus / 10) - 1, using: &random))
            }
            sum += try meter.advance(to: total.truncatingRemainder(dividingBy: modulus)).amount
            #expect(sum == total - start, "\(random)")
        }
    }
}
