import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite("Power alarms")
struct PowerAlarmTests {
    /// One mill with a fan and two pumps of which one is enough, a damper, and an outlet with a mark.
    static let plant = """
        gateway: { id: plant-01, realtime_interval: 60m, language: en }
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - id: plc
                unit: 1
                poll: 10s
                registers:
                  - { name: mill, input: 0, type: float32 }
                  - { name: fan, input: 2, type: float32 }
                  - { name: pump_a, discrete: 0 }
                  - { name: pump_b, discrete: 1 }
                  - { name: damper, input: 4, type: float32 }
                  - { name: mark, input: 6, type: uint16 }
                  - { name: so2, input: 8, type: float32 }
        outlets:
          - id: stack-1
            mn: "88"
            st: "31"
            plant_mark: { from: plc.mark, marks: { 1: F, 2: St } }
            factors:
              - { code: a21026, from: plc.so2 }
              - { code: i33301, from: plc.mill }
        power:
          meters:
            - { id: mill, name: Mill 1, from: plc.mill, above: 20, below: 10, rated: 400 }
            - { id: fan, from: plc.fan, above: 8, below: 5 }
            - { id: pump-a, from: plc.pump_a, values: [1] }
            - { id: pump-b, from: plc.pump_b, values: [1] }
            - { id: damper, from: plc.damper, above: 5, below: 2 }
          groups:
            - { id: pumps, of: [pump-a, pump-b], at_least: 1 }
          lines:
            - id: line-1
              name: Line 1
              production: [mill]
              treatment: [fan, pumps]
              bypass: [damper]
              outlets: [stack-1]
              orders:
                - { load: 50%, when: { response_level: orange }, source: plan 3 }
                - { load: 0%, when: { response_level: red } }
        """

    /// What the plant does; unknown: the device is silent.
    private struct State {
        var mill = 300.0
        var fan = 20.0
        var pumps = (1.0, 0.0)
        var damper = 0.0
        var mark = 0.0
        var isSilent = false
    }

    private func gateway() throws -> TestGateway {
        try TestGateway(Self.plant)
    }

    private func run(minutes: Int, _ gateway: inout TestGateway, _ change: (inout State) -> Void = { _ in }) {
        var state = State()
        change(&state)
        let numbers = [state.mill, state.fan, state.pumps.0, state.pumps.1, state.damper, state.mark, 20]
        for _ in 0..<(minutes * 6) {
            let readings = numbers.map { state.isSilent ? Reading.failed(.timeout) : Reading(value: $0) }
            gateway.perform(
                gateway.machine.polled(
                    bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings), at: gateway.now,
                    wall: gateway.wall))
            gateway.tick()
            gateway.pass(.seconds(10))
        }
    }

    private func told(_ gateway: TestGateway) -> [String] {
        gateway.alarms.filter { $0.rule.hasPrefix("P") }.map { "\($0.rule) \($0.state.rawValue)" }
    }

    @Test("P1: production without treatment for five minutes is an alarm; half of a group is enough")
    func treatmentOff() throws {
        var gateway = try gateway()
        run(minutes: 10, &gateway)
        run(minutes: 10, &gateway) { $0.pumps = (0, 1) }
        run(minutes: 5, &gateway) { $0.fan = 0 }
        run(minutes: 5, &gateway)
        #expect(told(gateway).isEmpty)
        run(minutes: 7, &gateway) { $0.pumps = (0, 0) }
        let alarm = try #require(gateway.alarms.first { $0.rule == "P1" })
        #expect(alarm.source == "line-1" && alarm.severity == .alarm)
        #expect(alarm.message == "Line 1: Mill 1 runs, fan, pumps does not")
        #expect(gateway.records.first { $0.kind == .alarm && $0.place.topicSegment == "stack-1" } != nil)
        run(minutes: 4, &gateway)
        #expect(told(gateway) == ["P1 raised", "P1 cleared"])
    }

    @Test("P2: treatment that starts later than five minutes after production", arguments: [(4, false), (8, true)])
    func late(minutes: Int, isLate: Bool) throws {
        var gateway = try gateway()
        run(minutes: 3, &gateway) {
            $0.mill = 0; $0.fan = 0
        }
        run(minutes: minutes, &gateway) { $0.fan = 0 }
        run(minutes: 3, &gateway)
        #expect(told(gateway).contains("P2 raised") == isLate)
    }

    @Test("P3: treatment that stops before the purge time is over", arguments: [(5, true), (12, false)])
    func early(minutes: Int, isEarly: Bool) throws {
        var gateway = try gateway()
        run(minutes: 5, &gateway)
        run(minutes: minutes, &gateway) {
            $0.mill = 0; $0.mark = 1
        }
        run(minutes: 15, &gateway) {
            $0.mill = 0; $0.fan = 0; $0.mark = 1
        }
        #expect(told(gateway) == (isEarly ? ["P3 raised", "P3 cleared"] : []))
    }

    /// Off for 30 s, or as long.
    private func restart(_ gateway: inout TestGateway, after absence: Duration = .seconds(30)) {
        let plant = gateway.machine.plantState
        gateway.restart(with: Self.plant)
        gateway.pass(absence - .seconds(30))
        gateway.machine.restorePlant(plant, at: gateway.now, wall: gateway.wall)
    }

    @Test(
        "P2 over a restart: treatment that starts too late is told, and what happened in a long absence is not guessed",
        arguments: [(2, 30, false), (4, 30, true), (4, 400, false)])
    func lateOverRestart(minutes: Int, absence: Int, isLate: Bool) throws {
        var gateway = try gateway()
        run(minutes: 3, &gateway) {
            $0.mill = 0; $0.fan = 0
        }
        run(minutes: 2, &gateway) { $0.fan = 0 }
        restart(&gateway, after: .seconds(absence))
        run(minutes: minutes, &gateway) { $0.fan = 0 }
        run(minutes: 3, &gateway)
        #expect(told(gateway).contains("P2 raised") == isLate)
    }

    @Test("P2: treatment that began while the gateway was off is late if it was too late before", arguments: [2, 8])
    func beganUnseen(minutes: Int) throws {
        var gateway = try gateway()
        run(minutes: 3, &gateway) {
            $0.mill = 0; $0.fan = 0
        }
        run(minutes: minutes, &gateway) { $0.fan = 0 }
        restart(&gateway)
        run(minutes: 3, &gateway)
        #expect(told(gateway).contains("P2 raised") == (minutes == 8))
    }

    @Test("P3 over a restart: the purge time goes on", arguments: [(3, true), (10, false)])
    func earlyOverRestart(minutes: Int, isEarly: Bool) throws {
        var gateway = try gateway()
        run(minutes: 5, &gateway)
        run(minutes: 3, &gateway) { $0.mill = 0 }
        restart(&gateway)
        run(minutes: minutes, &gateway) { $0.mill = 0 }
        run(minutes: 10, &gateway) {
            $0.mill = 0; $0.fan = 0
        }
        #expect(told(gateway).contains("P3 raised") == isEarly)
    }

    @Test("P2 and P3: production that began or ended while the gateway was off is not judged")
    func unseen() throws {
        var gateway = try gateway()
        run(minutes: 5, &gateway)
        restart(&gateway)
        run(minutes: 15, &gateway) {
            $0.mill = 0; $0.fan = 0; $0.mark = 1
        }
        restart(&gateway)
        run(minutes: 4, &gateway) { $0.fan = 0 }
        run(minutes: 3, &gateway)
        #expect(told(gateway).isEmpty)
    }

    @Test("P2 over a changed configuration: nothing is forgotten", arguments: [(2, false), (4, true)])
    func lateOverReload(minutes: Int, isLate: Bool) throws {
        var gateway = try gateway()
        run(minutes: 3, &gateway) {
            $0.mill = 0; $0.fan = 0
        }
        run(minutes: 2, &gateway) { $0.fan = 0 }
        gateway.machine = gateway.machine.reconfigured(
            try configuration(Self.plant.replacing("name: Line 1", with: "name: Line one")), at: gateway.now,
            wall: gateway.wall)
        run(minutes: minutes, &gateway) { $0.fan = 0 }
        run(minutes: 3, &gateway)
        #expect(told(gateway).contains("P2 raised") == isLate)
    }

    @Test("P6: more than an order allows for a quarter of an hour")
    func forbidden() throws {
        var gateway = try gateway()
        func set(_ level: String) throws {
            gateway.perform(
                try gateway.machine.setResponseLevel(
                    level, until: gateway.wall + .seconds(7_200), source: "MEE", at: gateway.now, wall: gateway.wall))
        }
        run(minutes: 20, &gateway)
        try set("orange")
        run(minutes: 20, &gateway) { $0.mill = 199 }
        #expect(told(gateway).isEmpty)
        run(minutes: 17, &gateway)
        let alarm = try #require(gateway.alarms.first { $0.rule == "P6" })
        #expect(alarm.value == 75 && alarm.limit == 50 && alarm.limitSource == "plan 3")
        try set("red")
        run(minutes: 10, &gateway) { $0.mill = 0 }
        #expect(told(gateway) == ["P6 raised", "P6 cleared"])
        run(minutes: 20, &gateway) { $0.mill = 30 }
        #expect(told(gateway).suffix(1) == ["P6 raised"])
        // The response ends by itself, and with it what it forbids.
        run(minutes: 120, &gateway)
        #expect(told(gateway).last == "P6 cleared")
    }

    @Test("P9: the mark says stopped while production runs, or the reverse", arguments: [1.0, 0, 2])
    func markConflict(mark: Double) throws {
        var gateway = try gateway()
        run(minutes: 13, &gateway) { $0.mark = mark }
        #expect(told(gateway) == (mark == 1 ? ["P9 raised"] : []))
        var standing = try self.gateway()
        run(minutes: 13, &standing) {
            $0.mark = mark; $0.mill = 0
        }
        #expect(told(standing) == (mark == 0 ? ["P9 raised"] : []))
    }

    @Test("P11: an open bypass is critical at once while production runs, and nothing while it stands")
    func bypass() throws {
        var gateway = try gateway()
        run(minutes: 5, &gateway) {
            $0.mill = 0; $0.mark = 1; $0.damper = 80
        }
        run(minutes: 3, &gateway)
        #expect(told(gateway).isEmpty)
        let opened = gateway.wall
        run(minutes: 1, &gateway) { $0.damper = 80 }
        let alarm = try #require(gateway.alarms.first { $0.rule == "P11" })
        #expect(alarm.since == opened && alarm.severity == .critical && alarm.message.contains("damper"))
        run(minutes: 1, &gateway) { $0.damper = 3 }
        #expect(told(gateway) == ["P11 raised"])
        run(minutes: 2, &gateway)
        #expect(told(gateway) == ["P11 raised", "P11 cleared"])
    }

    @Test("a silent meter is unknown: nothing is raised and nothing ends")
    func silent() throws {
        var gateway = try gateway()
        run(minutes: 8, &gateway) { $0.fan = 0 }
        #expect(told(gateway) == ["P1 raised"])
        run(minutes: 30, &gateway) { $0.isSilent = true }
        #expect(told(gateway) == ["P1 raised"])
        run(minutes: 4, &gateway)
        #expect(told(gateway) == ["P1 raised", "P1 cleared"])
    }

    @Test("a restart in the middle keeps the alarm and its id")
    func restart() throws {
        var gateway = try gateway()
        run(minutes: 8, &gateway) { $0.fan = 0 }
        gateway.restart(with: Self.plant)
        run(minutes: 8, &gateway) { $0.fan = 0 }
        run(minutes: 4, &gateway)
        #expect(told(gateway) == ["P1 raised", "P1 cleared"])
        #expect(Set(gateway.alarms.filter { $0.rule == "P1" }.map(\.id)).count == 1)
    }

    @Test("the machine wants to be woken for a delay that ends while nothing is read")
    func wake() throws {
        var gateway = try gateway()
        run(minutes: 1, &gateway)
        #expect(gateway.machine.nextTick(at: gateway.now, wall: gateway.wall) <= gateway.now + .seconds(10))
    }

    @Test("a replay judges meters that are factors of an outlet")
    func replay() throws {
        let text = Self.plant.replacing("treatment: [fan, pumps]", with: "").replacing("bypass: [damper]", with: "")
        var stream = ReplayStream(try configuration(text), zone: .china, kinds: [.alarm])
        var lines = [#"{"ts":1795227600000,"outlet":"stack-1","mark":"F"}"#]
        for step in 0...90 {
            let time = 1_795_227_600_000 + step * 10_000
            lines.append(#"{"ts":\#(time),"outlet":"stack-1","factor":"i33301","value":300}"#)
        }
        try stream.feed(Array((lines.joined(separator: "\n") + "\n").utf8))
        try stream.finish()
        let output = String(decoding: stream.takeOutput(), as: UTF8.self).split(separator: "\n")
        #expect(output.filter { $0.contains(#""rule":"P9""#) }.count == 1)
    }

    @Test("a replay judges readings of meters", arguments: [(4, []), (8, ["P1", "P2"])])
    func replayedMeters(minutes: Int, expected: [String]) throws {
        var stream = ReplayStream(try configuration(Self.plant), zone: .china, kinds: [.alarm])
        // The mill begins after three minutes, its treatment some minutes later.
        for second in stride(from: 0, to: 1_200, by: 10) {
            let treats = second >= 180 + minutes * 60
            let readings = [
                ("mill", second < 180 ? 0 : 300), ("fan", treats ? 20 : 0), ("pump-a", treats ? 1 : 0), ("damper", 0),
            ]
            for (meter, value) in readings {
                let time = morning + .seconds(second)
                let line = #"{"ts":\#(time.millisecondsSince1970),"meter":"\#(meter)","value":\#(value)}"# + "\n"
                try stream.feed(Array(line.utf8))
            }
        }
        try stream.finish()
        let output = String(decoding: stream.takeOutput(), as: UTF8.self).split(separator: "\n")
        let raised = output.filter { $0.contains(#""rule":"P"#) && $0.contains(#""state":"raised""#) }
        #expect(raised.count == expected.count, "\(output)")
        for rule in expected { #expect(raised.contains { $0.contains(#""rule":"\#(rule)""#) }) }
    }

    @Test("meters alone are a plant: the records belong to the gateway")
    func metersAlone() throws {
        let start = try #require(Self.plant.firstRange(of: "outlets:\n  - id")?.lowerBound)
        let end = try #require(Self.plant.firstRange(of: "power:")?.lowerBound)
        var text = Self.plant
        text.removeSubrange(start..<end)
        var gateway = try TestGateway(text.replacing("outlets: [stack-1]", with: ""))
        run(minutes: 8, &gateway) { $0.fan = 0 }
        #expect(told(gateway) == ["P1 raised"])
        #expect(gateway.kind(.alarm).first?.place.topicSegment == "_gateway")
    }
}
