import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite("Response levels")
struct ResponseLevelTests {
    /// The small plant with an hour limit that a response lowers.
    private static let plant = smallPlant.replacing(
        "- { average: realtime, max: 35, warn: 80%, deadband: 2 }",
        with: """
            - { average: hour, max: 35 }
                      - { average: hour, max: 25, source: order 7, when: { response_level: orange } }
                      - { average: hour, max: 10, when: { plant_mark: [St, Sd] } }
            """
    ).replacing("- { average: minute, max: 30 }", with: "")

    private func hours(_ count: Int) -> Duration { .seconds(3_600 * count) }

    private func set(_ level: String, for length: Duration, _ gateway: inout TestGateway) throws {
        gateway.perform(
            try gateway.machine.setResponseLevel(
                level, until: gateway.wall + length, source: "order 7", at: gateway.now, wall: gateway.wall))
    }

    private func events(_ gateway: TestGateway) -> [String] {
        gateway.kind(.audit).compactMap { record in
            guard case .event(let event) = record.content else { return nil }
            return ([event.name] + event.details.filter { $0.name != "until" }.map { "\($0.name)=\($0.value)" })
                .joined(separator: " ")
        }
    }

    private func excesses(_ gateway: TestGateway) -> [AlarmReport] { gateway.alarms.filter { $0.rule == "L1" } }

    @Test("an hour is judged with the level of its first moment; the level ends by itself; both are audited")
    func limit() throws {
        var gateway = try TestGateway(Self.plant)
        gateway.run(.seconds(2_400), so2: 30)
        try set("red", for: hours(1), &gateway)
        #expect(gateway.machine.response(at: gateway.wall)?.level == "red")
        gateway.run(hours(1) + .seconds(10), so2: 30)
        let raised = try #require(excesses(gateway).first)
        #expect(raised.state == .raised && raised.limit == 25 && raised.limitSource == "order 7")
        #expect(raised.since == morning + .seconds(2_400))
        #expect(gateway.machine.response(at: gateway.wall) == nil)
        gateway.run(hours(1), so2: 30)
        #expect(excesses(gateway).map(\.state) == [.raised, .cleared])
        #expect(
            events(gateway) == ["response-level level=red by=order 7", "response-level-expired level=red"])
    }

    @Test(
        "a lower level, another one, or one that came within the hour is no such response",
        arguments: ["blue", "yellow"])
    func nearMiss(level: String) throws {
        var gateway = try TestGateway(Self.plant)
        gateway.run(.seconds(2_400), so2: 30)
        try set(level, for: hours(1), &gateway)
        gateway.run(.seconds(60), so2: 30)
        try set("orange", for: .seconds(600), &gateway)
        gateway.run(hours(1), so2: 30)
        #expect(excesses(gateway).isEmpty)
    }

    @Test("`none` ends it, the newest word holds, and the same word twice is one")
    func replaced() throws {
        var gateway = try TestGateway(Self.plant)
        try set("red", for: hours(3), &gateway)
        try set("red", for: hours(3), &gateway)
        try set("yellow", for: hours(5), &gateway)
        #expect(gateway.machine.response(at: gateway.wall)?.level == "yellow")
        try set("none", for: .zero, &gateway)
        #expect(gateway.machine.response(at: gateway.wall) == nil)
        try set("none", for: .zero, &gateway)
        gateway.run(.seconds(60))
        #expect(events(gateway).count == 3)
    }

    @Test("what cannot be is refused in words")
    func refused() throws {
        var gateway = try TestGateway(Self.plant)
        for (level, length, words) in [
            ("pink", hours(1), "blue yellow orange red"), ("red", .zero, "in the past"),
            ("red", hours(24 * 181), "180"),
        ] {
            let error = #expect(throws: ResponseLevelRefusal.self) { try set(level, for: length, &gateway) }
            #expect(error?.description.contains(words) == true)
        }
        #expect(gateway.kind(.audit).isEmpty)
    }

    @Test("a restart keeps the level and the past; what ended meanwhile is told")
    func restart() throws {
        var gateway = try TestGateway(Self.plant)
        gateway.run(.seconds(2_400), so2: 30)
        try set("orange", for: hours(1) - .seconds(20), &gateway)
        gateway.run(hours(1) - .seconds(60), so2: 30)
        let (plant, unfinished) = (gateway.machine.plantState, gateway.machine.unfinishedPeriods(of: 0))
        gateway.restart(with: Self.plant)
        gateway.machine.restorePlant(plant, at: gateway.now, wall: gateway.wall)
        let isRestored = gateway.machine.restore(unfinished, outlet: 0)
        #expect(isRestored)
        gateway.run(.seconds(60), so2: 30)
        // The hour closes after the level has ended, and is judged with the level it had.
        #expect(excesses(gateway).map(\.limit) == [25])
        #expect(events(gateway).last == "response-level-expired level=orange")
        gateway.machine.restorePlant("nonsense", at: gateway.now, wall: gateway.wall)
        gateway.machine.restorePlant("{\n", at: gateway.now, wall: gateway.wall)
    }

    @Test("that a level ended is told once, however often the gateway is started afterwards", arguments: [true, false])
    func restartAfterwards(isCalledOff: Bool) throws {
        var gateway = try TestGateway(Self.plant)
        try set("orange", for: .seconds(60), &gateway)
        if isCalledOff { try set("none", for: .zero, &gateway) }
        gateway.run(.seconds(120))
        let before = events(gateway)
        #expect(before.count == 2)
        for _ in 0..<3 {
            let plant = gateway.machine.plantState
            gateway.restart(with: Self.plant)
            gateway.machine.restorePlant(plant, at: gateway.now, wall: gateway.wall)
            gateway.run(.seconds(60))
        }
        #expect(events(gateway) == before)
    }

    @Test("a file's line is taken once, when it changes")
    func file() throws {
        var gateway = try TestGateway(Self.plant)
        func take(_ text: String) throws -> Int {
            let actions = try gateway.machine.takeResponseFile(text, at: gateway.now, wall: gateway.wall)
            gateway.perform(actions)
            return actions.count
        }
        let order = "\n# order 17\n  orange   until 2026-11-21T12:00 \nred until 2026-11-22\n"
        #expect(try take(order) == 1)
        let response = try #require(gateway.machine.response(at: gateway.wall))
        #expect(response.level == "orange" && response.source == "file")
        #expect(response.until == morning + .seconds(6_000))
        #expect(try take(order) == 0)
        try set("yellow", for: hours(1), &gateway)
        #expect(try take(order) == 0)
        #expect(gateway.machine.response(at: gateway.wall)?.level == "yellow")
        #expect(try take("") == 0)
        #expect(try take("none") == 1)
        #expect(gateway.machine.response(at: gateway.wall) == nil)
        #expect(try take("red until 2026-11-21T10:00") == 0)
        for text in [
            "orange", "orange until", "orange until noon", "orange until 2026-11-22 08:00", "pink until 2027-01-01",
        ] {
            for _ in 0..<2 { #expect(throws: ResponseLevelRefusal.self) { _ = try take(text) } }
        }
    }

    @Test("a refused line is tried again: it holds once the configuration knows the level")
    func fileBeforeConfiguration() throws {
        var gateway = try TestGateway(Self.plant)
        let order = "purple until 2026-11-22"
        func take() throws -> Int {
            let actions = try gateway.machine.takeResponseFile(order, at: gateway.now, wall: gateway.wall)
            gateway.perform(actions)
            return actions.count
        }
        for _ in 0..<2 { #expect(throws: ResponseLevelRefusal.self) { _ = try take() } }
        let wider = try configuration(
            Self.plant.replacing("alarms: {", with: "alarms: { response_levels: [yellow, orange, purple], "))
        gateway.machine = gateway.machine.reconfigured(wider, at: gateway.now, wall: gateway.wall)
        #expect(try take() == 1)
        #expect(gateway.machine.response(at: gateway.wall)?.level == "purple")
        #expect(try take() == 0)
        gateway.machine = gateway.machine.reconfigured(
            try configuration(Self.plant), at: gateway.now, wall: gateway.wall)
        #expect(gateway.machine.response(at: gateway.wall) == nil)
        #expect(throws: ResponseLevelRefusal.self) { _ = try take() }
        gateway.machine = gateway.machine.reconfigured(wider, at: gateway.now, wall: gateway.wall)
        #expect(try take() == 1)
    }

    @Test("levels have the names of the configuration, in its order")
    func names() throws {
        let text = Self.plant.replacing(
            "alarms: {", with: "alarms: { response_file: level, response_levels: [III, II, I], "
        ).replacing("response_level: orange", with: "response_level: II")
        #expect(try configuration(text).alarms.responseFile == "/etc/gatewayd/level")
        var gateway = try TestGateway(text)
        gateway.run(.seconds(2_400), so2: 30)
        #expect(throws: ResponseLevelRefusal.self) { try set("red", for: hours(1), &gateway) }
        try set("I", for: hours(1), &gateway)
        gateway.run(hours(1) + .seconds(10), so2: 30)
        #expect(excesses(gateway).map(\.limit) == [25])
    }

    @Test("a limit may hold under a mark of the plant alone, which then does not hold its alarm back")
    func plantMark() throws {
        func alarms(_ mark: Double) throws -> [AlarmReport] {
            var gateway = try TestGateway(
                Self.plant.replacing(
                    "    factors:\n",
                    with: "    plant_mark: { from: cems-1.o2, marks: { 2: St, 5: B } }\n    factors:\n"))
            for _ in 0..<(6_010 / 5) {
                gateway.poll(so2: Reading(value: 20), o2: Reading(value: mark))
                gateway.upload(dust: 4)
                gateway.tick()
                gateway.pass(.seconds(5))
            }
            return gateway.alarms.filter { ["L1", "L4"].contains($0.rule) }
        }
        let starting = try alarms(2)
        #expect(Set(starting.map(\.rule)) == ["L1", "L4"])
        #expect(starting.allSatisfy { !$0.isSuppressed && $0.marks == ["St"] })
        #expect(starting.filter { $0.rule == "L1" }.map(\.limit) == [10])
        #expect(try alarms(5).isEmpty)
    }
}
