import Emissions
import TestSupport
import Testing

@Suite struct WaterFlowTests {
    static let vectors = [
        Vector("(1)", 45.0, 1e-12) { try WaterFlow.cubicMetres(litresPerSecond: 45, seconds: 1_000) },
        Vector("(1) a slice of 5 s", 0.225, 1e-12) { try WaterFlow.cubicMetres(litresPerSecond: 45, seconds: 5) },
        Vector("(1) nothing flows", 0, 0) { try WaterFlow.cubicMetres(litresPerSecond: 0, seconds: 60) },
        Vector("(5) ten minutes", 45, 1e-12) { try WaterFlow.litresPerSecond(cubicMetres: 27, seconds: 600) },
        Vector("(6) an hour", 45, 1e-12) { try WaterFlow.litresPerSecond(cubicMetres: 162, seconds: 3_600) },
        Vector("(7) a day", 45, 1e-12) { try WaterFlow.litresPerSecond(cubicMetres: 3_888, seconds: 86_400) },
    ]

    @Test("published vectors", arguments: vectors)
    func vector(_ vector: Vector) throws {
        #expect((try vector.compute() - vector.expected).magnitude <= vector.tolerance)
    }

    @Test("flow and volume are each other's way back")
    func inverse() throws {
        var random = SeededGenerator()
        for _ in 0..<1_000 {
            let flow = Double.random(in: 0...10_000, using: &random)
            let seconds = Double.random(in: 0.001...86_400, using: &random)
            let volume = try WaterFlow.cubicMetres(litresPerSecond: flow, seconds: seconds)
            let back = try WaterFlow.litresPerSecond(cubicMetres: volume, seconds: seconds)
            #expect((back - flow).magnitude <= flow * 1e-12, "\(random)")
        }
    }

    @Test("the failure names the quantity", arguments: [-1, .nan, .infinity, -.infinity] as [Double])
    func failures(bad: Double) {
        #expect(throws: CalculationFailure.impossible(.flow)) {
            try WaterFlow.cubicMetres(litresPerSecond: bad, seconds: 1)
        }
        #expect(throws: CalculationFailure.impossible(.duration)) {
            try WaterFlow.cubicMetres(litresPerSecond: 1, seconds: bad)
        }
        #expect(throws: CalculationFailure.impossible(.volume)) {
            try WaterFlow.litresPerSecond(cubicMetres: bad, seconds: 1)
        }
        #expect(throws: CalculationFailure.impossible(.duration)) {
            try WaterFlow.litresPerSecond(cubicMetres: 1, seconds: bad)
        }
    }

    @Test("no time is no flow, and what is too wide is an overflow")
    func limits() {
        #expect(throws: CalculationFailure.impossible(.duration)) {
            try WaterFlow.litresPerSecond(cubicMetres: 1, seconds: 0)
        }
        #expect(throws: CalculationFailure.overflow) {
            try WaterFlow.cubicMetres(litresPerSecond: 1e200, seconds: 1e200)
        }
        #expect(throws: CalculationFailure.overflow) {
            try WaterFlow.litresPerSecond(cubicMetres: 1e300, seconds: 1e-300)
        }
    }
}

@Suite struct FlowWeightedMeanTests {
    private static func mean(_ parts: [(c: Double, d: Double)]) throws -> FlowWeightedMean {
        var mean = FlowWeightedMean()
        for part in parts { try mean.add(milligramsPerLitre: part.c, cubicMetres: part.d) }
        return mean
    }

    @Test("(14): concentrations weigh as much as water flowed")
    func vector() throws {
        let mean = try Self.mean([(40, 100), (50, 120), (60, 80), (55, 0)])
        let result = try #require(mean.milligramsPerLitre)
        #expect((result - 49.333).magnitude <= 0.0005)
        #expect((mean.kilograms - 14.8).magnitude <= 1e-12)
        #expect(mean.cubicMetres == 300)
    }

    @Test("without discharge there is no mean, and the mass is 0")
    func standing() throws {
        #expect(FlowWeightedMean().milligramsPerLitre == nil)
        let mean = try Self.mean([(55, 0), (1_000, 0)])
        #expect(mean.milligramsPerLitre == nil)
        #expect(mean.kilograms == 0 && mean.cubicMetres == 0)
    }

    @Test("a concentration below zero is kept: it shows the drift of the instrument's zero")
    func negative() throws {
        #expect(try Self.mean([(-2, 10)]).milligramsPerLitre == -2)
    }

    @Test("the mean lies between the extremes of what flowed; equal parts give the plain mean")
    func bounds() throws {
        var random = SeededGenerator()
        for _ in 0..<1_000 {
            let parts = (0..<Int.random(in: 1...24, using: &random)).map { _ in
                (c: Double.random(in: 0...500, using: &random), d: Double.random(in: 0.1...1_000, using: &random))
            }
            let result = try #require(try Self.mean(parts).milligramsPerLitre)
            let values = parts.map(\.c)
            #expect(result >= (values.min() ?? 0) - 1e-9 && result <= (values.max() ?? 0) + 1e-9, "\(random)")
            let even = try #require(try Self.mean(parts.map { ($0.c, 7) }).milligramsPerLitre)
            let plain = values.reduce(0, +) / Double(values.count)
            #expect((even - plain).magnitude <= 1e-9, "\(random)")
        }
    }

    @Test("a failure counts nothing")
    func failures() throws {
        var mean = try Self.mean([(40, 100)])
        let before = mean
        #expect(throws: CalculationFailure.impossible(.concentration)) {
            try mean.add(milligramsPerLitre: .nan, cubicMetres: 1)
        }
        #expect(throws: CalculationFailure.impossible(.volume)) {
            try mean.add(milligramsPerLitre: 1, cubicMetres: -1)
        }
        #expect(throws: CalculationFailure.overflow) { try mean.add(milligramsPerLitre: 1e300, cubicMetres: 1e300) }
        #expect(throws: CalculationFailure.overflow) {
            try mean.add(milligramsPerLitre: 1e-300, cubicMetres: .greatestFiniteMagnitude)
            try mean.add(milligramsPerLitre: 1e-300, cubicMetres: .greatestFiniteMagnitude)
        }
        #expect(mean.cubicMetres == .greatestFiniteMagnitude, "the first of the two counted, the second not at all")
        #expect(before.milligramsPerLitre == 40)
    }
}
