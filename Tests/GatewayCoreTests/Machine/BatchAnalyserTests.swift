import GatewayCore
import Protocol
import Telemetry
import Testing

/// A Modbus analyser that holds each result until the next one, from its register to the hour's record and its alarms.
@Suite struct BatchAnalyserTests {
    /// An outfall with one such analyser. Time begins at 11:40 on the plant's clock.
    private struct Site {
        var gateway: TestGateway
        private let text: String
        private let interval: Int
        private(set) var second = 0

        init(cycle: String = "1h", poll: Int = 60, registers: String = "") throws {
            interval = poll
            text = """
                gateway: { id: g, data_directory: /tmp/x, realtime_interval: 1m, language: en }
                buses:
                  - id: rack
                    tcp: 127.0.0.1:502
                    devices:
                      - id: d60
                        unit: 1
                        poll: \(poll)s
                        registers: [ { name: cod, holding: 0, type: float32 }\(registers) ]
                outlets:
                  - id: water
                    st: "32"
                    factors: [ { code: w01018, from: d60.cod, cycle: \(cycle), limits: [ { average: hour, max: 50 } ] } ]
                """
            gateway = try TestGateway(text)
            gateway.wall = morning + .seconds(4800)
            gateway.machine = GatewayMachine(
                configuration: try configuration(text), zone: .china, at: gateway.now, wall: gateway.wall)
        }

        /// Polls until `end`, in seconds since the start. `readings`: what the registers show then.
        mutating func run(until end: Int, _ readings: (_ second: Int) -> [Reading]) {
            while second < end {
                gateway.perform(
                    gateway.machine.polled(
                        bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings(second)), at: gateway.now,
                        wall: gateway.wall))
                gateway.tick()
                gateway.pass(.seconds(interval))
                second += interval
            }
        }

        mutating func restart() throws {
            let state = gateway.machine.unfinishedPeriods(of: 0)
            gateway.machine = GatewayMachine(
                configuration: try configuration(text), zone: .china, at: gateway.now, wall: gateway.wall,
                alarmState: gateway.machine.alarmState)
            let isRestored = gateway.machine.restore(state, outlet: 0)
            #expect(isRestored)
        }

        mutating func reload() throws {
            gateway.machine = gateway.machine.reconfigured(try configuration(text), at: gateway.now, wall: gateway.wall)
        }

        /// The factor in the hour that begins at `hour` o'clock.
        func hour(_ hour: Int) -> FactorRecord? {
            gateway.kind(.hour).first { $0.dataTime.hour == hour }?.factors["w01018"]
        }

        func alarms(_ rule: String) -> [AlarmReport] { gateway.alarms.filter { $0.rule == rule } }
    }

    private static let results: [Double] = [20, 22, 21, 19, 80, 20, 23, 21]

    private static func result(at second: Int) -> [Reading] {
        [Reading(value: results[min(second / 3600, results.count - 1)])]
    }

    @Test("each hour has its one result, and a single exceedance is told", arguments: [60, 5])
    func hours(poll: Int) throws {
        var site = try Site(poll: poll)
        site.run(until: 8 * 3600, Self.result)
        let hours = (11...18).map(site.hour)
        #expect(hours.map { $0?.number("Avg") } == Self.results)
        #expect(hours.map { $0?.count } == Array(repeating: 1, count: 8))
        #expect(site.alarms("L1").map(\.state) == [.raised, .cleared])
        #expect(site.alarms("L1").first?.value == 80)
    }

    @Test("restarts and reloads change nothing")
    func interrupted() throws {
        var site = try Site()
        for minutes in stride(from: 7, to: 480, by: 7) {
            site.run(until: minutes * 60, Self.result)
            if minutes.isMultiple(of: 2) { try site.restart() } else { try site.reload() }
        }
        site.run(until: 8 * 3600, Self.result)
        #expect((11...18).map { site.hour($0)?.number("Avg") } == Self.results)
    }

    @Test(
        "the results of an hour are those of its cycles; between two the last one counts on",
        arguments: [
            ("30m", 1800, [1, 2, 2, 2, 2, 2]), ("2h", 7200, [1, 0, 1, 0, 1, 0]), ("4h", 14_400, [1, 0, 0, 0, 1, 0]),
        ])
    func cycles(cycle: String, seconds: Int, counts: [Int]) throws {
        var site = try Site(cycle: cycle)
        site.run(until: 7 * 3600) { [Reading(value: Double(10 + $0 / seconds))] }
        let hours = (11...16).map(site.hour)
        #expect(hours.map { $0?.count } == counts)
        #expect(hours.allSatisfy { $0?.reason == nil && $0?.number("Avg") != nil && $0?.flag == .normal })
    }

    @Test("results some seconds before and after the full hour leave no hour without a number")
    func jitter() throws {
        var site = try Site(poll: 5)
        // 12:00:05, 12:59:55, 14:00:05, 14:59:55, 16:00:05.
        let changes = [1205, 4795, 8405, 11_995, 15_605]
        site.run(until: 5 * 3600) { second in [Reading(value: Double(10 + changes.count { $0 <= second }))] }
        let hours = (12...15).map(site.hour)
        #expect(hours.map { $0?.number("Avg") } == [11.5, 12, 13.5, 14])
        #expect(hours.allSatisfy { $0?.reason == nil })
        #expect(hours.map { $0?.count } == [2, 0, 2, 0])
    }

    @Test("an hour of a fault is not valid without a result of its own, and valid with one")
    func fault() throws {
        var site = try Site(cycle: "2h")
        // Results at 11:40, 13:40 and 15:40; a fault from 12:20 to 12:40, and from 13:00 to 13:30.
        site.run(until: 5 * 3600) { second in
            let isFault = (2400..<3600).contains(second) || (4800..<6600).contains(second)
            return [Reading(value: Double(10 + second / 7200), flag: isFault ? .fault : .normal)]
        }
        let hours = (12...14).map(site.hour)
        #expect(hours.map { $0?.number("Avg") } == [10, 11, 11])
        #expect(hours.map { $0?.flag } == [.fault, .normal, .normal])
        #expect(hours.map { $0?.reason } == ["flag D", nil, nil])
        let minutes = Dictionary(uniqueKeysWithValues: site.gateway.kind(.minute).map { ($0.dataTime.compact, $0) })
        let faulty = minutes["20261121123000"]?.factors["w01018"]
        #expect(faulty?.flag == .fault && faulty?.reason == "flag D" && faulty?.number("Avg") == 10)
        #expect(minutes["20261121124500"]?.factors["w01018"]?.reason == nil)
    }

    @Test("a missing cycle is a missing hour in the rates")
    func missing() throws {
        var site = try Site()
        // Nothing can be read from 13:00 to 15:30: the cycles of 13:40 and 14:40 are lost.
        site.run(until: 14 * 3600) { second in
            (4800..<13_800).contains(second)
                ? [.failed(.timeout)] : [Reading(value: Double(10 + second / 3600))]
        }
        let hours = (12...16).map(site.hour)
        #expect(hours.map { $0?.number("Avg") } == [11, nil, nil, 13.5, 15])
        guard case .rates(let report)? = site.gateway.kind(.rates).first?.content else {
            Issue.record("no rates")
            return
        }
        // Of the hours from 11:00 on; those before are due.
        #expect(report.factors.first?.rates.due == 24)
        #expect(report.factors.first?.rates.received == 11)
    }

    @Test(
        "four identical results are suspicious: of a register that is held they take four times a cycle and a quarter")
    func constant() throws {
        var site = try Site()
        site.run(until: 13_500) { _ in [Reading(value: 20)] }
        #expect(site.alarms("Q1").isEmpty)
        site.run(until: 13_740) { _ in [Reading(value: 20)] }
        #expect(site.alarms("Q1").map(\.state) == [.raised])
    }

    @Test("the length of that alarm is a cycle for the fourth result and each further one", arguments: ["1h", "2h"])
    func constantLength(cycle: String) throws {
        var site = try Site(cycle: cycle, registers: ", { name: number, holding: 2, type: uint16, times: [cod] }")
        let seconds = cycle == "1h" ? 3600 : 7200
        site.run(until: 6 * seconds) { second in
            [Reading(value: second / seconds < 5 ? 20 : 21), Reading(value: Double(second / seconds))]
        }
        #expect(site.alarms("Q1").map(\.state) == [.raised, .cleared])
        #expect(site.alarms("Q1").last?.duration == Int64(2 * seconds))
    }

    @Test("where a register changes with each result, that tells equal results apart")
    func register() throws {
        var site = try Site(registers: ", { name: number, holding: 2, type: uint16, times: [cod] }")
        site.run(until: 10_800) { [Reading(value: 20), Reading(value: Double($0 / 3600))] }
        #expect(site.alarms("Q1").isEmpty)
        site.run(until: 11_040) { [Reading(value: 20), Reading(value: Double($0 / 3600))] }
        #expect(site.alarms("Q1").map(\.state) == [.raised])
        site.run(until: 6 * 3600) { _ in [Reading(value: 20), Reading(value: 3)] }
        #expect((11...16).map { site.hour($0)?.count } == [1, 1, 1, 1, 0, 0])
        #expect((11...16).map { site.hour($0)?.number("Avg") } == [20, 20, 20, 20, nil, nil])
    }
}
