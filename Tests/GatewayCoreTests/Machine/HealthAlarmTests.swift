import Alarms
import GatewayCore
import Protocol
import Telemetry
import Testing

/// Rules D5, D7 to D11 and M2: one scenario that fires and one near miss for each.
@Suite struct HealthAlarmTests {
    private func rule(_ name: String, _ gateway: TestGateway) -> [AlarmReport] {
        gateway.alarms.filter { $0.rule == name }
    }

    private func owe(_ gateway: inout TestGateway, age: Duration? = nil, hours: [Int] = []) {
        let hours = hours.map { DeliveryWatch.Hour(sequence: Int64($0), start: morning + .seconds(3_600 * $0)) }
        gateway.perform(
            gateway.machine.uplinkOwes(0, oldest: age, hours: hours, at: gateway.now, wall: gateway.wall))
        gateway.pass(.seconds(60))
    }

    @Test("D5: an hour that is not acknowledged in a quarter of an hour; over when all are")
    func hours() throws {
        var gateway = try TestGateway()
        for _ in 0...15 { owe(&gateway, hours: [1]) }
        #expect(rule("D5", gateway).isEmpty)
        owe(&gateway, hours: [1])
        let raised = try #require(rule("D5", gateway).first)
        #expect(raised.source == "province" && raised.value == 1 && raised.severity == .warning)
        #expect(raised.message.contains("has not acknowledged 1 hour record"))
        owe(&gateway, hours: [1, 2])
        owe(&gateway, hours: [2])
        #expect(rule("D5", gateway).count == 1)
        owe(&gateway)
        #expect(rule("D5", gateway).map(\.state) == [.raised, .cleared])
    }

    @Test("D5 and D7, nearly: acknowledged in time; an uplink without hours")
    func hoursInTime() throws {
        var gateway = try TestGateway()
        for hour in 0..<30 {
            for _ in 0..<15 { owe(&gateway, age: .seconds(840), hours: [hour]) }
            owe(&gateway)
        }
        #expect(gateway.alarms.isEmpty)
        var other = try TestGateway(smallPlant.replacing("mqtt: {", with: "kinds: [minute], mqtt: {"))
        for _ in 0..<30 { owe(&other, hours: [1]) }
        #expect(rule("D5", other).isEmpty)
    }

    @Test("D5 goes on over a restart, though the hours have their time again")
    func hoursOverRestart() throws {
        var gateway = try TestGateway()
        for _ in 0...16 { owe(&gateway, hours: [1]) }
        gateway.restart()
        for _ in 0...16 { owe(&gateway, hours: [1]) }
        #expect(rule("D5", gateway).map(\.state) == [.raised])
        owe(&gateway)
        #expect(rule("D5", gateway).map(\.state) == [.raised, .cleared])
    }

    @Test("D7: the oldest record waits for an hour, for six; nearly: a minute less")
    func backlog() throws {
        var gateway = try TestGateway()
        owe(&gateway, age: .seconds(3_540))
        #expect(rule("D7", gateway).isEmpty)
        owe(&gateway, age: .seconds(3_600))
        owe(&gateway, age: .seconds(21_540))
        #expect(rule("D7", gateway).map(\.severity) == [.warning])
        owe(&gateway, age: .seconds(21_600))
        owe(&gateway, age: .seconds(60))
        #expect(rule("D7", gateway).map(\.severity) == [.warning, .alarm, .alarm])
        #expect(rule("D7", gateway).map(\.state) == [.raised, .updated, .cleared])
    }

    /// A gateway that came seven days before the end of the month: of its 168 hours 16 may be lost.
    private func lateGateway(_ text: String = smallPlant) throws -> TestGateway {
        var gateway = try TestGateway(text)
        gateway.wall = ZoneRules.china.instant(of: CivilTime(year: 2026, month: 11, day: 24))
        gateway.machine = GatewayMachine(
            configuration: try configuration(text), zone: .china, at: gateway.now, wall: gateway.wall)
        return gateway
    }

    @Test("D8: half of the hours that the month may lose are gone; nearly: one less; and no platform, no rate")
    func rate() throws {
        var gateway = try lateGateway()
        gateway.run(.seconds(2 * 3_600))
        // What may be lost is 16 hours; the ninth leaves 8.
        gateway.run(.seconds(8 * 3_600 + 10), dust: nil)
        #expect(rule("D8", gateway).isEmpty)
        gateway.run(.seconds(3_600), dust: nil)
        let raised = try #require(rule("D8", gateway).first)
        #expect(raised.source == "stack-1" && raised.severity == .warning && raised.limit == 90)
        #expect(raised.message.contains("8 more lost hours bring it under 90 %"))
        var alone = try lateGateway(
            smallPlant.replacing(#"uplinks: [ { id: province, mqtt: { url: "mqtt://127.0.0.1" } } ]"#, with: ""))
        alone.run(.seconds(12 * 3_600), dust: nil)
        #expect(rule("D8", alone).isEmpty)
    }

    @Test("D8: what a first day lacks before its first sample counts, and is told from the next day on")
    func firstDay() throws {
        var gateway = try TestGateway()
        gateway.wall = ZoneRules.china.instant(of: CivilTime(year: 2026, month: 11, day: 24, hour: 18))
        gateway.machine = GatewayMachine(
            configuration: try configuration(smallPlant), zone: .china, at: gateway.now, wall: gateway.wall)
        gateway.run(.seconds(4 * 3_600))
        let kept = gateway.machine.unfinishedPeriods(of: 0)
        gateway.machine = GatewayMachine(
            configuration: try configuration(smallPlant), zone: .china, at: gateway.now, wall: gateway.wall)
        let isRestored = gateway.machine.restore(kept, outlet: 0)
        #expect(isRestored)
        gateway.run(.seconds(2 * 3_600))
        #expect(rule("D8", gateway).isEmpty)
        // Of 168 hours 16 may be lost, and 18 are.
        gateway.run(.seconds(3_660))
        #expect(rule("D8", gateway).map(\.state) == [.raised])
    }

    @Test(
        "D9: the clock is off by the time service's word; nearly: within five seconds, or nobody knows",
        arguments: [(4_999, nil), (5_001, "warning"), (-31_000, "alarm"), (nil, nil)] as [(Int?, String?)])
    func clock(offset: Int?, severity: String?) throws {
        var gateway = try TestGateway()
        func look(_ offset: Int?) {
            gateway.perform(
                gateway.machine.clockIs(
                    offBy: offset.map { .milliseconds($0) }, at: gateway.now, wall: gateway.wall))
            gateway.pass(.seconds(2))
        }
        for _ in 0..<5 { look(offset) }
        #expect(rule("D9", gateway).map(\.severity.rawValue) == (severity.map { [$0] } ?? []))
        // Without the time service nobody knows better.
        for _ in 0..<60 { look(nil) }
        #expect(rule("D9", gateway).count == (severity == nil ? 0 : 1))
        for _ in 0..<40 { look(0) }
        #expect(rule("D9", gateway).last?.state == (severity == nil ? nil : .cleared))
    }

    @Test("D9: a clock that is set back is an alarm, over after a minute; a slew and seconds forward are none")
    func setBack() throws {
        var gateway = try TestGateway()
        gateway.tick()
        for step in [59_000, -900] {
            gateway.wall = gateway.wall + .milliseconds(step)
            gateway.tick()
        }
        #expect(rule("D9", gateway).isEmpty)
        gateway.wall = gateway.wall - .seconds(2)
        gateway.tick()
        let raised = try #require(rule("D9", gateway).first)
        #expect(raised.severity == .alarm && raised.message.contains("time went backwards"))
        for _ in 0..<35 {
            gateway.pass(.seconds(2))
            gateway.tick()
            gateway.perform(gateway.machine.clockIs(offBy: nil, at: gateway.now, wall: gateway.wall))
        }
        #expect(rule("D9", gateway).map(\.state) == [.raised, .cleared])
    }

    @Test("D9: while the periods do not follow a step forward it is an alarm, also where nobody keeps the time")
    func setForward() throws {
        var gateway = try TestGateway()
        gateway.tick()
        gateway.wall = gateway.wall + .seconds(3_600)
        for _ in 0..<100 {
            gateway.tick()
            gateway.perform(gateway.machine.clockIs(offBy: .zero, at: gateway.now, wall: gateway.wall))
            gateway.pass(.seconds(2))
        }
        let alarms = rule("D9", gateway)
        #expect(alarms.map(\.state) == [.raised, .cleared])
        #expect(alarms.first?.severity == .alarm && alarms.first?.message.contains("earlier time") == true)
    }

    @Test(
        "D10: little room on the disk, slow writing; nearly: a little more, a little faster",
        arguments: [
            (0.1, 0, nil), (0.09, 0, "warning"), (0.04, 0, "alarm"), (0.5, 4_900, nil), (0.5, 5_000, "warning"),
        ] as [(Double, Int, String?)])
    func disk(free: Double, latency: Int, severity: String?) throws {
        var gateway = try TestGateway()
        gateway.perform(
            gateway.machine.journalIs(
                inTrouble: nil, freeShare: free, latency: .milliseconds(latency), at: gateway.now, wall: gateway.wall))
        #expect(gateway.alarms.map(\.severity.rawValue) == (severity.map { [$0] } ?? []))
        #expect(gateway.alarms.allSatisfy { $0.rule == "D10" })
    }

    @Test("D10: a disk that fills up is one alarm, however many signs of it there are")
    func fullDisk() throws {
        var gateway = try TestGateway()
        func look(_ free: Double, minutes: Int) {
            for _ in 0..<minutes * 60 {
                gateway.perform(
                    gateway.machine.journalIs(
                        inTrouble: nil, freeShare: free, at: gateway.now, wall: gateway.wall))
                gateway.pass(.seconds(1))
            }
        }
        func room(_ scarce: Bool, _ exhausted: Bool) {
            gateway.perform(
                gateway.machine.journalRoom(
                    isScarce: scarce, isExhausted: exhausted, at: gateway.now, wall: gateway.wall))
        }
        look(0.08, minutes: 2)
        room(true, false)
        look(0.04, minutes: 2)
        room(true, true)
        look(0.12, minutes: 2)
        #expect(rule("D10", gateway).map(\.severity) == [.warning, .alarm])
        room(false, false)
        look(0.5, minutes: 2)
        #expect(rule("D10", gateway).map(\.state) == [.raised, .updated, .cleared])
        #expect(Set(rule("D10", gateway).map(\.id)).count == 1)
    }

    private func refuse(_ gateway: inout TestGateway, _ numbers: ClosedRange<Int64>, count: Int = 1) {
        let notice = SetAsideNotice(
            count: count, numbers: numbers, reason: .unpublishable(.init(verbatim: "packet too large")))
        gateway.perform(gateway.machine.recordsRefused(by: 0, notice, at: gateway.now, wall: gateway.wall))
        gateway.pass(.seconds(3_600))
    }

    @Test("D11: a refused record is an alarm with its number until somebody acknowledges it, over restarts too")
    func refusal() throws {
        var gateway = try TestGateway()
        refuse(&gateway, 4_711...4_711)
        let raised = try #require(rule("D11", gateway).first)
        #expect(raised.source == "province" && raised.severity == .alarm)
        #expect(raised.message == "province refuses record 4711 (packet too large); 1 set aside, the others flow")
        // The same record is tried again and says nothing new; another one does.
        refuse(&gateway, 4_711...4_711)
        gateway.restart()
        refuse(&gateway, 4_712...4_712)
        #expect(rule("D11", gateway).map(\.state) == [.raised, .updated])
        #expect(rule("D11", gateway).last?.message.contains("record 4712") == true)
        #expect(rule("D11", gateway).last?.message.contains("2 set aside") == true)
        gateway.perform(
            gateway.machine.acknowledge(alarm: raised.id, by: "Li", note: "", at: gateway.now, wall: gateway.wall))
        #expect(rule("D11", gateway).map(\.state) == [.raised, .updated, .updated, .cleared])
        #expect(Set(rule("D11", gateway).map(\.id)) == [raised.id])
        #expect(!gateway.machine.activeAlarms(at: gateway.wall).contains { $0.rule == "D11" })
        refuse(&gateway, 4_713...4_713)
        #expect(rule("D11", gateway).last?.state == .raised)
        #expect(rule("D11", gateway).last?.message.contains("1 set aside") == true)
        // A sum is one update.
        refuse(&gateway, 4_720...5_100, count: 200)
        #expect(rule("D11", gateway).last?.message.contains("record 4720–5100") == true)
        #expect(rule("D11", gateway).last?.message.contains("201 set aside") == true)
        #expect(rule("D11", gateway).count == 6)
    }

    @Test(
        "M2: how the run before ended, and whether the configuration is another; nothing of the first start",
        arguments: [
            (nil, []), (RunTrace(fingerprint: "a", boot: "1", isEnded: true), ["restart"]),
            (RunTrace(fingerprint: "b", boot: "0", isEnded: true), ["restart", "configuration"]),
            (RunTrace(fingerprint: "a", boot: "1"), ["crash"]), (RunTrace(fingerprint: "a", boot: "0"), ["power"]),
            (RunTrace(fingerprint: "b", boot: nil), ["crash", "configuration"]),
        ] as [(RunTrace?, [String])])
    func start(before: RunTrace?, expected: [String]) throws {
        var gateway = try TestGateway()
        let run = RunTrace(fingerprint: "a", boot: "1")
        #expect(RunTrace(text: run.text) == run)
        #expect(before.flatMap { RunTrace(text: $0.text) } == before)
        gateway.perform(gateway.machine.started(run, after: before, at: gateway.now, wall: gateway.wall))
        let alarms = rule("M2", gateway)
        #expect(alarms.map(\.state) == expected.flatMap { _ in [AlarmReport.State.raised, .cleared] })
        #expect(alarms.filter { $0.state == .raised }.map(\.id) == expected.map { "gateway.M2-\($0).1795227600000" })
        #expect(alarms.allSatisfy { $0.severity == .info })
        #expect(gateway.machine.activeAlarms(at: gateway.wall).isEmpty)
        #expect(RunTrace(text: "") == nil && RunTrace(text: "run 1 a") == nil && RunTrace(text: "gone") == nil)
    }
}
