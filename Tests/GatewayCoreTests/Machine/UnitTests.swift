import GatewayCore
import Telemetry
import Testing

@Suite("Units of readings")
struct UnitTests {
    private func record(code: String, settings: String, reading: Double) throws -> Double? {
        let plan = try configuration(
            """
            gateway: { id: p, data_directory: /tmp/x }
            buses:
              - { id: b, tcp: "127.0.0.1:502", devices: [ { id: d, unit: 1, registers: [ { name: r, input: 0, type: float32 } ] } ] }
            outlets: [ { id: o, st: "31", factors: [ { code: \(code), from: d.r, \(settings) } ] } ]
            factors: [ { code: x1, unit: mg/m3, decimals: 4, molar_mass: 44.8 } ]
            """)
        var replay = ReplayMachine(plan, zone: .china, startingAt: morning)
        for second in stride(from: 0, to: 60, by: 5) {
            _ = replay.take(
                OutletSample(
                    at: morning + .seconds(second), outlet: 0, content: .reading(Reading(value: reading), factor: 0)))
        }
        return replay.finish().first { $0.kind == .minute }?.factors[code]?.number("Avg")
    }

    @Test(
        "readings become the unit of the record",
        arguments: [
            ("w00000", "unit: m3/h", 36.0, 10.0), ("w00000", "unit: m3/s", 0.01, 10),
            ("a00000", "unit: m3/h", 36_000, 10),
            ("a01013", "unit: Pa", -512, -0.512), ("a21026", "unit: g/m3", 0.035, 35),
            ("a21026", "unit: ug/m3", 35_000, 35),
            ("a21026", "unit: ppm, ppm_factor: 2.86", 10, 28.6), ("a21026", "unit: ppm", 40, 114.39),
            ("a05001", "unit: percent", 12, 235_767.857), ("x1", "unit: ppm", 3, 6),
            ("a21026", "slope: 2, intercept: 1", 7, 15),
            ("a21026", "decimals: 0", 7.5, 8), ("a34013", "unit: recorded", 7.25, 7.2),
            ("x2", "slope: 1", 1.23456789, 1.234568),
        ])
    func unit(code: String, settings: String, reading: Double, expected: Double) throws {
        #expect(try record(code: code, settings: settings, reading: reading) == expected)
    }
}
