import Emissions
import TestSupport
import Testing

/// What holds for every input.
@Suite struct GasPropertyTests {
    /// Doubles of every kind: special ones, all bit patterns, and ordinary ones.
    private static func wild(_ random: inout SeededGenerator) -> Double {
        let special = [
            0, -0.0, 1, -1, 20, 21, 25, 100, 273, -273, -273.15, 101_325, .leastNormalMagnitude, 1e300, -1e300, .nan,
            .infinity,
            -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
        ]
        return switch Int.random(in: 0..<3, using: &random) {
        case 0: special.randomElement(using: &random) ?? 0
        case 1: Double(bitPattern: random.next())
        default: Double.random(in: -500...200_000, using: &random)
        }
    }

    /// Every function on the numbers of `x`; nil where one fails.
    private static func results(_ x: [Double]) -> [(String, Double?)] {
        let gas = GasState(celsius: x[0], staticPascals: x[1], atmosphericPascals: x[2])
        let humidity = Humidity(percent: x[3])
        let standard = StandardState(zeroKelvin: x[4])
        let conversion = OxygenConversion(reference: .oxygen(percent: x[3]), capPercent: x[4], action: .cap)
        return [
            ("linear", try? LinearCorrection(slope: x[0], offset: x[1]).apply(to: x[2])),
            ("line", try? LinearCorrection(raw: (x[0], x[1]), engineering: (x[2], x[3])).apply(to: x[4])),
            ("standard", try? standard.standardConcentration(actualMilligramsPerCubicMetre: x[5], in: gas)),
            ("ratio", try? standard.volumeRatio(gas)),
            ("dry", try? humidity.dry(wet: x[5])),
            ("pair", try? Humidity(wetOxygenPercent: x[0], dryOxygenPercent: x[1]).percent),
            (
                "basis",
                try? GasBasis(moisture: .wet, state: .actual)
                    .dryStandard(x[5], gas: gas, humidity: humidity, standard: standard)
            ),
            ("ppm", try? MolarMass(gramsPerMole: x[0]).milligramsPerCubicMetre(ppm: x[1])),
            ("percent", try? MolarMass(gramsPerMole: x[0]).milligramsPerCubicMetre(percent: x[1])),
            (
                "NOx",
                try? NitrogenOxides(nitricOxideWeight: x[0])
                    .milligramsPerCubicMetre(nitricOxide: x[1], nitrogenDioxide: x[2])
            ),
            (
                "NOx ppm",
                try? NitrogenOxides.milligramsPerCubicMetre(nitricOxidePPM: x[1], nitrogenDioxidePPM: x[2])
            ),
            ("density", try? GasVelocity.density(in: gas, standard: standard)),
            (
                "pitot",
                try? GasVelocity.metresPerSecond(
                    dynamicPascals: x[0], kilogramsPerCubicMetre: x[1], pitotCoefficient: x[2])
            ),
            ("field", try? GasVelocity.metresPerSecond(pointMetresPerSecond: x[0], fieldCoefficient: x[1])),
            ("actual", try? GasFlow.actualCubicMetresPerHour(squareMetres: x[0], metresPerSecond: x[1])),
            ("flow", try? GasFlow.dryStandard(actual: x[5], gas: gas, humidity: humidity, standard: standard)),
            ("volume", try? GasFlow.cubicMetres(cubicMetresPerHour: x[0], seconds: x[1])),
            ("rate", try? EmittedMass.kilogramsPerHour(milligramsPerCubicMetre: x[0], cubicMetresPerHour: x[1])),
            ("mass", try? EmittedMass.kilograms(kilogramsPerHour: x[0], seconds: x[1])),
            ("alpha", try? OxygenReference.excessAir(oxygenPercent: x[0])),
            (
                "to alpha",
                try? OxygenReference.excessAir(x[0]).converted(milligramsPerCubicMetre: x[1], oxygenPercent: x[2])
            ),
            (
                "converted",
                try? conversion.convert(milligramsPerCubicMetre: x[5], oxygenPercent: x[2]).milligramsPerCubicMetre
            ),
        ]
    }

    @Test("no input gives a number that is none")
    func finite() {
        var random = SeededGenerator()
        var computed: [String: Int] = [:]
        for _ in 0..<randomCases(20_000) {
            let input = (0..<6).map { _ in Self.wild(&random) }
            for (name, value) in Self.results(input) {
                guard let value else { continue }
                computed[name, default: 0] += 1
                if !value.isFinite { Issue.record("\(name) of \(input) is \(value), \(random)") }
            }
        }
        #expect(
            computed.count == Self.results([1, 1, 1, 1, 1, 1]).count, "every function computes something: \(random)")
    }

    @Test("ordinary inputs of a stack always compute")
    func ordinary() throws {
        var random = SeededGenerator()
        for _ in 0..<randomCases(2_000) {
            let gas = GasState(
                celsius: .random(in: -40...600, using: &random),
                staticPascals: .random(in: -5_000...5_000, using: &random),
                atmosphericPascals: .random(in: 55_000...105_000, using: &random))
            let humidity = Humidity(percent: .random(in: 0...40, using: &random))
            let wet = Double.random(in: 0...5_000, using: &random)
            let dry = try GasBasis(moisture: .wet, state: .standard).dryStandard(wet, gas: gas, humidity: humidity)
            #expect(dry >= wet, "dry gas is denser in pollutants, \(random)")
            let flow = try GasFlow.dryStandard(actual: 1_000, gas: gas, humidity: humidity)
            let concentration = try GasBasis(moisture: .wet, state: .actual)
                .dryStandard(wet, gas: gas, humidity: humidity)
            // What the duct carries does not depend on the state it is expressed in.
            #expect((concentration * flow - wet * 1_000).magnitude <= 1e-9 * wet * 1_000 + 1e-9, "\(random)")
        }
    }

    @Test("dry gas at standard state stays as it is")
    func identity() throws {
        for standard in [StandardState.annex, .exact] {
            let still = GasState(celsius: 0, staticPascals: 0, atmosphericPascals: StandardState.pascals)
            for value in [0, -3.7, 12.34, 1e9] {
                let basis = GasBasis(moisture: .wet, state: .actual)
                #expect(try basis.dryStandard(value, gas: still, humidity: .dry, standard: standard) == value)
                let flow = try GasFlow.dryStandard(actual: value, gas: still, humidity: .dry, standard: standard)
                #expect(flow == value)
            }
        }
        let broken = GasState(celsius: .nan, staticPascals: .nan, atmosphericPascals: .nan)
        let dry = try GasBasis.dryStandard.dryStandard(5, gas: broken, humidity: Humidity(percent: .nan))
        #expect(dry == 5, "what is not needed is not looked at")
    }

    @Test("oxygen at the reference leaves the concentration, more oxygen raises it")
    func oxygen() throws {
        var random = SeededGenerator()
        for _ in 0..<randomCases(2_000) {
            let reference = Double.random(in: 1...18, using: &random)
            let value = Double.random(in: 0.1...1_000, using: &random)
            let oxygen = OxygenReference.oxygen(percent: reference)
            let same = try oxygen.converted(milligramsPerCubicMetre: value, oxygenPercent: reference)
            #expect((same - value).magnitude <= value.ulp * 2, "\(random)")
            let more = try oxygen.converted(milligramsPerCubicMetre: value, oxygenPercent: reference + 0.1)
            #expect(more > value, "\(random)")
            // The excess-air coefficient that belongs to a reference converts alike.
            let alpha = OxygenReference.excessAir(21 / (21 - reference))
            let present = Double.random(in: 1...20, using: &random)
            let one = try oxygen.converted(milligramsPerCubicMetre: value, oxygenPercent: present)
            let other = try alpha.converted(milligramsPerCubicMetre: value, oxygenPercent: present)
            #expect((one - other).magnitude <= one * 1e-12, "\(random)")
        }
    }

    @Test("hotter gas means more standard concentration and less standard flow; more draught likewise")
    func monotony() throws {
        var last: (concentration: Double, flow: Double)?
        for celsius in stride(from: -20.0, through: 400, by: 20) {
            let gas = GasState(celsius: celsius, staticPascals: -10 * celsius, atmosphericPascals: 100_000)
            let concentration = try StandardState.annex.standardConcentration(
                actualMilligramsPerCubicMetre: 10, in: gas)
            let flow = try GasFlow.dryStandard(actual: 10, gas: gas, humidity: .dry)
            if let last { #expect(concentration > last.concentration && flow < last.flow) }
            last = (concentration, flow)
        }
    }

    @Test("the failure names the quantity")
    func failures() {
        let frozen = GasState(celsius: -300, staticPascals: 0, atmosphericPascals: 100_000)
        let empty = GasState(celsius: 0, staticPascals: -100_000, atmosphericPascals: 100_000)
        let annex = StandardState.annex
        #expect(throws: CalculationFailure.impossible(.temperature)) { try annex.volumeRatio(frozen) }
        #expect(throws: CalculationFailure.impossible(.pressure)) { try annex.volumeRatio(empty) }
        #expect(throws: CalculationFailure.impossible(.humidity)) { try Humidity(percent: 100).dry(wet: 1) }
        #expect(throws: CalculationFailure.impossible(.humidity)) { try Humidity(percent: -1.1).dry(wet: 1) }
        #expect(throws: CalculationFailure.impossible(.oxygen)) {
            try Humidity(wetOxygenPercent: 7, dryOxygenPercent: 6)
        }
        #expect(throws: CalculationFailure.impossible(.oxygen)) {
            try OxygenReference.oxygen(percent: 6).converted(milligramsPerCubicMetre: 1, oxygenPercent: 21)
        }
        #expect(throws: CalculationFailure.impossible(.dynamicPressure)) {
            try GasVelocity.metresPerSecond(dynamicPascals: -1, kilogramsPerCubicMetre: 1)
        }
        #expect(throws: CalculationFailure.impossible(.factor)) {
            try LinearCorrection(raw: (4, 4), engineering: (0, 1))
        }
        #expect(throws: CalculationFailure.overflow) {
            try EmittedMass.kilogramsPerHour(milligramsPerCubicMetre: 1e200, cubicMetresPerHour: 1e200)
        }
        #expect(throws: CalculationFailure.impossible(.concentration)) {
            try EmittedMass.kilogramsPerHour(milligramsPerCubicMetre: .nan, cubicMetresPerHour: 1)
        }
    }
}
