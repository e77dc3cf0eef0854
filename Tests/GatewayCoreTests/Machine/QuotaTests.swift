import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite("Quotas")
struct QuotaTests {
    /// A stack that emits 36 kg an hour at 100 mg/m³ and 100 m³/s.
    static func plant(_ quotas: String) -> String {
        """
        gateway: { id: plant-01, realtime_interval: 60m, language: en }
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - id: cems-1
                unit: 1
                poll: 30s
                registers:
                  - { name: so2, input: 0, type: float32 }
                  - { name: flow, input: 2, type: float32 }
                  - { name: mark, input: 4, type: uint16 }
        outlets:
          - id: stack-1
            st: "31"
            plant_mark: { from: cems-1.mark, marks: { 2: St } }
            factors:
              - code: a21026
                from: cems-1.so2
                quotas: [ \(quotas) ]
              - { code: a00000, from: cems-1.flow }
        """
    }

    /// A gateway at this time of the plant's clock.
    private func gateway(_ quotas: String, at time: String = "2026-11-21T11:00") throws -> TestGateway {
        var gateway = try TestGateway(Self.plant(quotas))
        gateway.wall = ZoneRules.china.instant(of: try #require(CivilTime(text: time)))
        return gateway
    }

    private func run(hours: Int, _ gateway: inout TestGateway, so2: Double = 100, mark: Double = 0) {
        let end = gateway.wall + .seconds(hours * 3_600)
        while gateway.wall < end {
            let readings = [so2, 100, mark].map { Reading(value: $0) }
            gateway.perform(
                gateway.machine.polled(
                    bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings), at: gateway.now,
                    wall: gateway.wall))
            gateway.tick()
            gateway.pass(.seconds(30))
        }
        // The hour closes two seconds after its end.
        gateway.now = gateway.now + .seconds(2)
        gateway.wall = gateway.wall + .seconds(2)
        gateway.tick()
        gateway.now = gateway.now + .seconds(-2)
        gateway.wall = gateway.wall - .seconds(2)
    }

    private func told(_ gateway: TestGateway) -> [String] {
        gateway.alarms.filter { $0.rule.hasPrefix("T") }.map {
            "\($0.rule) \($0.state.rawValue) \($0.severity.rawValue) \($0.value ?? 0)"
        }
    }

    @Test(
        "the forecast runs from the first hour that was counted, not from the beginning of the season, over a restart too"
    )
    func lateBeginning() throws {
        let quota = "{ period: season, months: 11-3, max: 1000, warn: [10%, 20%] }"
        var gateway = try gateway(quota)
        // 36 kg an hour from 11:00 on: 1000 kg last 28 hours.
        run(hours: 3, &gateway)
        #expect(gateway.alarms.last?.message.contains("used up on 2026-11-22") == true)
        let (periods, alarms) = (gateway.machine.unfinishedPeriods(of: 0), gateway.machine.alarmState)
        gateway.machine = GatewayMachine(
            configuration: try configuration(Self.plant(quota)), zone: .china, at: gateway.now, wall: gateway.wall,
            alarmState: alarms)
        let isRestored = gateway.machine.restore(periods, outlet: 0)
        #expect(isRestored)
        run(hours: 3, &gateway)
        #expect(told(gateway).last == "T2 updated warning 216.0")
        #expect(gateway.alarms.last?.message.contains("used up on 2026-11-22") == true)
    }

    @Test("what was emitted before the gateway counted has its own time in the forecast")
    func statedBefore() throws {
        let before = "before: { amount: 480, until: 2026-11-21 }"
        var gateway = try gateway("{ period: month, max: 1000, warn: [50%], \(before) }", at: "2026-11-21T00:00")
        // 480 kg in 20 days and 36 in an hour: the rest lasts some 20 days, and the month 10.
        run(hours: 1, &gateway)
        #expect(told(gateway) == ["T1 raised info 516.0"])
    }

    @Test("a month's amount is told at its shares and at the whole, once each, with the date of exhaustion")
    func month() throws {
        var gateway = try gateway("{ period: month, max: 80, warn: [40%, 80%], source: permit 7 }")
        run(hours: 1, &gateway)
        // At 36 kg an hour, counted from this hour on, 80 kg do not last.
        #expect(told(gateway) == ["T1 raised warning 36.0"])
        run(hours: 1, &gateway)
        run(hours: 1, &gateway)
        #expect(told(gateway).map { $0.split(separator: " ")[1] } == ["raised", "updated", "updated"])
        #expect(told(gateway).last == "T1 updated alarm 108.0")
        run(hours: 2, &gateway)
        #expect(told(gateway).count == 3)
        let alarms = gateway.alarms.filter { $0.rule == "T1" }
        #expect(Set(alarms.map(\.id)).count == 1)
        #expect(alarms[0].id.hasPrefix("stack-1.a21026.T1-month."))
        #expect(alarms[1].message.contains("72 kg, 90 % of 80 for the month 2026-11 (permit 7)"))
        #expect(alarms[1].message.contains("used up on 2026-11-"))
        #expect(alarms[2].limit == 80 && alarms[2].limitSource == "permit 7")
    }

    @Test("what stays below the least share is nobody's business", arguments: ["month", "quarter", "year"])
    func nearMiss(period: String) throws {
        var gateway = try gateway("{ period: \(period), max: 46 }, { period: season, months: 11-3, max: 46 }")
        run(hours: 1, &gateway)
        #expect(told(gateway).isEmpty)
    }

    @Test("a share is no more than information while the rest lasts to the end of the period")
    func lasts() throws {
        // At 36 kg an hour, counted from 22:00 on, 41 kg do not last till midnight; 73 kg do.
        for (maximum, severity) in [(41, "warning"), (73, "info")] {
            var gateway = try gateway("{ period: year, max: \(maximum), warn: [40%] }", at: "2026-12-31T22:00")
            run(hours: 1, &gateway)
            #expect(told(gateway) == ["T1 raised \(severity) 36.0"])
        }
    }

    @Test("a month ends with its last hour; quarter and season go on over it, and a year does not outlive itself")
    func periods() throws {
        let cases: [(quota: String, from: String, told: [String])] = [
            (
                "period: month, max: 40", "2026-11-30T22:00",
                ["T1 raised warning 36.0", "T1 updated alarm 72.0", "T1 cleared alarm 72.0", "T1 raised warning 36.0"]
            ),
            ("period: quarter, max: 100", "2026-11-30T22:00", ["T1 raised alarm 108.0"]),
            ("period: season, months: 11-3, max: 100", "2026-12-31T22:00", ["T2 raised alarm 108.0"]),
            ("period: year, max: 100", "2026-12-31T22:00", []),
            ("period: season, months: 11-12, max: 40", "2026-12-31T23:00", ["T2 cleared info 36.0"]),
        ]
        for (quota, from, expected) in cases {
            var gateway = try gateway("{ \(quota) }", at: from)
            run(hours: 3, &gateway)
            let told = told(gateway)
            if quota.contains("month,") {
                #expect(told == expected, "\(quota)")
            } else if let last = expected.last {
                #expect(told.last == last, "\(quota) \(told)")
            } else {
                #expect(told.isEmpty, "\(quota) \(told)")
            }
        }
    }

    @Test("hours that are not valid count in no day, and in no quota")
    func invalid() throws {
        var gateway = try gateway("{ period: month, max: 40 }", at: "2026-11-21T11:20")
        run(hours: 1, &gateway)
        #expect(told(gateway).isEmpty)
    }

    @Test("only hours that meet the condition count")
    func condition() throws {
        var gateway = try gateway("{ period: month, max: 40, when: { plant_mark: N } }")
        run(hours: 2, &gateway, mark: 2)
        #expect(told(gateway).isEmpty)
        run(hours: 1, &gateway)
        #expect(told(gateway).count == 1 && gateway.alarms.last?.value == 36)
    }

    @Test("a response has its own amount (T2), from its beginning to its end, also when it is prolonged")
    func response() throws {
        var gateway = try gateway("{ period: response, max: 40, when: { response_level: orange } }")
        func set(_ level: String, hours: Int) throws {
            gateway.perform(
                try gateway.machine.setResponseLevel(
                    level, until: gateway.wall + .seconds(hours * 3_600), source: "order 7", at: gateway.now,
                    wall: gateway.wall))
        }
        run(hours: 1, &gateway)
        try set("yellow", hours: 9)
        run(hours: 1, &gateway)
        #expect(told(gateway).isEmpty)
        try set("orange", hours: 9)
        run(hours: 1, &gateway)
        #expect(told(gateway) == ["T2 raised warning 36.0"])
        try set("red", hours: 1)
        run(hours: 1, &gateway)
        #expect(told(gateway).suffix(2) == ["T2 updated alarm 72.0", "T2 cleared alarm 72.0"])
        run(hours: 2, &gateway)
        #expect(told(gateway).count == 3)
    }

    @Test("a restart in the middle goes on with the same amount and the same alarm")
    func restart() throws {
        let quotas = """
            { period: month, max: 100 }, { period: quarter, max: 100 }, { period: month, max: 100, when: { plant_mark: N } }
            """
        var gateway = try gateway(quotas, at: "2026-11-30T23:00")
        run(hours: 2, &gateway)
        #expect(told(gateway).isEmpty)
        let state = gateway.machine.unfinishedPeriods(of: 0)
        gateway.restart(with: Self.plant(quotas))
        gateway.wall = gateway.wall - .seconds(30)
        let isRestored = gateway.machine.restore(state, outlet: 0)
        #expect(isRestored)
        #expect(gateway.machine.unfinishedPeriods(of: 0) == state)
        run(hours: 1, &gateway)
        // The quarter has three hours, December two.
        #expect(told(gateway) == ["T1 raised alarm 108.0"])
        run(hours: 1, &gateway)
        #expect(gateway.alarms.filter { $0.rule == "T1" }.map(\.value) == [108, 108, 108])
    }

    @Test("a year's quota that is configured later knows what was emitted before")
    func added() throws {
        var gateway = try gateway("", at: "2026-11-30T22:00")
        run(hours: 3, &gateway)
        let state = gateway.machine.unfinishedPeriods(of: 0)
        gateway.restart(with: Self.plant("{ period: year, max: 144 }"))
        gateway.wall = gateway.wall - .seconds(30)
        _ = gateway.machine.restore(state, outlet: 0)
        run(hours: 1, &gateway)
        #expect(told(gateway) == ["T1 raised alarm 144.0"])
    }

    @Test("a replay judges the same")
    func replay() throws {
        var stream = ReplayStream(
            try configuration(Self.plant("{ period: month, max: 40 }")), zone: .china, kinds: [.alarm])
        let start = ZoneRules.china.instant(of: CivilTime(year: 2026, month: 11, day: 21, hour: 11))
        for step in 0...241 {
            let time = start.millisecondsSince1970 + Int64(step * 30_000)
            for (code, value) in [("a21026", 100), ("a00000", 100)] {
                let line = #"{"ts":\#(time),"outlet":"stack-1","factor":"\#(code)","value":\#(value)}"# + "\n"
                try stream.feed(Array(line.utf8))
            }
        }
        try stream.finish()
        let lines = String(decoding: stream.takeOutput(), as: UTF8.self).split(separator: "\n")
        #expect(lines.filter { $0.contains(#""rule":"T1""#) }.count == 2)
    }

    @Test(
        "what was emitted before the gateway counted belongs to the period of its date alone",
        arguments: [
            ("2026-11-21 11:00", "T1 raised alarm 106.0"), ("2026-11-21 14:00", nil), ("2026-10-31 11:00", nil),
            ("2026-11-01 00:00", nil),
        ] as [(String, String?)])
    func before(until: String, expected: String?) throws {
        var gateway = try gateway(
            "{ period: month, max: 100, warn: [95%], before: { amount: 70, until: \"\(until)\" } }")
        run(hours: 1, &gateway)
        #expect(told(gateway).first == expected)
        // Two hours of its own are less than the quota.
        run(hours: 1, &gateway)
        #expect(told(gateway).count == (expected == nil ? 0 : 1))
    }
}
