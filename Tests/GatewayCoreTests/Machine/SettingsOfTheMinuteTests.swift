import GatewayCore
import Protocol
import Telemetry
import Testing

/// The running minute when a reload changes what its samples mean.
@Suite("The minute in which a factor's settings change")
struct SettingsOfTheMinuteTests {
    private static func plant(_ factors: String, registers: String = Self.registers) -> String {
        """
        gateway: { id: g, data_directory: /tmp/x, realtime_interval: 10s, language: en }
        buses:
          - id: b
            tcp: 127.0.0.1:502
            devices: [ { id: a, unit: 1, poll: 5s, registers: [ \(registers) ] } ]
        outlets: [ { id: o, st: "32", factors: [ \(factors) ] } ]
        """
    }

    private static let registers =
        "{ name: low, holding: 0, type: float64 }, { name: high, holding: 4, type: float64 }, "
        + "{ name: flow, holding: 8, type: float64 }"

    /// Three minutes in which a meter stands at 500, another at 2000, and a flow is 100; the settings change half a minute in.
    private func run(from before: String, to after: String, restarts: Bool = false) throws -> [FactorRecord] {
        var gateway = try TestGateway(before)
        for second in stride(from: 0, to: 240, by: 5) {
            let readings = [500.0, 2000, 100].map { Reading(value: $0) }
            gateway.perform(
                gateway.machine.polled(
                    bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings), at: gateway.now,
                    wall: gateway.wall))
            gateway.tick()
            if second == 90 { try change(&gateway, to: after, restarts: restarts) }
            gateway.pass(.seconds(5))
        }
        let minutes = gateway.kind(.minute)
        #expect(minutes.count >= 3)
        return minutes.flatMap { $0.factors.values }
    }

    private func change(_ gateway: inout TestGateway, to text: String, restarts: Bool) throws {
        let next = try configuration(text)
        guard restarts else {
            gateway.machine = gateway.machine.reconfigured(next, at: gateway.now, wall: gateway.wall)
            return
        }
        let state = gateway.machine.unfinishedPeriods(of: 0)
        gateway.machine = GatewayMachine(
            configuration: next, zone: .china, at: gateway.now, wall: gateway.wall,
            alarmState: gateway.machine.alarmState)
        let isRestored = gateway.machine.restore(state, outlet: 0)
        #expect(isRestored)
    }

    @Test(
        "what nothing has flowed through books nothing, whichever meter is read and however",
        arguments: [
            ("from: a.low, meter: true", "from: a.low, slope: 10, meter: true"),
            ("from: a.low, meter: true", "from: a.low, intercept: 70, meter: true"),
            ("from: a.low, meter: true", "from: a.high, meter: true"),
            ("from: a.flow, meter: { from: a.low }", "from: a.flow, meter: { from: a.high }"),
            ("from: a.flow, meter: { from: a.low }", "from: a.flow, meter: { from: a.low, slope: 10 }"),
            ("from: a.flow, meter: { from: a.low }", "from: a.high, meter: true"),
        ], [false, true])
    func meters(settings: (before: String, after: String), restarts: Bool) throws {
        let minutes = try run(
            from: Self.plant("{ code: w00000, \(settings.before) }"),
            to: Self.plant("{ code: w00000, \(settings.after) }"), restarts: restarts)
        #expect(minutes.allSatisfy { ($0.number("Cou") ?? 0) == 0 }, "\(minutes.map { $0.number("Cou") })")
    }

    @Test("a register that is read at another address is another meter")
    func address() throws {
        let swapped = Self.registers.replacing("name: low", with: "name: x").replacing("name: high", with: "name: low")
            .replacing("name: x", with: "name: high")
        let minutes = try run(
            from: Self.plant("{ code: w00000, from: a.low, meter: true }"),
            to: Self.plant("{ code: w00000, from: a.low, meter: true }", registers: swapped))
        #expect(minutes.allSatisfy { ($0.number("Cou") ?? 0) == 0 })
    }

    @Test(
        "the running minute is computed with the new settings",
        arguments: [
            ("from: a.flow", "from: a.flow, slope: 10", 1000.0),
            ("from: a.flow, slope: 2, intercept: 3", "from: a.flow, slope: 0.5, intercept: -1", 49),
            ("from: a.flow", "from: a.flow, unit: m3/h", 27.78),
        ])
    func flow(before: String, after: String, number: Double) throws {
        let minutes = try run(
            from: Self.plant("{ code: w00000, \(before) }"), to: Self.plant("{ code: w00000, \(after) }"))
        #expect(minutes.dropFirst().allSatisfy { $0.number("Avg") == number })
        #expect(minutes.allSatisfy { $0.count == 12 })
    }

    @Test("what another instrument measured stays what it was, but the reading of a meter is no flow")
    func otherSource() throws {
        let minutes = try run(
            from: Self.plant("{ code: w00000, from: a.flow }"),
            to: Self.plant("{ code: w00000, from: a.low, slope: 0.3 }"))
        #expect(minutes.map(\.count) == [12, 12, 12])
        #expect(minutes.dropFirst().first?.number("Avg") == 120.83)
        let meter = try run(
            from: Self.plant("{ code: w00000, from: a.high, meter: true }"),
            to: Self.plant("{ code: w00000, from: a.flow }"))
        #expect(meter.dropFirst().first?.number("Avg") == 100)
    }
}
