import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite("Upkeep alarms")
struct UpkeepAlarmTests {
    private static let plant = """
        gateway: { id: plant-01, realtime_interval: 60m, language: en }
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - id: cems-1
                unit: 1
                poll: 60s
                registers:
                  - { name: so2, input: 0, type: float32 }
                  - { name: slope, input: 2, type: float32, registered: 1.02 }
                  - { name: mark, input: 4, type: uint16 }
                  - { name: no, input: 6, type: float32 }
        outlets:
          - id: stack-1
            st: "31"
            plant_mark: { from: cems-1.mark, marks: { 1: F, 2: St, 3: Sd } }
            factors:
              - { code: a21026, from: cems-1.so2 }
              - { code: a21003, from: cems-1.no }
            exemptions:
              - { marks: [St, Sd], max: 4 }
              - { marks: [St], count: events, period: month, max: 4, name: start-ups }
              - { flags: [M, D], max: 10 }
        """

    /// A gateway at this time of the plant's clock.
    private func gateway(at time: String = "2026-11-23T08:00") throws -> TestGateway {
        var gateway = try TestGateway(Self.plant)
        gateway.wall = ZoneRules.china.instant(of: try #require(CivilTime(text: time)))
        return gateway
    }

    private func run(
        minutes: Int, _ gateway: inout TestGateway, flag: DataFlag = .normal, other: DataFlag = .normal,
        slope: Double = 1.02, mark: Double = 0, isSilent: Bool = false
    ) {
        for _ in 0..<minutes {
            let good = [
                Reading(value: 20, flag: flag), Reading(value: slope), Reading(value: mark),
                Reading(value: 30, flag: other),
            ]
            let readings = isSilent ? good.map { _ in Reading.failed(.timeout) } : good
            gateway.perform(
                gateway.machine.polled(
                    bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings), at: gateway.now,
                    wall: gateway.wall))
            gateway.tick()
            gateway.pass(.seconds(60))
        }
        gateway.tick()
    }

    private func told(_ rule: String, _ gateway: TestGateway) -> [String] {
        gateway.alarms.filter { $0.rule == rule }.map {
            "\($0.id.split(separator: ".").dropFirst().dropLast().joined(separator: ".")) \($0.state.rawValue) "
                + $0.severity.rawValue
        }
    }

    private func restart(_ gateway: inout TestGateway) {
        let (state, plant) = (gateway.machine.unfinishedPeriods(of: 0), gateway.machine.plantState)
        gateway.restart(with: Self.plant)
        gateway.machine.restorePlant(plant, at: gateway.now, wall: gateway.wall)
        let isRestored = gateway.machine.restore(state, outlet: 0)
        #expect(isRestored)
        let same = gateway.machine.unfinishedPeriods(of: 0)
        #expect(same == state)
    }

    @Test("M1: a parameter that is not the registered one is told once and ends by acknowledgement, over a restart")
    func parameter() throws {
        var gateway = try gateway()
        run(minutes: 3, &gateway, slope: Double(Float(1.02)))
        #expect(told("M1", gateway).isEmpty)
        run(minutes: 3, &gateway, slope: 1.1)
        #expect(told("M1", gateway) == ["M1-slope raised alarm"])
        #expect(gateway.alarms.last?.message == "cems-1 slope is 1.1, registered is 1.02")
        restart(&gateway)
        run(minutes: 3, &gateway, slope: 1.1)
        run(minutes: 3, &gateway)
        #expect(told("M1", gateway).count == 1)
        let id = try #require(gateway.alarms.last { $0.rule == "M1" }?.id)
        gateway.perform(
            gateway.machine.acknowledge(alarm: id, by: "Li", note: "", at: gateway.now, wall: gateway.wall))
        #expect(told("M1", gateway).last == "M1-slope cleared alarm")
        restart(&gateway)
        run(minutes: 3, &gateway, slope: 1.1)
        #expect(told("M1", gateway).last == "M1-slope raised alarm")
    }

    @Test("M4: maintenance for more than six hours, in spite of a restart and of minutes without data")
    func maintenance() throws {
        var gateway = try gateway()
        run(minutes: 180, &gateway, flag: .maintenance)
        restart(&gateway)
        run(minutes: 30, &gateway, isSilent: true)
        run(minutes: 148, &gateway, flag: .maintenance)
        #expect(told("M4", gateway).isEmpty)
        run(minutes: 5, &gateway, flag: .maintenance)
        #expect(told("M4", gateway) == ["M4-maintenance raised warning"])
        run(minutes: 2, &gateway)
        #expect(told("M4", gateway).last == "M4-maintenance cleared warning")
    }

    @Test("M4: one alarm an instrument, which names its factors that are out, until the last of them is back")
    func instrument() throws {
        var gateway = try gateway()
        run(minutes: 30, &gateway, other: .maintenance)
        run(minutes: 335, &gateway, flag: .maintenance, other: .maintenance)
        #expect(told("M4", gateway) == ["M4-maintenance raised warning"])
        #expect(gateway.alarms.last?.message == "cems-1 is in maintenance for 6 h 1 min: NO (a21003)")
        #expect(gateway.records.last { $0.kind == .alarm }?.place.topicSegment == "stack-1")
        run(minutes: 30, &gateway, flag: .maintenance, other: .maintenance)
        let message = gateway.machine.activeAlarms(at: gateway.wall).first { $0.rule == "M4" }?.message
        #expect(message?.hasSuffix(": SO2 (a21026), NO (a21003)") == true)
        run(minutes: 5, &gateway, flag: .maintenance)
        #expect(told("M4", gateway).count == 1)
        run(minutes: 2, &gateway)
        #expect(told("M4", gateway) == ["M4-maintenance raised warning", "M4-maintenance cleared warning"])
    }

    @Test("M4: two maintenances of four hours are none of eight")
    func interrupted() throws {
        var gateway = try gateway()
        for _ in 0..<2 {
            run(minutes: 240, &gateway, flag: .maintenance)
            run(minutes: 2, &gateway)
        }
        #expect(told("M4", gateway).isEmpty)
    }

    @Test("M4: a fault is told after twelve hours, and is an alarm after five working days")
    func fault() throws {
        var gateway = try gateway(at: "2026-11-27T08:00")
        run(minutes: 12 * 60, &gateway, flag: .fault)
        #expect(told("M4", gateway).isEmpty)
        run(minutes: 10, &gateway, flag: .fault)
        #expect(told("M4", gateway) == ["M4-fault raised warning"])
        // From Friday to the Friday after.
        run(minutes: 7 * 24 * 60 - 12 * 60 - 30, &gateway, flag: .fault)
        #expect(told("M4", gateway).filter { $0.hasSuffix("updated alarm") }.isEmpty)
        run(minutes: 40, &gateway, flag: .fault)
        #expect(told("M4", gateway).filter { $0.hasSuffix("updated alarm") }.count == 1)
    }

    @Test("M5: exempt hours at half, 80 % and all of the ceiling, over a restart; a new year begins anew")
    func hours() throws {
        var gateway = try gateway(at: "2026-12-31T19:00")
        run(minutes: 60, &gateway, mark: 2)
        run(minutes: 58, &gateway, mark: 3)
        #expect(told("M5", gateway).filter { $0.contains("St-hours") }.isEmpty)
        restart(&gateway)
        gateway.wall = gateway.wall - .seconds(30)
        run(minutes: 70, &gateway, mark: 3)
        run(minutes: 10, &gateway, mark: 1)
        let name = "M5-Sd-St-hours-year"
        #expect(
            told("M5", gateway).filter { $0.hasPrefix(name) } == ["\(name) raised info"])
        run(minutes: 55, &gateway, mark: 2)
        #expect(
            told("M5", gateway).filter { $0.hasPrefix(name) }
                == ["\(name) raised info", "\(name) updated warning", "\(name) updated alarm"])
        run(minutes: 60, &gateway)
        #expect(told("M5", gateway).filter { $0.hasPrefix(name) }.last == "\(name) cleared alarm")
    }

    @Test("M5: events count when they begin, once each; flags count too")
    func events() throws {
        var gateway = try gateway()
        run(minutes: 5, &gateway, mark: 2)
        run(minutes: 5, &gateway)
        #expect(told("M5", gateway).isEmpty)
        run(minutes: 5, &gateway, mark: 2)
        run(minutes: 5, &gateway)
        #expect(told("M5", gateway) == ["M5-St-events-month raised info"])
        #expect(gateway.alarms.last?.message == "stack-1 start-ups: 2 of 4 used, 50 %")
        run(minutes: 298, &gateway, flag: .fault)
        #expect(told("M5", gateway).count == 1)
        run(minutes: 5, &gateway, flag: .maintenance)
        #expect(told("M5", gateway).last == "M5-D-M-hours-quarter raised info")
    }
}
