import Emissions
import Telemetry
import TestSupport
import Testing

/// What to round, to how many decimals, and what comes of it by either rule.
struct RoundingCase: CustomTestStringConvertible, Sendable {
    let value: Double
    let decimals: Int
    let even: Double
    let up: Double

    init(_ value: Double, _ decimals: Int, _ even: Double, up: Double? = nil) {
        (self.value, self.decimals, self.even, self.up) = (value, decimals, even, up ?? even)
    }

    var testDescription: String { "\(value) to \(decimals)" }
}

@Suite struct RoundingTests {
    static let ties = [
        RoundingCase(50.05, 1, 50.0, up: 50.1), RoundingCase(50.15, 1, 50.2), RoundingCase(2.5, 0, 2, up: 3),
        RoundingCase(3.5, 0, 4), RoundingCase(0.5, 0, 0, up: 1), RoundingCase(1.5, 0, 2),
        RoundingCase(1.005, 2, 1.0, up: 1.01), RoundingCase(0.285, 2, 0.28, up: 0.29),
        RoundingCase(0.00025, 4, 0.0002, up: 0.0003), RoundingCase(9.995, 2, 10.0),
        RoundingCase(0.045, 2, 0.04, up: 0.05), RoundingCase(1234567.125, 2, 1234567.12, up: 1234567.13),
        RoundingCase(2.5e-7, 7, 2e-7, up: 3e-7), RoundingCase(5e-10, 9, 0, up: 1e-9),
        RoundingCase(1.5e-9, 9, 2e-9), RoundingCase(99999999.5, 0, 1e8),
        RoundingCase(1_000_000_000_000.5, 0, 1e12, up: 1_000_000_000_001),
        RoundingCase(4_503_599_627_370_495.5, 0, 4_503_599_627_370_496),
        RoundingCase(4_503_599_627_370_494.5, 0, 4_503_599_627_370_494, up: 4_503_599_627_370_495),
    ]

    static let others = [
        RoundingCase(50.049999, 1, 50.0), RoundingCase(50.050001, 1, 50.1), RoundingCase(0, 2, 0),
        RoundingCase(0.1 + 0.2, 1, 0.3), RoundingCase(12.3456, 2, 12.35), RoundingCase(0.0499999999999, 1, 0),
        RoundingCase(0.04, 1, 0), RoundingCase(0.06, 1, 0.1), RoundingCase(9.96, 1, 10), RoundingCase(12, 3, 12),
        // One step of the number beside a tie is none.
        RoundingCase(50.05.nextUp, 1, 50.1), RoundingCase(50.15.nextDown, 1, 50.1),
        RoundingCase(2.5.nextDown, 0, 2), RoundingCase(2.5.nextUp, 0, 3),
        // So large that there are no such decimals, or none left to see a tie with.
        RoundingCase(1e300, 2, 1e300), RoundingCase(.greatestFiniteMagnitude, 9, .greatestFiniteMagnitude),
        RoundingCase(9_007_199_254_740_994, 0, 9_007_199_254_740_994), RoundingCase(1e16, 15, 1e16),
        // So small that nothing is left.
        RoundingCase(1e-300, 15, 0), RoundingCase(.leastNonzeroMagnitude, 22, 0),
        RoundingCase(.leastNonzeroMagnitude, 324, .leastNonzeroMagnitude),
        RoundingCase(.leastNonzeroMagnitude, 323, 0, up: .leastNonzeroMagnitude * 2),
        RoundingCase(2.2250738585072014e-308, 310, 2.23e-308), RoundingCase(1.7e-20, 20, 2e-20),
        RoundingCase(123.456, -3, 123), RoundingCase(123.456, 400, 123.456), RoundingCase(1e-300, .max, 1e-300),
    ]

    @Test("ties are judged in decimal, and the sign mirrors them", arguments: ties + others)
    func cases(_ rounding: RoundingCase) {
        let (value, decimals) = (rounding.value, rounding.decimals)
        #expect(value.rounded(toDecimals: decimals) == rounding.even)
        #expect(value.rounded(toDecimals: decimals, rule: .halfEven) == rounding.even)
        #expect(value.rounded(toDecimals: decimals, rule: .halfUp) == rounding.up)
        #expect((-value).rounded(toDecimals: decimals) == -rounding.even)
        #expect((-value).rounded(toDecimals: decimals, rule: .halfUp) == -rounding.up, "away from zero")
    }

    @Test(
        "zero has no sign, whatever it was made of", arguments: [0.0, 0.04, 1e-9, .leastNonzeroMagnitude, 0.05],
        [0, 1, 2, 9, 340, 341])
    func zero(magnitude: Double, decimals: Int) {
        for rule in RoundingRule.allCases {
            let rounded = (-magnitude).rounded(toDecimals: decimals, rule: rule)
            #expect(rounded != 0 || rounded.sign == .plus, "\(rule)")
        }
    }

    @Test("what is no number stays what it is")
    func nonNumbers() {
        for rule in RoundingRule.allCases {
            #expect(Double.infinity.rounded(toDecimals: 2, rule: rule) == .infinity)
            #expect((-Double.infinity).rounded(toDecimals: 2, rule: rule) == -.infinity)
            #expect(Double.nan.rounded(toDecimals: 2, rule: rule).isNaN)
            #expect(Double.nan.rounded(toDecimals: 999, rule: rule).isNaN)
        }
    }

    @Test("the names of the setting")
    func names() {
        #expect(RoundingRule.allCases.map(\.rawValue) == ["half_even", "half_up"])
    }
}

@Suite struct NumberFormatRoundingTests {
    @Test(
        "the greatest number of a format",
        arguments: [
            ("N5.2", 99_999.99), ("N4", 9_999), ("N1", 9), ("N3.1", 999.9), ("N14", 99_999_999_999_999),
            ("N6.9", 999_999.999999999), ("N14.2", 99_999_999_999_999.99),
        ])
    func greatest(notation: String, expected: Double) throws {
        #expect(try #require(NumberFormat(notation)).greatest == expected)
    }

    @Test("the greatest number of every format has no digit too many and is held")
    func greatestOfAll() {
        for whole in 1...14 {
            let bound = Double("1e\(whole)") ?? 0
            for decimals in 0...9 {
                let format = NumberFormat(integerDigits: whole, decimals: decimals)
                #expect(format.greatest < bound && format.greatest > bound * 0.89, "\(format.notation)")
                for rule in RoundingRule.allCases {
                    #expect(format.holds(format.greatest, rule: rule), "\(format.notation)")
                    #expect(format.holds(-format.greatest, rule: rule), "\(format.notation)")
                    #expect(!format.holds(bound, rule: rule), "\(format.notation)")
                }
            }
        }
    }

    @Test("a format that no notation can state has bounds too")
    func impossible() {
        #expect(NumberFormat(integerDigits: 0, decimals: -1).greatest == 9)
        #expect(NumberFormat(integerDigits: 300, decimals: 300).greatest < 1e14)
        #expect(!NumberFormat(integerDigits: 300, decimals: 300).holds(1e15))
    }

    @Test(
        "what fits is judged after rounding",
        arguments: [
            ("N3.1", 999.94, true, true), ("N3.1", 999.95, false, false), ("N3.1", -999.94, true, true),
            ("N3.1", 999.96, false, false), ("N2.1", 99.85, true, true), ("N4", 9_999.4, true, true),
            ("N4", 9_998.5, true, true), ("N4", 9_999.5, false, false), ("N1.1", 9.949999, true, true),
            ("N1", 0, true, true),
            ("N1", -9.4, true, true), ("N1", -9.5, false, false), ("N5.2", .infinity, false, false),
            ("N5.2", .nan, false, false), ("N5.2", -.infinity, false, false), ("N5.2", 1e300, false, false),
        ] as [(String, Double, Bool, Bool)])
    func holds(notation: String, value: Double, even: Bool, up: Bool) throws {
        let format = try #require(NumberFormat(notation))
        #expect(format.holds(value) == even)
        #expect(format.holds(value, rule: .halfUp) == up)
    }

    @Test("rounding to a format rounds to its decimals and cuts nothing before the point")
    func format() {
        let format = NumberFormat(integerDigits: 2, decimals: 1)
        #expect(50.05.rounded(to: format) == 50.0)
        #expect(50.05.rounded(to: format, rule: .halfUp) == 50.1)
        #expect(1_234.56.rounded(to: format) == 1_234.6)
    }
}

@Suite("Ties among means")
struct TieTests {
    @Test("a mean that is a tie in decimal is one, whatever the noise of its sum")
    func means() {
        var random = SeededGenerator()
        var disturbed = 0
        for _ in 0..<2_000 {
            // Twelve samples in hundredths whose sum is a tie: 6 more than a multiple of 12.
            var hundredths = (0..<12).map { _ in Int.random(in: 100...99_999, using: &random) }
            let rest = hundredths.reduce(0, +) % 12
            hundredths[0] += (18 - rest) % 12
            let sum = hundredths.reduce(0, +)
            let samples: [Double] = hundredths.map { Double($0) / 100 }
            let mean: Double = samples.reduce(0, +) / 12
            let lower = sum / 12
            let even = lower.isMultiple(of: 2) ? lower : lower + 1
            #expect(mean.withTieRestored(decimals: 2).rounded(toDecimals: 2) == Double(even) / 100, "\(random)")
            if mean.rounded(toDecimals: 2) != Double(even) / 100 { disturbed += 1 }
        }
        #expect(disturbed > 0, "noise does decide where it is let")
    }

    @Test(
        "however great a number is, its own digits decide",
        arguments: [
            (10_000_000_000_000.05, 1, 10_000_000_000_000.0), (10_000_000_000_000.15, 1, 10_000_000_000_000.2),
            (10_000_000_000_000.04, 1, 10_000_000_000_000.0), (10_000_000_000_000.06, 1, 10_000_000_000_000.1),
            (49_999_999_999_999.2, 0, 49_999_999_999_999), (50_000_000_000_001.2, 0, 50_000_000_000_001),
            (50_000_000_000_001.8, 0, 50_000_000_000_002), (60_000_000_000_001.5, 0, 60_000_000_000_002),
            (60_000_000_000_002.5, 0, 60_000_000_000_002), (99_999_999_999_999.2, 0, 99_999_999_999_999),
            (600_000_000_001.012, 2, 600_000_000_001.01), (400_000_000_000_001.25, 1, 400_000_000_000_001.2),
            (400_000_000_000_001.75, 1, 400_000_000_000_001.8), (2_000_000_000_000_001.25, 1, 2_000_000_000_000_001.2),
            (4_503_599_627_370_494.5, 0, 4_503_599_627_370_494), (1e15, 3, 1e15), (1e30, 9, 1e30),
        ] as [(Double, Int, Double)])
    func great(number: Double, decimals: Int, expected: Double) {
        for (number, expected) in [(number, expected), (-number, -expected)] {
            let restored = number.withTieRestored(decimals: decimals)
            #expect(restored.rounded(toDecimals: decimals) == expected)
            #expect(number.rounded(toPlaces: decimals) == expected)
        }
    }

    @Test(
        "what is no tie stays what it is", arguments: [50.051, 50.0500000001, -50.0499999999, 0, 1e300, .infinity, 7])
    func others(number: Double) {
        #expect(number.withTieRestored(decimals: 1) == number)
    }
}
