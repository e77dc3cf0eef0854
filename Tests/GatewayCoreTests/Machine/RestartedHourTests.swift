import GatewayCore
import Protocol
import Telemetry
import Testing

/// Rules about the running hour after a restart in its middle, and what rule Q1 looks at.
@Suite struct RestartedHourTests {
    private func rule(_ name: String, _ gateway: TestGateway) -> [AlarmReport] {
        gateway.alarms.filter { $0.rule == name }
    }

    private let limited = smallPlant.replacing(
        "- { average: realtime, max: 35, warn: 80%, deadband: 2 }", with: "- { average: hour, max: 35 }"
    ).replacing("- { average: minute, max: 30 }", with: "")

    /// Stops and starts again with what the last closed minute kept.
    private func crash(_ gateway: inout TestGateway, off: Duration = .seconds(30)) throws {
        let kept = try #require(gateway.kept[0])
        gateway.restart(with: limited)
        gateway.pass(off - .seconds(30))
        let isRestored = gateway.machine.restore(kept, outlet: 0)
        #expect(isRestored)
    }

    /// Runs for a while in which one poll of four brings SO2: too few for a minute, too many for a silence.
    private func runPoorly(_ gateway: inout TestGateway, _ duration: Duration) {
        let end = gateway.now + duration
        var count = 0
        while gateway.now < end {
            gateway.poll(so2: count.isMultiple(of: 4) ? Reading(value: 20) : .failed(.timeout))
            gateway.upload(dust: 4)
            gateway.tick()
            gateway.pass(.seconds(5))
            count += 1
        }
    }

    @Test("D4 speaks in the hour of the restart: bad minutes before and after it, and while the gateway was off")
    func incomplete() throws {
        var gateway = try TestGateway(limited)
        gateway.wall = morning + .seconds(2_400)
        gateway.run(.seconds(180))
        runPoorly(&gateway, .seconds(8 * 60 + 5))
        try crash(&gateway, off: .seconds(180))
        runPoorly(&gateway, .seconds(4 * 60))
        #expect(rule("D4", gateway).isEmpty)
        runPoorly(&gateway, .seconds(3 * 60))
        #expect(rule("D4", gateway).map(\.factor) == ["a21026"])
    }

    @Test("L4 speaks in the hour of the restart, with the sum of what was before")
    func forecast() throws {
        var gateway = try TestGateway(limited)
        gateway.wall = morning + .seconds(2_400)
        gateway.run(.seconds(30 * 60 + 5), so2: 34.9)
        #expect(rule("L4", gateway).isEmpty)
        try crash(&gateway)
        gateway.run(.seconds(10 * 60), so2: 36)
        let alarm = try #require(rule("L4", gateway).first)
        #expect(alarm.message.contains("until 12:00"))
        #expect(alarm.since < morning + .seconds(2_400 + 40 * 60))
    }

    /// SO2 as wet gas of an oxygen that moves: its record moves though the reading does not.
    private let wet = smallPlant.replacing(
        "from: cems-1.so2", with: "from: cems-1.so2\n        basis: wet"
    ).replacing("- { code: a34013", with: "- { code: a01014, from: cems-1.o2 }\n      - { code: a34013")

    @Test("Q1 looks at readings as they came: a held output of wet gas is found though the humidity moves")
    func heldReading() throws {
        var gateway = try TestGateway(wet)
        for second in stride(from: 0, to: 3_700, by: 5) {
            gateway.poll(so2: Reading(value: 20), o2: Reading(value: 8 + Double(second % 7) / 10))
            gateway.upload(dust: Double(second % 11))
            gateway.tick()
            gateway.pass(.seconds(5))
        }
        let averages = Set(gateway.kind(.minute).compactMap { $0.factors["a21026"]?.number("Avg") })
        #expect(averages.count > 1)
        let alarm = try #require(rule("Q1", gateway).first)
        #expect(rule("Q1", gateway).map(\.factor) == ["a21026"])
        // Said as the record has it, in the factor's decimals.
        #expect(averages.contains(alarm.value ?? 0))
    }

    @Test("Q1, nearly: the reading moves by its last digit, though the record is the same when rounded")
    func movingReading() throws {
        var gateway = try TestGateway()
        for second in stride(from: 0, to: 4_000, by: 5) {
            gateway.poll(so2: Reading(value: 20 + Double(second % 2) * 0.000_1), o2: Reading(value: 6))
            gateway.upload(dust: Double(second % 11))
            gateway.tick()
            gateway.pass(.seconds(5))
        }
        #expect(rule("Q1", gateway).isEmpty)
    }
}
