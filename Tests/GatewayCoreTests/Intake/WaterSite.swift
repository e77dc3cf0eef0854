import GatewayCore
import Protocol
import Telemetry
import Testing

/// An outfall with one HJ 212 instrument whose frames the test writes, and whose clock may be off.
struct WaterSite {
    var gateway: TestGateway
    private(set) var text: String
    /// By how much the instrument's clock is fast.
    var offset = Duration.zero

    init(
        instrument: String = "", factors: [String] = ["{ code: w01018, from: m.w01018, cycle: 1h }"], st: String = "32"
    )
        throws
    {
        text = """
            gateway: { id: g, data_directory: /tmp/x, realtime_interval: 10s, language: en }
            instruments: [ { id: m, listen: 127.0.0.1:7212, mn: "1"\(instrument.isEmpty ? "" : ", " + instrument) } ]
            outlets: [ { id: water, st: "\(st)", factors: [ \(factors.joined(separator: ", ")) ] } ]
            """
        gateway = try TestGateway(text)
    }

    /// What the instrument's clock shows.
    var itsTime: CivilTime { ZoneRules.china.civilTime(at: gateway.wall + offset) }

    /// Sends present values with this data area. `qn`: nil is the instrument's time.
    mutating func send(_ area: String, qn: CivilTime? = nil) { send(2011, area, qn: qn) }

    /// Sends an upload of any command.
    mutating func send(_ command: Int, _ area: String, qn: CivilTime? = nil) {
        let number = (qn ?? itsTime).compactWithMilliseconds
        take(command, "QN=\(number);ST=32;CN=\(command);PW=123456;MN=1;Flag=5;CP=&&\(area)&&")
    }

    /// Sends present values without a QN.
    mutating func sendWithoutQN(_ area: String) { take(2011, "ST=32;CN=2011;PW=123456;MN=1;Flag=5;CP=&&\(area)&&") }

    /// Sends a frame that is no upload.
    mutating func sendOther(_ command: Int) {
        hear(command)
        gateway.machine.receivedCommand(CommandCode(rawValue: command), instrument: 0, wall: gateway.wall)
    }

    /// A good frame has come.
    mutating func hear(_ command: Int) {
        gateway.machine.heard(CommandCode(rawValue: command), from: 0, at: gateway.now)
    }

    private mutating func take(_ command: Int, _ segment: String) {
        hear(command)
        guard let upload = HJ212Upload(Packet(segment: Array(segment.utf8)[...])) else {
            Issue.record("no upload: \(segment)")
            return
        }
        gateway.perform(
            gateway.machine.received(instrument: 0, upload, at: gateway.now, wall: gateway.wall))
    }

    /// Sends a datum of the present, as the instrument's clock has it.
    mutating func measure(_ pairs: String) { send("DataTime=\(itsTime.compact);\(pairs)") }

    mutating func tick() { gateway.tick() }
    mutating func pass(_ duration: Duration) { gateway.pass(duration) }

    /// Sends what `send` says every five seconds.
    mutating func run(seconds: Int, _ send: (inout WaterSite) -> Void) {
        for _ in 0..<seconds / 5 {
            send(&self)
            tick()
            pass(.seconds(5))
        }
    }

    /// The gateway crashes and continues with what the journal holds, under another configuration or the same.
    mutating func restart(_ change: (inout String) -> Void = { _ in }) throws {
        let state = gateway.machine.unfinishedPeriods(of: 0)
        change(&text)
        gateway.machine = GatewayMachine(
            configuration: try configuration(text), zone: .china, at: gateway.now, wall: gateway.wall,
            alarmState: gateway.machine.alarmState)
        let isRestored = gateway.machine.restore(state, outlet: 0)
        #expect(isRestored)
    }

    /// The gateway takes another configuration, or the same.
    mutating func reload(_ change: (inout String) -> Void = { _ in }) throws {
        change(&text)
        gateway.machine = gateway.machine.reconfigured(
            try configuration(text), at: gateway.now, wall: gateway.wall)
    }

    /// The records of a kind by the hour or minute they begin at, as the plant's clock shows it.
    func records(_ kind: RecordKind) -> [String: Record] {
        Dictionary(
            gateway.kind(kind).map { (String($0.dataTime.compact.prefix(kind == .hour ? 10 : 12)), $0) },
            uniquingKeysWith: { $1 })
    }

    /// What is said of the instrument's data, in English.
    var remarks: [String] {
        gateway.machine.remarks(ofInstrument: 0, at: gateway.wall).map(\.text.en)
    }

    /// Why nothing usable comes from the instrument, in English; nil: data come.
    var reason: String? { gateway.machine.reasonOfSilence(ofInstrument: 0, at: gateway.now)?.en }

    /// The same, as far as it is news.
    mutating func takeNews() -> [String] {
        gateway.machine.takeNewRemarks(ofInstrument: 0).map(\.text.en)
    }

    /// The messages of the active alarms of a rule.
    func alarms(_ rule: String) -> [String] {
        gateway.machine.activeAlarms(at: gateway.wall).filter { $0.rule == rule }.map(\.message)
    }
}
