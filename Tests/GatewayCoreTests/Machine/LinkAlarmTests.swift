import Alarms
import GatewayCore
import Protocol
import Telemetry
import Testing

/// Rules D1 to D3 through the whole machine: what sources send, and what somebody says of them.
@Suite struct LinkAlarmTests {
    private func rule(_ name: String, _ gateway: TestGateway) -> [AlarmReport] {
        gateway.alarms.filter { $0.rule == name }
    }

    private func tell(
        _ gateway: inout TestGateway, requests: UInt64, failures: UInt64, after seconds: Int = 2,
        isAnswering: Bool = true
    ) {
        gateway.pass(.seconds(seconds))
        if isAnswering { gateway.poll(so2: Reading(value: 20)) }
        let count = RequestCount(requests: requests, failures: failures, reason: .init(verbatim: "exception 2"))
        gateway.perform(
            gateway.machine.judgeRequests(bus: 0, device: 0, count, at: gateway.now, wall: gateway.wall))
    }

    @Test("D2: every tenth request of a device fails; it is over ten good minutes after the last of them")
    func requests() throws {
        var gateway = try TestGateway()
        tell(&gateway, requests: 10, failures: 1)
        #expect(rule("D2", gateway).isEmpty)
        tell(&gateway, requests: 20, failures: 2)
        let raised = try #require(rule("D2", gateway).first)
        #expect(raised.source == "cems-1" && raised.severity == .warning && raised.value == 10 && raised.limit == 5)
        #expect(raised.message == "cems-1: 10 % of 20 requests in 10 min failed (exception 2)")
        for minute in 1...30 { tell(&gateway, requests: 20 + UInt64(minute) * 12, failures: 2, after: 60) }
        #expect(rule("D2", gateway).map(\.state) == [.raised, .cleared])
    }

    @Test("D2, nearly: one of twenty; too few; gaps that are being learnt; a device that is silent")
    func fewFailures() throws {
        var gateway = try TestGateway()
        tell(&gateway, requests: 19, failures: 0)
        tell(&gateway, requests: 20, failures: 1)
        tell(&gateway, requests: 400, failures: 20)
        #expect(rule("D2", gateway).isEmpty)
        // The device falls silent, and D1 says so; its time-outs do not count before, then or later.
        for second in 1...35 {
            tell(&gateway, requests: 400 + UInt64(second), failures: 20 + UInt64(second), isAnswering: false)
            gateway.tick()
        }
        tell(&gateway, requests: 450, failures: 55)
        tell(&gateway, requests: 480, failures: 56)
        #expect(rule("D1", gateway).filter { $0.source == "cems-1" }.map(\.state) == [.raised, .cleared])
        #expect(rule("D2", gateway).isEmpty)
        // Counting that began anew is no failure.
        tell(&gateway, requests: 3, failures: 0)
        #expect(rule("D2", gateway).isEmpty)
    }

    @Test("D2: time-outs of half a minute count once the device answers again")
    func shortOutage() throws {
        var gateway = try TestGateway()
        tell(&gateway, requests: 100, failures: 0)
        for second in 1...15 {
            tell(&gateway, requests: 100 + UInt64(second), failures: UInt64(second), isAnswering: false)
            gateway.tick()
        }
        #expect(rule("D2", gateway).isEmpty)
        tell(&gateway, requests: 116, failures: 15)
        #expect(rule("D2", gateway).map(\.state) == [.raised])
    }

    @Test("D2 of a line of HJ 212 instruments")
    func frames() throws {
        var gateway = try TestGateway()
        gateway.pass(.seconds(5))
        gateway.upload(dust: 4)
        let count = RequestCount(requests: 40, failures: 4, reason: .init(verbatim: "crc"))
        gateway.perform(gateway.machine.judgeRequests(instrument: 0, count, at: gateway.now, wall: gateway.wall))
        #expect(rule("D2", gateway).map(\.source) == ["dust-1"])
    }

    @Test("D3: data come, and their own time stands still for two minutes; it is over when the time moves")
    func stamp() throws {
        var gateway = try TestGateway()
        gateway.upload(dust: 4)
        let stuck = gateway.wall
        for _ in 0..<24 {
            #expect(rule("D3", gateway).isEmpty)
            gateway.pass(.seconds(5))
            gateway.upload(dust: 4, dataTime: stuck)
        }
        let raised = try #require(rule("D3", gateway).first)
        #expect(raised.source == "dust-1" && raised.severity == .alarm && raised.since == stuck)
        gateway.pass(.seconds(5))
        gateway.upload(dust: 4)
        #expect(rule("D3", gateway).map(\.state) == [.raised, .cleared])
    }

    @Test("D3, nearly: whole minutes as stamps; rare data; one repetition after a pause; an hour's data")
    func movingStamp() throws {
        var gateway = try TestGateway()
        for second in stride(from: 0, to: 600, by: 5) {
            gateway.upload(dust: 4, dataTime: morning + .seconds(second / 60 * 60))
            gateway.pass(.seconds(5))
        }
        let last = morning + .seconds(540)
        gateway.pass(.seconds(3_600))
        gateway.upload(dust: 4, dataTime: last)
        for _ in 0..<5 {
            gateway.pass(.seconds(900))
            gateway.upload(dust: 4)
            gateway.upload(.minute, dust: 4, dataTime: last)
        }
        #expect(rule("D3", gateway).isEmpty)
    }

    /// The small plant whose oxygen register is a counter instead.
    private var counted: String {
        smallPlant.replacing("raw: true", with: "heartbeat: o2\n        heartbeat_cycle: 10s")
    }

    @Test("D3: a device's counter stands still for two of its cycles while its data look well")
    func counter() throws {
        var gateway = try TestGateway(counted)
        for second in stride(from: 0, through: 40, by: 5) {
            gateway.poll(
                so2: Reading(value: Double(20 + second % 3)), o2: Reading(value: second < 20 ? Double(second) : 15))
            gateway.pass(.seconds(5))
        }
        let raised = try #require(rule("D3", gateway).first)
        #expect(raised.source == "cems-1" && raised.value == 20 && raised.since == morning + .seconds(15))
        gateway.poll(so2: Reading(value: 20), o2: Reading(value: 16))
        #expect(rule("D3", gateway).map(\.state) == [.raised, .cleared])
    }

    @Test("D3, nearly: the counter moves every other poll, or cannot be read")
    func movingCounter() throws {
        var gateway = try TestGateway(counted)
        for second in stride(from: 0, through: 600, by: 5) {
            let isRead = second < 300
            gateway.poll(
                so2: Reading(value: 20), o2: isRead ? Reading(value: Double(second / 15)) : .failed(.exception(code: 2))
            )
            gateway.pass(.seconds(5))
        }
        #expect(rule("D3", gateway).isEmpty)
    }

    @Test("marks M and C of the instrument hold D1: it is recorded as suppressed, and raised when the mark ends")
    func heldSilence() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(30))
        let mark = OperatorMark(
            outlet: "stack-1", factor: "a34013",
            statement: .flag(.maintenance, until: gateway.wall + .seconds(600)), by: "Wang")
        gateway.perform(try gateway.machine.mark(mark, at: gateway.wall))
        gateway.run(.seconds(590), dust: nil)
        let held = try #require(rule("D1", gateway).first)
        #expect(held.source == "dust-1" && held.isSuppressed && held.marks == ["M"])
        #expect(!gateway.machine.activeAlarms(at: gateway.wall).contains { $0.rule == "D1" })
        gateway.run(.seconds(20), dust: nil)
        #expect(rule("D1", gateway).map(\.isSuppressed) == [true, false])
        #expect(Set(rule("D1", gateway).map(\.id)).count == 1)
    }

    @Test("an instrument that said it is being calibrated may fall silent; one of two factors holds not both")
    func ownFlag() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(30))
        gateway.upload(dust: nil, flag: .calibration)
        gateway.run(.seconds(200), dust: nil)
        #expect(rule("D1", gateway).map(\.isSuppressed) == [true])
        // Back with data, it is over without a word.
        gateway.run(.seconds(5))
        #expect(rule("D1", gateway).map(\.state) == [.raised, .cleared])
        gateway.run(.seconds(65), dust: nil)
        #expect(rule("D1", gateway).map(\.isSuppressed) == [true, true, false])
    }
}
