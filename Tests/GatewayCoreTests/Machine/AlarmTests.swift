import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite struct AlarmTests {
    /// Runs with the given SO2 values, one each 5 s.
    private func run(_ gateway: inout TestGateway, _ values: [Double]) {
        for value in values {
            gateway.poll(so2: Reading(value: value))
            gateway.upload(dust: 4)
            gateway.tick()
            gateway.pass(.seconds(5))
        }
    }

    private func rule(_ name: String, _ gateway: TestGateway) -> [AlarmReport] {
        gateway.alarms.filter { $0.rule == name }
    }

    /// The small plant without a limit on minutes, and with these rules.
    private func plant(rules: String = "") -> String {
        smallPlant.replacing("- { average: minute, max: 30 }", with: "")
            .replacing("uplink_gap: 10m }", with: "uplink_gap: 10m, rules: { \(rules) } }")
    }

    /// Warnings without their delay.
    private let atOnce = "L3: { delay: 0s, off_delay: 0s }"

    @Test("a present value above its limit is an alarm after five minutes, and over after one, under one id")
    func limit() throws {
        var gateway = try TestGateway(plant())
        run(&gateway, Array(repeating: 36, count: 60))
        #expect(rule("L6", gateway).isEmpty)
        run(&gateway, [36, 38, 34, 33, 33])
        #expect(rule("L6", gateway).map(\.state) == [.raised])
        run(&gateway, Array(repeating: 20, count: 12))
        let alarms = rule("L6", gateway)
        #expect(alarms.map(\.state) == [.raised, .cleared])
        #expect(Set(alarms.map(\.id)).count == 1)
        #expect(alarms.map(\.since) == [morning, morning])
        #expect(alarms[0].severity == .warning)
        #expect(alarms[0].limit == 35)
        #expect(alarms[0].message.contains("is above 35"))
        #expect(alarms[1].peak == 38)
        #expect(gateway.published.last?.map(\.rule) == ["D6"])
    }

    @Test(
        "over range tells the reading that was, whether all are or some, by the range or by the instrument (Q4)",
        arguments: [[500], [500, 20, 20]])
    func overRange(values: [Double]) throws {
        let ranged = plant().replacing("from: cems-1.so2\n", with: "from: cems-1.so2\n        range: [0, 300]\n")
        for (text, flag) in [(ranged, DataFlag.normal), (plant(), .overRange)] {
            var gateway = try TestGateway(text)
            for index in 0..<26 {
                let value = values[index % values.count]
                gateway.poll(so2: Reading(value: value, flag: value > 300 ? flag : .normal))
                gateway.upload(dust: 4)
                gateway.tick()
                gateway.pass(.seconds(5))
            }
            let raised = try #require(rule("Q4", gateway).first)
            #expect(raised.value == 500 && raised.peak == 500)
            #expect(raised.message.contains("is over range at 500 mg/m3"))
        }
    }

    @Test("a value that comes back within five minutes was none")
    func shortExcess() throws {
        var gateway = try TestGateway(plant())
        for _ in 0..<20 { run(&gateway, Array(repeating: 36, count: 50) + [32]) }
        #expect(rule("L6", gateway).isEmpty)
    }

    @Test("the delay of a rule is configured; a limit keeps its deadband")
    func configuredDelay() throws {
        var gateway = try TestGateway(plant(rules: "L6: { delay: 0s, off_delay: 0s }"))
        run(&gateway, [20, 34.9, 35.1, 36, 34, 33.1, 33, 20])
        let alarms = rule("L6", gateway)
        #expect(alarms.map(\.state) == [.raised, .cleared])
        #expect(alarms.map(\.since) == [morning + .seconds(10), morning + .seconds(10)])
        // Two values are above the limit; those in its deadband are not.
        #expect(alarms.last?.duration == 10)
    }

    @Test("of a present value that cannot be judged the active list says since when, and its time does not count")
    func unjudgedValue() throws {
        var gateway = try TestGateway(plant(rules: "L6: { delay: 0s, off_delay: 0s, repeat: 60s }"))
        run(&gateway, [20, 36, 36, 36])
        for _ in 0..<120 {
            gateway.poll(so2: Reading(value: 36, flag: .calibration))
            gateway.upload(dust: 4)
            gateway.tick()
            gateway.pass(.seconds(5))
        }
        #expect(rule("L6", gateway).map(\.state) == [.raised])
        let active = try #require(gateway.machine.activeAlarms(at: gateway.wall).first { $0.rule == "L6" })
        #expect(active.duration == 10)
        #expect(active.message.hasSuffix("(10 s in all, last until 11-21 10:20; not judged since 11-21 10:20)"))
        run(&gateway, [20])
        #expect(rule("L6", gateway).map(\.state) == [.raised, .cleared])
        #expect(rule("L6", gateway).last?.duration == 10)
    }

    @Test("a rule that is switched off says nothing")
    func disabled() throws {
        var gateway = try TestGateway(plant(rules: "L3: { enabled: false }, D6: { enabled: false }"))
        run(&gateway, Array(repeating: 30, count: 200))
        #expect(gateway.alarms.isEmpty)
    }

    @Test("the warning share of a limit is a warning of its own (L3), never above warning")
    func warning() throws {
        var gateway = try TestGateway(plant(rules: atOnce))
        gateway.poll(so2: Reading(value: 28.5))
        #expect(gateway.alarms.map(\.rule) == ["L3"])
        #expect(gateway.alarms.map(\.severity) == [.warning])
    }

    @Test("an hour above its limit is an alarm (L1) when it closes, with the limit and the mean")
    func hour() throws {
        let limits = "- { average: hour, max: 35, warn: 80% }"
        var gateway = try TestGateway(
            smallPlant.replacing("- { average: realtime, max: 35, warn: 80%, deadband: 2 }", with: limits)
                .replacing("- { average: minute, max: 30 }", with: ""))
        gateway.run(.seconds(40 * 60), so2: 30)
        gateway.alarmsAreForgotten()
        gateway.run(.seconds(60 * 60 + 10), so2: 36)
        let alarm = try #require(rule("L1", gateway).first)
        #expect(alarm.since == morning + .seconds(40 * 60))
        #expect(alarm.value == 36 && alarm.limit == 35 && alarm.duration == 3_600)
        #expect(alarm.severity == .alarm)
        #expect(rule("L3", gateway).isEmpty)
        #expect(!rule("L4", gateway).isEmpty)
        gateway.run(.seconds(60 * 60), so2: 20)
        #expect(rule("L1", gateway).map(\.state) == [.raised, .cleared])
    }

    @Test("values that are not good are not judged", arguments: [DataFlag.calibration, .maintenance, .fault])
    func flagged(flag: DataFlag) throws {
        var gateway = try TestGateway()
        gateway.poll(so2: Reading(value: 500, flag: flag))
        #expect(gateway.alarms.isEmpty)
    }

    @Test("of competing limits the hour's own decides: winter, priority, another factor; its source travels")
    func applicability() throws {
        func raised(_ limits: String, so2: Double = 30) throws -> AlarmReport? {
            var gateway = try TestGateway(
                smallPlant.replacing("- { average: realtime, max: 35, warn: 80%, deadband: 2 }", with: limits)
                    .replacing("- { average: minute, max: 30 }", with: "")
                    .replacing(
                        "- { code: a34013", with: "- { code: a19001, from: cems-1.o2 }\n      - { code: a34013"))
            gateway.wall = morning + .seconds(40 * 60)
            gateway.run(.seconds(3_670), so2: so2)
            return rule("L1", gateway).first
        }
        let usual = "- { average: hour, max: 35 }\n          "
        #expect(try raised(usual) == nil)
        let winter = try #require(try raised(usual + "- { average: hour, max: 25, months: 11-3, source: order 7 }"))
        #expect(winter.limit == 25 && winter.limitSource == "order 7" && winter.message.contains("order 7"))
        #expect(try raised(usual + "- { average: hour, max: 25, months: 4-10 }") == nil)
        #expect(try raised(usual + "- { average: hour, max: 25, hours: 11:00-12:00 }")?.limit == 25)
        #expect(try raised(usual + "- { average: hour, max: 25, hours: 12:00-11:00 }") == nil)
        #expect(try raised(usual + "- { average: hour, max: 25, valid_from: 2026-11-21T11:00 }")?.limit == 25)
        #expect(try raised(usual + "- { average: hour, max: 25, valid_from: 2026-11-21T11:01 }") == nil)
        #expect(try raised(usual + "- { average: hour, max: 25, valid_to: 2026-11-21T11:00 }") == nil)
        #expect(try raised("- { average: hour, max: 25 }\n          - { average: hour, max: 35, priority: 1 }") == nil)
        #expect(try raised(usual + "- { average: hour, max: 25, when: { factor: a19001, max: 6 } }")?.limit == 25)
        #expect(try raised(usual + "- { average: hour, max: 25, when: { factor: a19001, min: 6.1 } }") == nil)
    }

    @Test("five minutes above a minute limit are an alarm, from the first minute on")
    func minuteLimit() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(302), so2: 31)
        #expect(rule("L6", gateway).isEmpty)
        gateway.run(.seconds(8), so2: 31)
        let alarm = try #require(rule("L6", gateway).first)
        #expect(alarm.message.contains("minute mean"))
        #expect(alarm.value == 31)
        #expect(alarm.since == morning)
        gateway.run(.seconds(110), so2: 20)
        #expect(rule("L6", gateway).map(\.state) == [.raised, .cleared])
    }

    @Test("a silent device is one alarm (D1) and not one for each factor; data end it")
    func deviceGap() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(10))
        for _ in 0..<14 {
            gateway.poll(so2: .failed(.timeout), o2: .failed(.timeout))
            gateway.upload(dust: 4)
            gateway.tick()
            gateway.pass(.seconds(5))
        }
        let raised = gateway.alarms.filter { $0.rule != "D6" }
        #expect(raised.map(\.rule) == ["D1"])
        #expect(raised.first?.source == "cems-1")
        #expect(raised.first?.message.contains("timeout") == true)
        gateway.run(.seconds(5))
        #expect(rule("D1", gateway).map(\.state) == [.raised, .cleared])
        #expect(gateway.machine.activeAlarms(at: gateway.wall).map(\.rule) == ["D6"])
    }

    @Test("one dead factor of a living device is an alarm of its own")
    func factorGap() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(10))
        for _ in 0..<14 {
            gateway.poll(so2: .failed(.exception(code: 2)))
            gateway.upload(dust: 4)
            gateway.tick()
            gateway.pass(.seconds(5))
        }
        #expect(rule("D1", gateway).map(\.factor) == ["a21026"])
        #expect(gateway.records.last { $0.kind == .alarm }?.place.topicSegment == "stack-1")
    }

    @Test("an instrument that never sent anything is silent too")
    func neverSeen() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(70), dust: nil)
        #expect(rule("D1", gateway).map(\.source) == ["dust-1"])
    }

    @Test("an uplink that acknowledges nothing is a warning after a minute, an alarm after its time (D6)")
    func uplinkGap() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(55))
        #expect(gateway.alarms.isEmpty)
        gateway.run(.seconds(600))
        let alarms = rule("D6", gateway)
        #expect(alarms.map(\.state) == [.raised, .updated])
        #expect(alarms.map(\.severity) == [.warning, .alarm])
        gateway.perform(gateway.machine.uplinkIsWell(0, at: gateway.now, wall: gateway.wall))
        #expect(rule("D6", gateway).map(\.state) == [.raised, .updated, .cleared])
    }

    @Test("trouble of the journal is a critical alarm (D10), raised once and over after a good minute")
    func journal() throws {
        var gateway = try TestGateway()
        for trouble in ["disk full", "disk full"] + Array(repeating: nil, count: 62) as [String?] {
            let words = trouble.map { BilingualText(verbatim: $0) }
            gateway.perform(gateway.machine.journalIs(inTrouble: words, at: gateway.now, wall: gateway.wall))
            gateway.pass(.seconds(1))
        }
        #expect(gateway.alarms.map(\.state) == [.raised, .cleared])
        #expect(gateway.alarms.first?.severity == .critical)
        #expect(gateway.alarms.last?.duration == 62)
    }

    @Test("a restart continues what was active: the same id, no second raise, though data stay away")
    func restart() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(70), dust: nil)
        let raised = try #require(rule("D1", gateway).first)
        gateway.restart()
        gateway.run(.seconds(150), dust: nil)
        gateway.run(.seconds(5))
        let alarms = rule("D1", gateway)
        #expect(alarms.map(\.state) == [.raised, .cleared])
        #expect(alarms.map(\.id) == [raised.id, raised.id])
    }

    @Test("an acknowledgement is an update of the alarm and an audit event, once, and survives a restart")
    func acknowledgement() throws {
        var gateway = try TestGateway(plant(rules: atOnce))
        gateway.poll(so2: Reading(value: 28.5))
        let id = try #require(gateway.alarms.first?.id)
        func acknowledge(_ id: String) -> [GatewayMachine.Action] {
            gateway.machine.acknowledge(
                alarm: id, by: "Li", note: "lime pump", at: gateway.now, wall: gateway.wall)
        }
        #expect(acknowledge("stack-1.a21026.L3.1").isEmpty)
        let actions = acknowledge(id)
        gateway.perform(actions)
        #expect(acknowledge(id).isEmpty)
        #expect(gateway.alarms.map(\.state) == [.raised, .updated])
        #expect(gateway.alarms.last?.acknowledgement == .init(by: "Li", note: "lime pump", at: gateway.wall))
        #expect(gateway.kind(.audit).count == 1)
        gateway.restart(with: plant(rules: atOnce))
        let active = gateway.machine.activeAlarms(at: gateway.wall)
        #expect(active.map(\.id) == [id])
        #expect(active.first?.acknowledgement?.by == "Li")
    }

    @Test("an alarm whose limit was taken out is closed at the start")
    func forgotten() throws {
        var gateway = try TestGateway(plant(rules: atOnce))
        gateway.poll(so2: Reading(value: 28.5))
        gateway.restart(with: smallPlant.replacing(", warn: 80%", with: ""))
        #expect(rule("L3", gateway).map(\.state) == [.raised, .cleared])
        #expect(gateway.published.last == [])
    }

    @Test("an hour of a plant that stands is recorded as suppressed and calls nobody")
    func suppressed() throws {
        var gateway = try TestGateway(
            plant(rules: "L6: { delay: 0s }").replacing(
                "    factors:\n", with: "    plant_mark: { from: cems-1.o2, marks: { 0: F } }\n    factors:\n"))
        gateway.poll(so2: Reading(value: 36), o2: Reading(value: 0))
        gateway.pass(.seconds(5))
        gateway.poll(so2: Reading(value: 36), o2: Reading(value: 0))
        let alarm = try #require(rule("L6", gateway).first)
        #expect(alarm.isSuppressed && alarm.marks == ["F"] && alarm.state == .raised)
        #expect(gateway.machine.activeAlarms(at: gateway.wall).isEmpty)
        gateway.pass(.seconds(5))
        gateway.poll(so2: Reading(value: 36), o2: Reading(value: 1))
        #expect(rule("L6", gateway).map(\.isSuppressed) == [true, false])
        #expect(Set(rule("L6", gateway).map(\.id)).count == 1)
        #expect(gateway.machine.activeAlarms(at: gateway.wall).map(\.rule) == ["L6"])
    }

    @Test("messages exist in Chinese, the default")
    func chinese() throws {
        var gateway = try TestGateway(plant(rules: atOnce).replacing(", language: en", with: ""))
        gateway.poll(so2: Reading(value: 30))
        #expect(gateway.alarms.first?.message.contains("达到限值 35 的 80 %") == true)
    }
}
