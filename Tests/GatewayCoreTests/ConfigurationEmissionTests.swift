import Emissions
import Foundation
import Telemetry
import Testing

@testable import GatewayCore

/// What the settings of the emission chain become. Their mistakes are among the cases.
@Suite struct ConfigurationEmissionTests {
    /// The case that has every key.
    private func chain() throws -> GatewayConfiguration {
        let file = ConfigurationCaseTests.folder.appending(path: "valid-emission-chain/input.yaml")
        return try validConfiguration(String(contentsOf: file, encoding: .utf8))
    }

    private func factor(_ code: String, in outlet: OutletConfiguration?) throws -> FactorConfiguration {
        try #require(outlet?.factors.first { $0.code == code }, "\(code)")
    }

    @Test("The gateway rounds and counts as the file says")
    func gateway() throws {
        let gateway = try chain().gateway
        #expect(gateway.rounding == .halfUp)
        #expect(gateway.overRangeCounts)
    }

    @Test("A stack has its constants and its reference")
    func stack() throws {
        var expected = StackSettings()
        expected.area = 12.566
        expected.velocityCoefficient = 1.02
        expected.pitotCoefficient = 0.8
        expected.gasDensity = 1.3
        expected.atmosphericPressure = 98_500
        expected.staticPressure = -500
        expected.humidity = 8
        expected.reference = .oxygen(percent: 6)
        expected.oxygenCap = 19.5
        expected.oxygenCapAction = .useMeasured
        expected.oxygenIdle = 18
        expected.idleVelocity = 1.5
        expected.convertedMethod = .meanOf
        let outlets = try chain().outlets
        #expect(outlets.first?.stack == expected)
        #expect(outlets[1].stack?.temperature == 120)
        #expect(outlets[1].stack?.reference == .excessAir(1.7))
    }

    @Test("An outlet has its validity, its plant mark and its delay")
    func outlets() throws {
        let outlets = try chain().outlets
        #expect(outlets[0].validity == ValiditySettings(minutes: 40, hours: 18, days: 24, isStated: true))
        #expect(
            outlets[0].plantMark
                == PlantMarkSettings(
                    source: .register(bus: 0, device: 0, register: 11),
                    marks: [0: .stopped, 1: .running, 2: .startUp, 3: .shutDown, 4: .banked]))
        #expect(outlets[0].hourCloseDelay == .seconds(900))
        #expect(outlets[1].validity == ValiditySettings(minutes: 45, hours: nil, days: nil))
        #expect(outlets[1].plantMark == nil)
        #expect(outlets[2].hourCloseDelay == .seconds(1_200))
    }

    @Test("A factor has what turns its reading into the recorded value")
    func readings() throws {
        let outlets = try chain().outlets
        let gas = try factor("a21026", in: outlets.first)
        #expect(gas.unit == .partsPerMillion)
        #expect(gas.ppmFactor == 2.86)
        #expect(gas.correction == .none)
        #expect(gas.basis == .dryStandard)
        let dust = try factor("a34013", in: outlets.first)
        #expect(dust.correction == LinearCorrection(slope: 1.12, offset: -0.3))
        #expect(dust.basis == GasBasis(moisture: .wet, state: .actual))
        #expect(dust.decimals == 2)
        #expect(dust.unit == .asRecorded)
        #expect(try factor("a01017", in: outlets.first).unit == .pascal)
        #expect(try factor("a00000", in: outlets[1]).unit == .cubicMetresPerHour)
        #expect(try factor("a24088", in: outlets[1]).unit == .microgramsPerCubicMetre)
    }

    @Test("Computed factors come from no register")
    func computed() throws {
        let outlet = try chain().outlets.first
        let oxides = try factor("a21002", in: outlet)
        #expect(oxides.source == .computed)
        #expect(oxides.nitricOxideWeight == 1.53)
        #expect(oxides.converted)
        #expect(oxides.limits.map(\.of) == [.converted])
        #expect(try factor("a01011", in: outlet).source == .computed)
    }

    @Test("Water has meters, batch analysers and a way to average")
    func water() throws {
        let outlets = try chain().outlets
        #expect(try factor("w00000", in: outlets[2]).meter == MeterSettings(modulus: 1_000_000))
        #expect(try factor("w00000", in: outlets[3]).meter == MeterSettings(modulus: nil))
        let demand = try factor("w01018", in: outlets[2])
        #expect(demand.cycle == .seconds(3_600))
        #expect(demand.average == .flowWeighted)
        #expect(demand.meter == nil)
        #expect(try factor("w21003", in: outlets[2]).average == .arithmetic)
        #expect(try factor("w00000", in: outlets[2]).average == nil)
    }

    @Test("The section `factors` names codes and says how they are written")
    func overrides() throws {
        #expect(
            try chain().factors == [
                FactorOverride(
                    code: "x9", name: BilingualText(en: "Brimstone", zh: "硫磺尘"), unit: "mg/m3", decimals: 3,
                    molarMass: 32.06),
                FactorOverride(
                    code: "x10", name: BilingualText(en: "其他", zh: "其他"), unit: nil, decimals: nil, molarMass: nil),
            ])
    }

    @Test("A state register speaks about all registers of its device, or about those it names")
    func flagged() throws {
        let registers = try #require(try chain().buses.first?.devices.first?.registers)
        let flagged = Dictionary(uniqueKeysWithValues: registers.map { ($0.name, $0.flagged) })
        #expect(flagged["state"] == .some(nil))
        #expect(flagged["o2-calibrates"] == [4])
        #expect(flagged["gas-purges"] == [0, 1, 2])
    }

    @Test("Registers of a profile name those of the same profile")
    func flaggedInProfile() throws {
        let profile = """
            registers:
              - { name: state, coil: 0, flags: { 1: C }, for: [o2] }
              - { name: so2, input: 0, type: float32 }
              - { name: o2, input: 2, type: float32 }
            """
        let text = """
            gateway: { id: g1 }
            buses: [ { id: b, tcp: "h:1", devices: [ { id: d, unit: 1, profile: p } ] } ]
            """
        let result = ConfigurationReader.read(file: "f", text: Array(text.utf8), directory: "/etc/g") { path in
            ProfileSource(file: path, text: Array(profile.utf8))
        }
        #expect(result.problems.isEmpty)
        #expect(result.configuration?.buses.first?.devices.first?.registers.first?.flagged == [2])
    }

    @Test("Every preset is a choice of `industry`", arguments: IndustryPreset.allCases)
    func industries(preset: IndustryPreset) throws {
        #expect(try stack("industry: \(preset.rawValue)").reference == preset.reference)
    }

    @Test(
        "Each action above the cap can be written, `null` with and without quotes",
        arguments: [
            ("cap", .cap), ("use_measured", .useMeasured), ("null", .null), ("\"null\"", .null), ("max", .max),
        ] as [(String, OxygenConversion.CapAction)])
    func capActions(written: String, action: OxygenConversion.CapAction) throws {
        #expect(try stack("reference_oxygen: 6, oxygen_cap_action: \(written)").oxygenCapAction == action)
    }

    @Test("A cap action without a value is a mistake, also one that YAML takes for null")
    func noCapAction() {
        for written in ["", "~", "Null"] {
            let text = "gateway: { id: g1 }\noutlets: [ { id: o, stack: { oxygen_cap_action: \(written) } } ]"
            #expect(
                readConfiguration(text.utf8).errors.contains { $0.message == "`oxygen_cap_action` has no value" },
                "\(written)")
        }
    }

    private func stack(_ settings: String) throws -> StackSettings {
        let read = try validConfiguration(
            """
            gateway: { id: g1 }
            instruments: [ { id: i, connect: "h:3" } ]
            outlets: [ { id: o, stack: { \(settings) }, factors: [ { code: a21026, from: i.a21026 } ] } ]
            """)
        return try #require(read.outlets.first?.stack)
    }
}
