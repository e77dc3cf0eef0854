import Emissions
import Testing

/// Oxygen near that of air.
@Suite struct OxygenConversionTests {
    private func convert(
        _ oxygen: Double, _ action: OxygenConversion.CapAction = .cap, idle: Bool = false
    ) throws -> ConvertedConcentration {
        try OxygenConversion(reference: .oxygen(percent: 6), action: action)
            .convert(milligramsPerCubicMetre: 2, oxygenPercent: oxygen, isIdle: idle)
    }

    @Test(
        "up to the cap the plain formula holds, above it the action",
        arguments: [
            (19.0, OxygenConversion.CapAction.cap, ConvertedConcentration.converted(15)),
            (20, .cap, .converted(30)), (20.5, .cap, .capped(30)), (21, .cap, .capped(30)), (25, .cap, .capped(30)),
            (20, .useMeasured, .converted(30)), (20.5, .useMeasured, .measured(2)), (23, .useMeasured, .measured(2)),
            (20, .null, .converted(30)), (20.5, .null, .absent(.oxygenNearAir)),
            (20, .max, .converted(30)), (20.5, .max, .converted(60)), (21, .max, .maximum), (22, .max, .maximum),
        ])
    func cap(oxygen: Double, action: OxygenConversion.CapAction, expected: ConvertedConcentration) throws {
        #expect(try convert(oxygen, action) == expected)
    }

    @Test("a plant that stands has no converted value from 19 % on, whatever the action")
    func idle() throws {
        for action in OxygenConversion.CapAction.allCases {
            #expect(try convert(19, action, idle: true) == .absent(.idle))
            #expect(try convert(21, action, idle: true) == .absent(.idle))
            #expect(try convert(18, action, idle: true) == .converted(10))
        }
    }

    @Test(
        "oxygen that cannot be is a fault of the oxygen meter",
        arguments: [
            -1, 0, 25.01, .nan, .infinity, -.infinity,
        ])
    func impossible(oxygen: Double) {
        for action in OxygenConversion.CapAction.allCases {
            #expect(throws: CalculationFailure.impossible(.oxygen)) { try convert(oxygen, action) }
        }
    }

    @Test("without a reference the measured value is the converted one, with any oxygen")
    func noReference() throws {
        let none = OxygenConversion(reference: .none)
        #expect(try none.convert(milligramsPerCubicMetre: 7, oxygenPercent: .nan) == .converted(7))
        #expect(try none.convert(milligramsPerCubicMetre: 7, oxygenPercent: 21, isIdle: true) == .converted(7))
    }

    @Test("only a converted, capped or measured value has a number")
    func number() {
        #expect(ConvertedConcentration.converted(1).milligramsPerCubicMetre == 1)
        #expect(ConvertedConcentration.capped(2).milligramsPerCubicMetre == 2)
        #expect(ConvertedConcentration.measured(3).milligramsPerCubicMetre == 3)
        #expect(ConvertedConcentration.maximum.milligramsPerCubicMetre == nil)
        #expect(ConvertedConcentration.absent(.idle).milligramsPerCubicMetre == nil)
    }
}
