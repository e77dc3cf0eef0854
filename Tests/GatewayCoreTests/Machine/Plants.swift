import GatewayCore
import Protocol
import Telemetry
import Testing

/// 2026-11-21 10:20:00 on China's clock.
let morning = WallInstant(millisecondsSince1970: 1_795_227_600_000)

/// A configuration from its text; the test fails when it has errors.
func configuration(_ text: String) throws -> GatewayConfiguration {
    let result = ConfigurationReader.read(file: "test.yaml", text: Array(text.utf8), directory: "/etc/gatewayd") { _ in
        nil
    }
    #expect(result.problems.filter { $0.severity == .error } == [])
    return try #require(result.configuration)
}

/// A stack with one Modbus factor that has limits, and one from a monitor.
let smallPlant = """
    gateway: { id: plant-01, data_directory: /tmp/x, realtime_interval: 10s, language: en }
    uplinks: [ { id: province, mqtt: { url: "mqtt://127.0.0.1" } } ]
    buses:
      - id: rack
        tcp: 127.0.0.1:502
        devices:
          - id: cems-1
            unit: 1
            poll: 5s
            raw: true
            registers:
              - { name: so2, input: 0, type: float32 }
              - { name: o2, input: 2, type: float32 }
    instruments:
      - { id: dust-1, listen: 127.0.0.1:7212, mn: "0123" }
    outlets:
      - id: stack-1
        mn: "88888880000001"
        st: "31"
        factors:
          - code: a21026
            from: cems-1.so2
            limits:
              - { average: realtime, max: 35, warn: 80%, deadband: 2 }
              - { average: minute, max: 30 }
          - { code: a34013, from: dust-1.a34013 }
    alarms: { instrument_gap: 60s, uplink_gap: 10m }
    """

/// A gateway whose two clocks the test moves by hand.
struct TestGateway {
    var machine: GatewayMachine
    var now = Uptime(nanoseconds: 1_000_000_000)
    var wall = morning
    private(set) var records: [Record] = []
    private(set) var published: [[AlarmReport]] = []
    /// What the outlets would continue with after a crash.
    private(set) var kept: [Int: String] = [:]

    init(_ text: String = smallPlant) throws {
        machine = GatewayMachine(configuration: try configuration(text), zone: .china, at: now, wall: wall)
    }

    /// The gateway is stopped and started again with the same or another configuration.
    mutating func restart(with text: String = smallPlant) {
        let state = machine.alarmState
        guard let configuration = try? configuration(text) else { return }
        pass(.seconds(30))
        machine = GatewayMachine(configuration: configuration, zone: .china, at: now, wall: wall, alarmState: state)
        perform(machine.closeForgottenAlarms(at: now, wall: wall))
    }

    /// Looks at later records alone.
    mutating func alarmsAreForgotten() { records.removeAll { $0.kind == .alarm } }

    mutating func pass(_ duration: Duration) {
        now = now + duration
        wall = wall + duration
    }

    mutating func perform(_ actions: [GatewayMachine.Action]) {
        for action in actions {
            switch action {
            case .journal(let record): records.append(record)
            case .close(let record, let outlet):
                records.append(record)
                kept[outlet] = machine.unfinishedPeriods(of: outlet)
            case .publishAlarms: published.append(machine.activeAlarms(at: wall))
            }
        }
    }

    mutating func poll(so2: Reading, o2: Reading = Reading(value: 6)) {
        perform(
            machine.polled(
                bus: 0, PollResult(device: 0, at: wall, readings: [so2, o2]), at: now, wall: wall))
    }

    mutating func upload(
        _ kind: HJ212Upload.Kind = .realtime, dust: Double?, dataTime: WallInstant? = nil, flag: DataFlag? = .normal
    ) {
        var factor = HJ212Upload.Factor(code: "a34013")
        if kind == .realtime { factor.rtd = dust } else { factor.avg = dust }
        factor.flag = flag
        let upload = HJ212Upload(
            kind: kind, mn: "0123", st: "31", dataTime: ZoneRules.china.civilTime(at: dataTime ?? wall),
            qnTime: ZoneRules.china.civilTime(at: wall), factors: [factor])
        perform(machine.received(instrument: 0, upload, at: now, wall: wall))
    }

    mutating func tick() { perform(machine.tick(at: now, wall: wall)) }

    /// Runs for a while with good data every 5 s.
    mutating func run(_ duration: Duration, so2: Double = 20, dust: Double? = 4) {
        let end = now + duration
        while now < end {
            poll(so2: Reading(value: so2))
            if let dust { upload(dust: dust) }
            tick()
            pass(.seconds(5))
        }
    }

    func kind(_ kind: RecordKind) -> [Record] { records.filter { $0.kind == kind } }

    var alarms: [AlarmReport] {
        records.compactMap {
            if case .alarm(let alarm) = $0.content { return alarm }
            return nil
        }
    }
}

extension Record {
    /// The factors of the record by code.
    var factors: [String: FactorRecord] {
        guard case .factors(let factors, _) = content else { return [:] }
        return Dictionary(uniqueKeysWithValues: factors.map { ($0.code, $0) })
    }

    var quality: [String] {
        guard case .factors(_, let quality) = content else { return [] }
        return quality
    }
}

extension FactorRecord {
    /// Why its mean does not count; nil: it does.
    var reason: String? { shortcomings.first { $0.subject == .measured }?.reason }

    func number(_ name: String) -> Double? { fields.first { $0.name == name }?.value }
}
