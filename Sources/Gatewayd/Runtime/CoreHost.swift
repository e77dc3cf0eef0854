import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry
import TelemetryStore

/// Holds the gateway's mind and does what it says. Whoever brings an event runs the step; one at a time.
///
/// Steps take microseconds, so a lock is simpler than a queue and costs no wake-up. Records are appended to the journal
/// inside the step: their order is the order of sequence numbers.
final class CoreHost: Sendable {
    private let machine: Mutex<GatewayMachine>
    private let journal: Journal
    private let encoder: RecordEncoder
    private let log: LogSink
    /// What publishes the active alarms; set once the uplinks exist.
    private let publisher = OnceBox<@Sendable ([UInt8]) -> Void>()

    init(_ machine: GatewayMachine, gateway: String, journal: Journal, log: LogSink) {
        self.machine = Mutex(machine)
        self.journal = journal
        self.log = log
        encoder = RecordEncoder(gateway: gateway)
    }

    func publishAlarms(with publish: @escaping @Sendable ([UInt8]) -> Void) {
        publisher.set(publish)
        publish(AlarmReport.list(machine.withLock { $0.activeAlarms }))
    }

    /// One step: `body` says what happened, its actions are performed.
    func step(_ body: (inout GatewayMachine, _ now: Uptime, _ wall: WallInstant) -> [GatewayMachine.Action]) {
        machine.withLock { machine in
            for action in body(&machine, SystemClock.uptime, SystemClock.wall) { perform(action) }
        }
    }

    /// Looks at the mind without changing it.
    func look<Result: Sendable>(_ body: (GatewayMachine) -> Result) -> Result {
        machine.withLock { body($0) }
    }

    private func perform(_ action: GatewayMachine.Action) {
        switch action {
        case .journal(let record): append(record)
        case .publishAlarms(let alarms): publisher.value?(AlarmReport.list(alarms))
        }
    }

    private func append(_ record: Record) {
        if case .alarm(let alarm) = record.content { tell(alarm) }
        let sequence = journal.append(
            kind: record.kind.rawValue, lane: RecordLane(record.kind), outlet: record.place.topicSegment,
            timestamp: record.at.millisecondsSince1970
        ) { encoder.encode(record, sequence: $0) }
        if sequence == nil {
            log.log(.critical, "record dropped: too much waits for the disk", [LogField("kind", record.kind.rawValue)])
        }
    }

    private func tell(_ alarm: AlarmReport) {
        let level: LogLevel =
            alarm.state == .cleared ? .notice : alarm.severity >= .alarm ? .error : .warning
        log.log(
            level, "alarm \(alarm.state.rawValue)",
            [LogField("id", alarm.id), LogField("rule", alarm.rule), LogField("message", alarm.message)])
    }
}

extension RecordLane {
    /// Alarms and audit entries are urgent; present values and raw polls are bulk; the rest is what the law asks for.
    fileprivate init(_ kind: RecordKind) {
        switch kind {
        case .alarm, .audit: self = .urgent
        case .minute, .hour, .day, .month, .year, .rates, .counts: self = .ordinary
        case .realtime, .raw, .frame: self = .bulk
        }
    }
}
