import GatewayCore
import Protocol
import Telemetry
import Testing

/// What ends rule D1: a usable number, not one that its flag devalues; and who has time until the next result.
@Suite struct UsableDataTests {
    private func silences(_ gateway: TestGateway) -> [AlarmReport] { gateway.alarms.filter { $0.rule == "D1" } }

    @Test(
        "numbers of an instrument in fault are none; those over range, or of an instrument that stands, are",
        arguments: [
            (.normal, false), (.overRange, false), (.outOfService, false), (.fault, true), (.setByHand, true),
            (.noCommunication, true),
        ] as [(DataFlag, Bool)])
    func flags(flag: DataFlag, isSilent: Bool) throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(60))
        for _ in 0..<24 {
            gateway.poll(so2: Reading(value: 20, flag: flag))
            gateway.upload(dust: 4, flag: flag)
            gateway.tick()
            gateway.pass(.seconds(5))
        }
        // The device has another register with good numbers, the dust monitor nothing else.
        #expect(silences(gateway).map { $0.factor ?? $0.source } == (isSilent ? ["a21026", "dust-1"] : []))
        #expect(silences(gateway).allSatisfy { $0.message.contains("flag \(flag.text)") })
        gateway.run(.seconds(10))
        #expect(silences(gateway).map(\.state) == (isSilent ? [.raised, .raised, .cleared, .cleared] : []))
    }

    @Test(
        "work on the instrument holds the alarm back, as long as it lasts",
        arguments: [DataFlag.maintenance, .calibration])
    func work(flag: DataFlag) throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(60))
        func run(_ flag: DataFlag, _ count: Int) {
            for _ in 0..<count {
                gateway.poll(so2: Reading(value: 20, flag: flag))
                gateway.upload(dust: 4)
                gateway.tick()
                gateway.pass(.seconds(5))
            }
        }
        run(flag, 40)
        #expect(silences(gateway).map(\.isSuppressed) == [true])
        #expect(gateway.published.last?.contains { $0.rule == "D1" } != true)
        run(.fault, 3)
        #expect(silences(gateway).map(\.isSuppressed) == [true, false])
        run(.normal, 1)
        #expect(silences(gateway).last?.state == .cleared)
    }

    // MARK: A whole instrument

    /// Six factors of one device, and a register that says how the device is.
    private static let analyser = """
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
                  - { name: no, input: 2, type: float32 }
                  - { name: no2, input: 4, type: float32 }
                  - { name: co, input: 6, type: float32 }
                  - { name: hcl, input: 8, type: float32 }
                  - { name: dust, input: 10, type: float32 }
                  - { name: state, input: 12, type: uint16, flags: { 1: D } }
        outlets:
          - id: stack-1
            st: "31"
            factors:
              - { code: a21026, from: cems-1.so2 }
              - { code: a21003, from: cems-1.no }
              - { code: a21004, from: cems-1.no2 }
              - { code: a21005, from: cems-1.co }
              - { code: a21024, from: cems-1.hcl }
              - { code: a34013, from: cems-1.dust }
              - { code: a21002, from: computed }
        """

    private static let dead = Array(repeating: Reading.failed(.timeout), count: 7)
    private static let faulty = (0..<6).map { Reading(value: Double($0 + 5), flag: .fault) } + [Reading(value: 1)]

    @Test("a day without an instrument of six factors is one alarm, dead or in fault", arguments: [dead, faulty])
    func outage(readings: [Reading]) throws {
        var gateway = try TestGateway(Self.analyser)
        gateway.wall = ZoneRules.china.instant(of: CivilTime(year: 2026, month: 11, day: 21))
        gateway.machine = GatewayMachine(
            configuration: try configuration(Self.analyser), zone: .china, at: gateway.now, wall: gateway.wall)
        for step in 0..<(26 * 120) {
            let isOut = (60..<(25 * 120 - 30)).contains(step)
            let swing = Double(step % 2)
            let good = (0..<6).map { Reading(value: 20 + Double($0) + swing) } + [Reading(value: 0)]
            gateway.perform(
                gateway.machine.polled(
                    bus: 0, PollResult(device: 0, at: gateway.wall, readings: isOut ? readings : good),
                    at: gateway.now, wall: gateway.wall))
            gateway.tick()
            if step == 200 {
                let reason = readings == Self.dead ? ReadFailure.timeout.words.en : "flag D, fault"
                #expect(gateway.machine.reasonOfSilence(bus: 0, device: 0)?.en == reason)
            }
            gateway.pass(.seconds(30))
        }
        let told = gateway.alarms.filter { ["D1", "D4"].contains($0.rule) && $0.state != .updated }
        #expect(
            told.map { "\($0.rule) \($0.source) \($0.state.rawValue)" } == ["D1 cems-1 raised", "D1 cems-1 cleared"])
    }

    // MARK: Batch analysers

    /// COD by Modbus, where −1 means that there is no result, and ammonia from a monitor.
    private static let batches = """
        gateway: { id: plant-01, realtime_interval: 60m, language: en }
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - id: cod-1
                unit: 1
                poll: 30s
                registers: [ { name: cod, input: 0, type: float32, invalid: [-1] } ]
        instruments:
          - { id: nh3n, listen: 127.0.0.1:7212, mn: "0123" }
        outlets:
          - id: water-1
            st: "32"
            factors:
              - { code: w01018, from: cod-1.cod, cycle: 1h }
              - { code: w21003, from: nh3n.w21003, cycle: 1h }
        alarms: { instrument_gap: 60s }
        """

    /// Runs for some minutes; both bring a result in the first minute of an hour in which they work.
    private func run(_ gateway: inout TestGateway, minutes: Int, works: Bool = true, answers: Bool = true) {
        for minute in 0..<minutes {
            let hasResult = works && minute % 60 == 0
            for _ in 0..<2 {
                let reading =
                    hasResult
                    ? Reading(value: 20 + Double(minute % 7)) : .failed(answers ? .invalid(number: -1) : .timeout)
                gateway.perform(
                    gateway.machine.polled(
                        bus: 0, PollResult(device: 0, at: gateway.wall, readings: [reading]), at: gateway.now,
                        wall: gateway.wall))
                gateway.tick()
                gateway.pass(.seconds(30))
            }
            guard hasResult else { continue }
            var factor = HJ212Upload.Factor(code: "w21003")
            factor.rtd = 2 + Double(minute % 5)
            factor.flag = .normal
            let upload = HJ212Upload(
                kind: .realtime, mn: "0123", st: "32", dataTime: ZoneRules.china.civilTime(at: gateway.wall),
                qnTime: ZoneRules.china.civilTime(at: gateway.wall), factors: [factor])
            gateway.perform(gateway.machine.received(instrument: 0, upload, at: gateway.now, wall: gateway.wall))
        }
    }

    @Test("who speaks once a cycle is not silent, until a result is missing: a cycle and a quarter, and the gap")
    func cycle() throws {
        var gateway = try TestGateway(Self.batches)
        run(&gateway, minutes: 5 * 60)
        #expect(silences(gateway) == [])
        // The latest results came in the first minute of the last hour.
        run(&gateway, minutes: 15, works: false)
        #expect(silences(gateway) == [])
        run(&gateway, minutes: 5, works: false)
        #expect(silences(gateway).map { $0.factor ?? $0.source }.sorted() == ["nh3n", "w01018"])
        #expect(silences(gateway).allSatisfy { (4_530...4_650).contains($0.value ?? 0) })
        run(&gateway, minutes: 1)
        #expect(silences(gateway).suffix(2).map(\.state) == [.cleared, .cleared])
    }

    @Test("a device that is asked and does not answer is silent at once, whatever its cycle")
    func unanswered() throws {
        var gateway = try TestGateway(Self.batches)
        run(&gateway, minutes: 61)
        run(&gateway, minutes: 3, works: false, answers: false)
        #expect(silences(gateway).map(\.source) == ["cod-1"])
        #expect(silences(gateway).map(\.factor) == [nil])
    }
}
