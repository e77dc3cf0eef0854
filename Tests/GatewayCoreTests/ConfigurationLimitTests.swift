import GatewayCore
import Testing

/// The limits that docs/architecture.md states up front: what fits is accepted, one more is refused once.
@Suite struct ConfigurationLimitTests {
    @Test("64 buses fit, more do not")
    func buses() {
        #expect(errors(site(buses: 64, devices: 1, registers: 1)) == [])
        #expect(errors(site(buses: 66, devices: 1, registers: 1)) == ["more than 64 buses"])
    }

    @Test("500 devices and instruments fit, more do not")
    func devices() {
        #expect(errors(site(buses: 10, devices: 50, registers: 1)) == [])
        let instrument = "instruments: [ { id: i1, connect: \"h:1\" }, { id: i2, connect: \"h:2\" } ]\n"
        #expect(
            errors(site(buses: 10, devices: 50, registers: 1) + instrument)
                == ["more than 500 devices and instruments"])
    }

    @Test("Thousands of instruments are refused without comparing them all")
    func instruments() {
        var text = "gateway: { id: g1 }\ninstruments:\n"
        for number in 1...5_000 { text += "  - { id: i\(number), listen: \"10.0.0.1:\(number)\" }\n" }
        #expect(errors(text) == ["more than 500 devices and instruments"])
    }

    @Test("10,000 registers fit, more do not")
    func points() {
        #expect(errors(site(buses: 4, devices: 25, registers: 100)) == [])
        #expect(
            errors(site(buses: 4, devices: 26, registers: 100)) == [
                "`registers`: more than 10000 registers in all devices"
            ])
    }

    private func errors(_ text: String) -> [String] {
        readConfiguration(text.utf8).problems.map(\.message)
    }

    /// A site of `buses` with `devices` each, which have `registers` each.
    private func site(buses: Int, devices: Int, registers: Int) -> String {
        var text = "gateway: { id: g1 }\nbuses:\n"
        for bus in 1...buses {
            text += "  - id: b\(bus)\n    tcp: 10.0.0.1:\(bus)\n    devices:\n"
            for device in 1...devices {
                text += "      - id: b\(bus)-d\(device)\n        unit: \(device)\n        registers:\n"
                for register in 1...registers {
                    text += "          - { name: r\(register), holding: \(register), type: uint16 }\n"
                }
            }
        }
        return text
    }
}
