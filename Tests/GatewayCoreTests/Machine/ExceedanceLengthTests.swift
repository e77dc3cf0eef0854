import GatewayCore
import Protocol
import Telemetry
import Testing

/// An exceedance ends when judging ends, as records and the active list tell it.
@Suite struct ExceedanceLengthTests {
    private let plant = """
        gateway: { id: plant-01, realtime_interval: 60m, language: en }
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - { id: cems-1, unit: 1, poll: 30s, registers: [ { name: so2, input: 0, type: float32 } ] }
        outlets:
          - id: stack-1
            st: "31"
            factors: [ { code: a21026, from: cems-1.so2, limits: [ { average: hour, max: 35 } ] } ]
        """

    /// Runs for some hours with values around `so2`.
    private func run(_ gateway: inout TestGateway, hours: Int, so2: Double, flag: DataFlag = .normal) {
        for step in 0..<(hours * 120) {
            let swing = step.isMultiple(of: 2) ? 0.5 : -0.5
            gateway.perform(
                gateway.machine.polled(
                    bus: 0,
                    PollResult(device: 0, at: gateway.wall, readings: [Reading(value: so2 + swing, flag: flag)]),
                    at: gateway.now, wall: gateway.wall))
            gateway.tick()
            gateway.pass(.seconds(30))
        }
    }

    @Test("36 against 35 in one hour, and ten hours stopped: one hour, told with the first hour that is judged again")
    func stopped() throws {
        var gateway = try TestGateway(plant)
        gateway.wall = ZoneRules.china.instant(of: CivilTime(year: 2026, month: 11, day: 21, hour: 9))
        gateway.machine = GatewayMachine(
            configuration: try configuration(plant), zone: .china, at: gateway.now, wall: gateway.wall)
        func records() -> [AlarmReport] { gateway.alarms.filter { $0.rule == "L1" } }
        run(&gateway, hours: 1, so2: 36)
        run(&gateway, hours: 10, so2: 0.6, flag: .outOfService)
        #expect(records().map(\.state) == [.raised])
        #expect(records().last?.duration == 3_600)
        let active = try #require(gateway.machine.activeAlarms(at: gateway.wall).first { $0.rule == "L1" })
        #expect(active.duration == 3_600)
        #expect(active.message.hasSuffix("(1 h in all, last until 11-21 10:00; not judged since 11-21 10:00)"))
        // A restart in between, with the state that is kept.
        let (periods, alarms) = (gateway.machine.unfinishedPeriods(of: 0), gateway.machine.alarmState)
        gateway.machine = GatewayMachine(
            configuration: try configuration(plant), zone: .china, at: gateway.now, wall: gateway.wall,
            alarmState: alarms)
        let isRestored = gateway.machine.restore(periods, outlet: 0)
        #expect(isRestored)
        run(&gateway, hours: 1, so2: 20)
        run(&gateway, hours: 1, so2: 20)
        #expect(records().map(\.state) == [.raised, .cleared])
        #expect(records().last?.duration == 3_600)
        #expect(
            records().last?.message.hasSuffix(
                "is over after 1 h in all, last until 11-21 10:00; not judged from 11-21 10:00 to 11-21 20:00; "
                    + "the worst was 36 mg/m3") == true)
    }
}
