import Emissions
import Testing

/// The gas of most vectors: 120 °C, 98 500 Pa outside, 500 Pa of draught, 8 % humidity.
let warmGas = GasState(celsius: 120, staticPascals: -500, atmosphericPascals: 98_500)
let moist = Humidity(percent: 8)

/// A published case: what is computed, and the result to as many digits as were printed.
struct Vector: CustomTestStringConvertible, Sendable {
    let id: String
    let expected: Double
    /// Half of the last printed digit.
    let tolerance: Double
    let compute: @Sendable () throws -> Double

    init(_ id: String, _ expected: Double, _ tolerance: Double, _ compute: @escaping @Sendable () throws -> Double) {
        (self.id, self.expected, self.tolerance, self.compute) = (id, expected, tolerance, compute)
    }

    var testDescription: String { id }
}

/// Vectors of the flue-gas formulas of HJ 212-2017, appendix D, by formula number.
@Suite struct GasVectorTests {
    static let state = [
        Vector("(18) with 273", 148.840, 0.0005) {
            try StandardState.annex.standardConcentration(actualMilligramsPerCubicMetre: 100, in: warmGas)
        },
        Vector("(18) with 273.15", 148.815, 0.0005) {
            try StandardState.exact.standardConcentration(actualMilligramsPerCubicMetre: 100, in: warmGas)
        },
        Vector("(19) concentration", 32.609, 0.0005) { try moist.dry(wet: 30) },
        Vector("(19) oxygen", 5.978, 0.0005) { try moist.dry(wet: 5.5) },
        Vector("(18) then (19)", 161.783, 0.0005) {
            try GasBasis(moisture: .wet, state: .actual).dryStandard(100, gas: warmGas, humidity: moist)
        },
        Vector("humidity of an oxygen pair", 8, 1e-9) {
            try Humidity(wetOxygenPercent: 5.52, dryOxygenPercent: 6).percent
        },
    ]

    static let nitrogen = [
        Vector("(22)", 86.25, 0.005) {
            try NitrogenOxides.milligramsPerCubicMetre(
                nitricOxidePPM: 40, nitrogenDioxidePPM: 2, nitrogenDioxide: MolarMass(gramsPerMole: 46))
        },
        Vector("(21) with 46/30", 79.667, 0.0005) {
            let masses = (MolarMass(gramsPerMole: 30), MolarMass(gramsPerMole: 46))
            return try NitrogenOxides(nitricOxide: masses.0, nitrogenDioxide: masses.1)
                .milligramsPerCubicMetre(nitricOxide: 50, nitrogenDioxide: 3)
        },
        Vector("(21) with 1.53", 79.5, 0.05) {
            try NitrogenOxides.field.milligramsPerCubicMetre(nitricOxide: 50, nitrogenDioxide: 3)
        },
    ]

    static let oxygen = [
        Vector("(28) to 6 %", 29.577, 0.0005) {
            try OxygenReference.oxygen(percent: 6).converted(milligramsPerCubicMetre: 28, oxygenPercent: 6.8)
        },
        Vector("(26) to 1.4", 29.577, 0.0005) {
            try OxygenReference.excessAir(1.4).converted(milligramsPerCubicMetre: 28, oxygenPercent: 6.8)
        },
        Vector("(27)", 1.47887, 0.000005) { try OxygenReference.excessAir(oxygenPercent: 6.8) },
        Vector("(28) to 9 %", 23.662, 0.0005) {
            try OxygenReference.oxygen(percent: 9).converted(milligramsPerCubicMetre: 28, oxygenPercent: 6.8)
        },
    ]

    /// *Q*snh of the vectors' duct.
    @Sendable static func dryStandardFlow(_ standard: StandardState) throws -> Double {
        let velocity = try GasVelocity.metresPerSecond(pointMetresPerSecond: 12.5, fieldCoefficient: 1.02)
        let actual = try GasFlow.actualCubicMetresPerHour(squareMetres: 12.566, metresPerSecond: velocity)
        return try GasFlow.dryStandard(actual: actual, gas: warmGas, humidity: moist, standard: standard)
    }

    static let flow = [
        Vector("(29)", 12.75, 0.005) {
            try GasVelocity.metresPerSecond(pointMetresPerSecond: 12.5, fieldCoefficient: 1.02)
        },
        Vector("(30)", 576_779.4, 0.05) {
            try GasFlow.actualCubicMetresPerHour(squareMetres: 12.566, metresPerSecond: 12.75)
        },
        Vector("(31) with 273", 356_514.4, 0.05) { try dryStandardFlow(.annex) },
        Vector("(31) with 273.15", 356_574.2, 0.05) { try dryStandardFlow(.exact) },
        Vector("(33)", 9.9824, 0.00005) {
            try EmittedMass.kilogramsPerHour(
                milligramsPerCubicMetre: 28, cubicMetresPerHour: dryStandardFlow(.annex))
        },
        Vector("CO2", 84_035.5, 0.05) {
            let dense = try MolarMass(gramsPerMole: 44).milligramsPerCubicMetre(percent: 12)
            return try EmittedMass.kilogramsPerHour(
                milligramsPerCubicMetre: dense, cubicMetresPerHour: dryStandardFlow(.annex))
        },
        Vector("pitot", 11.877, 0.0005) {
            try GasVelocity.metresPerSecond(dynamicPascals: 90, kilogramsPerCubicMetre: 0.90029)
        },
        Vector("pitot density", 0.90029, 0.000005) { try GasVelocity.density(in: warmGas) },
    ]

    static let scaling = [
        Vector("4-20 mA", 150, 1e-9) {
            try LinearCorrection(raw: (4, 20), engineering: (0, 300)).apply(to: 12)
        },
        Vector("S7 raw", 124.989, 0.0015) {
            try LinearCorrection(raw: (5_530, 27_648), engineering: (0, 500)).apply(to: 11_059)
        },
    ]

    @Test(arguments: state + nitrogen + oxygen + flow + scaling)
    func vector(_ vector: Vector) throws {
        let value = try vector.compute()
        #expect((value - vector.expected).magnitude <= vector.tolerance, "\(value)")
    }

    @Test(
        "ppm to mg/m3 by the table",
        arguments: [
            ("a21026", 2.860), ("a21003", 1.340), ("a21004", 2.054), ("a21002", 2.054), ("a21005", 1.250),
            ("a21024", 1.628), ("a21028", 1.521), ("a21018", 0.893), ("a21001", 0.760), ("a05001", 1.965),
            ("a05002", 0.716), ("a24088", 0.536),
        ])
    func perPPM(code: String, factor: Double) throws {
        let mass = try #require(MolarMass.usual(forFactor: code))
        #expect(try (mass.milligramsPerCubicMetre(ppm: 1) - factor).magnitude < 0.00051)
    }

    @Test("a site's own factor stands in place of the table's; dust has none")
    func ownFactor() throws {
        let own = MolarMass(milligramsPerCubicMetrePerPPM: 2.86)
        #expect(try (own.milligramsPerCubicMetre(ppm: 10) - 28.6).magnitude < 1e-9)
        #expect(MolarMass.usual(forFactor: "a34013") == nil)
    }

    @Test("a flow and a rate over an interval")
    func interval() throws {
        #expect(try GasFlow.cubicMetres(cubicMetresPerHour: 7_200, seconds: 60) == 120)
        #expect(try EmittedMass.kilograms(kilogramsPerHour: 9, seconds: 1_200) == 3)
    }
}
