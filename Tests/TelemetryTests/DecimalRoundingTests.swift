import Telemetry
import TestSupport
import Testing

@Suite struct DecimalRoundingTests {
    @Test(
        "ties go to the even digit, judged in decimal",
        arguments: [
            (50.05, 1, 50.0), (50.15, 1, 50.2), (0.125, 2, 0.12), (0.135, 2, 0.14), (2.5, 0, 2.0), (3.5, 0, 4.0),
            (-50.05, 1, -50.0), (-2.5, 0, -2.0), (1.005, 2, 1.0), (12.3400001, 2, 12.34), (999.995, 2, 1000.0),
            (0.0, 3, 0.0), (1e-7, 3, 0.0), (1e20, 2, 1e20),
        ])
    func ties(value: Double, places: Int, expected: Double) {
        #expect(value.rounded(toPlaces: places) == expected)
    }

    @Test("a number that has no more decimals stays as it is")
    func short() {
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            let value = Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 1_000
            #expect(value.rounded(toPlaces: 3) == value, "\(random)")
        }
    }

    @Test(
        "instrument precision is seven significant digits",
        arguments: [
            (Double(Float(12.31)), 12.31), (Double(Float(0.07)), 0.07), (1_234_567.89, 1_234_568.0), (0.0, 0.0),
            (-6.0218754321, -6.021875), (98_765.4321, 98_765.43),
        ])
    func significant(value: Double, expected: Double) {
        #expect(value.withInstrumentPrecision == expected)
    }
}
