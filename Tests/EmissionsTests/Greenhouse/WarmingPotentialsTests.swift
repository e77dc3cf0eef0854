import Emissions
import Testing

@Suite struct WarmingPotentialsTests {
    @Test(
        "the potentials of each report",
        arguments: [
            (WarmingPotentials.ar5, GreenhouseGas.carbonDioxide, 1.0), (.ar5, .methane, 28), (.ar5, .nitrousOxide, 265),
            (.ar6, .carbonDioxide, 1), (.ar6, .methane, 27.9), (.ar6, .nitrousOxide, 273),
            (.ar5, .fossilMethane, 30), (.ar6, .fossilMethane, 29.8),
        ])
    func potentials(set: WarmingPotentials, gas: GreenhouseGas, expected: Double) {
        #expect(set.potential(of: gas) == expected)
    }

    @Test("masses count with their potentials; without any there is no equivalent, which is not 0")
    func equivalent() {
        let masses: [(gas: GreenhouseGas, kilograms: Double)] = [
            (.carbonDioxide, 84_035.5), (.methane, 10), (.nitrousOxide, 2), (.fossilMethane, 1),
        ]
        #expect(WarmingPotentials.ar5.equivalent(of: masses) == 84_875.5)
        #expect(WarmingPotentials.ar6.equivalent(of: masses) == 84_860.5 + 29.8)
        #expect(WarmingPotentials.ar6.equivalent(of: []) == nil)
        #expect(WarmingPotentials.ar5.equivalent(of: [(.methane, 0)]) == 0)
    }

    @Test("HJ 212 names two of the gases")
    func codes() {
        #expect(GreenhouseGas(code: "a05001") == .carbonDioxide)
        #expect(GreenhouseGas(code: "a05002") == .methane)
        #expect(GreenhouseGas(code: "a05008") == nil)
    }

    @Test("every set has a name and says where it is from", arguments: WarmingPotentials.allCases)
    func names(set: WarmingPotentials) {
        #expect(set.name == set.rawValue.uppercased())
        #expect(set.source.hasPrefix("IPCC \(set.name)"))
    }
}
