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
    private let publication = Mutex(AlarmPublication())

    /// What does something about alarms besides telling of them; must not block.
    private let actions = OnceBox<@Sendable (AlarmReport) -> Void>()

    init(_ machine: GatewayMachine, _ configuration: GatewayConfiguration, journal: Journal, log: LogSink) {
        self.machine = Mutex(machine)
        self.journal = journal
        self.log = log
        encoder = RecordEncoder(gateway: configuration.gateway.id)
    }

    func publishAlarms(with publish: @escaping @Sendable ([UInt8]) -> Void) {
        publisher.set(publish)
        publishAlarms()
    }

    /// Publishes the active alarms again, for uplinks that are new.
    func publishAlarms() {
        publisher.value?(AlarmReport.list(machine.withLock { $0.activeAlarms(at: SystemClock.wall) }))
    }

    func tellAlarms(to take: @escaping @Sendable (AlarmReport) -> Void) { actions.set(take) }

    /// One step: `body` says what happened, its actions are performed.
    func step(_ body: (inout GatewayMachine, _ now: Uptime, _ wall: WallInstant) -> [GatewayMachine.Action]) {
        machine.withLock { machine in
            let (now, wall) = (SystemClock.uptime, SystemClock.wall)
            perform(body(&machine, now, wall), of: machine, at: now, wall)
        }
    }

    /// Looks at the mind without changing it.
    func look<Result: Sendable>(_ body: (GatewayMachine) -> Result) -> Result {
        machine.withLock { body($0) }
    }

    private func perform(
        _ actions: [GatewayMachine.Action], of machine: GatewayMachine, at now: Uptime, _ wall: WallInstant
    ) {
        // The machine stands still meanwhile, so what is kept with many records is written out once.
        lazy var alarmState = machine.alarmState
        lazy var plantState = machine.plantState
        var alarmsHaveChanged = false
        for action in actions {
            switch action {
            case .journal(let record) where record.kind == .alarm: append(record, note: (Self.alarmsKey, alarmState))
            case .journal(let record) where record.kind == .audit: append(record, note: (Self.plantKey, plantState))
            case .journal(let record): append(record)
            case .close(let record, let outlet):
                append(record, note: (Self.noteKey(outlet, of: machine), machine.unfinishedPeriods(of: outlet)))
                journal.saveCursor(uplink: Self.alarmsKey, state: alarmState)
                journal.saveCursor(uplink: Self.plantKey, state: plantState)
            case .publishAlarms: alarmsHaveChanged = true
            }
        }
        if publication.withLock({ $0.take(changed: alarmsHaveChanged, at: now) }) {
            publisher.value?(AlarmReport.list(machine.activeAlarms(at: wall)))
        }
    }

    /// The key of the alarms that are not normal; no uplink has such a name.
    static let alarmsKey = "gateway:alarms"

    /// The key of response levels, parameters and production lines; no uplink has such a name.
    private static let plantKey = "gateway:plant"

    /// The key of an outlet's unfinished periods; no uplink has such a name.
    private static func noteKey(_ outlet: Int, of machine: GatewayMachine) -> String {
        "outlet:\(machine.configuration.outlets[outlet].id)"
    }

    /// Continues the unfinished periods of the run before.
    func restore() {
        machine.withLock { machine in
            if let state = journal.cursor(of: Self.plantKey) {
                machine.restorePlant(state, at: SystemClock.uptime, wall: SystemClock.wall)
            }
            for outlet in machine.configuration.outlets.indices { restore(outlet, of: &machine) }
        }
    }

    private func restore(_ outlet: Int, of machine: inout GatewayMachine) {
        guard let state = journal.cursor(of: Self.noteKey(outlet, of: machine)),
            !machine.restore(state, outlet: outlet)
        else { return }
        let id = machine.configuration.outlets[outlet].id
        log.log(.warning, "unfinished periods cannot be continued", [LogField("outlet", id)])
    }

    /// Keeps the unfinished periods for the next run, with the samples of the running minute, and the alarms.
    func keep() {
        machine.withLock { keep($0) }
    }

    private func keep(_ machine: GatewayMachine) {
        for outlet in machine.configuration.outlets.indices {
            journal.saveCursor(
                uplink: Self.noteKey(outlet, of: machine), state: machine.unfinishedPeriods(of: outlet))
        }
        journal.saveCursor(uplink: Self.alarmsKey, state: machine.alarmState)
        journal.saveCursor(uplink: Self.plantKey, state: machine.plantState)
    }

    /// Goes on with another configuration, in one step: no sample comes between. What is under way is kept; periods of an
    /// outlet that goes stay in the journal for the day it comes back. `body`: what else belongs to that step.
    func reconfigure(
        _ configuration: GatewayConfiguration,
        _ body: (inout GatewayMachine, _ now: Uptime, _ wall: WallInstant) -> [GatewayMachine.Action]
    ) {
        machine.withLock { machine in
            let (now, wall) = (SystemClock.uptime, SystemClock.wall)
            perform(machine.tick(at: now, wall: wall), of: machine, at: now, wall)
            keep(machine)
            let known = Set(machine.configuration.outlets.map(\.id))
            machine = machine.reconfigured(configuration, at: now, wall: wall)
            for (index, outlet) in configuration.outlets.enumerated() where !known.contains(outlet.id) {
                restore(index, of: &machine)
            }
            perform(body(&machine, now, wall), of: machine, at: now, wall)
            keep(machine)
        }
    }

    /// Journals `record` and, in the same transaction, what is to be remembered of it; false: too much waits for the
    /// disk, and neither is kept.
    func journal(_ record: Record, remembering note: (key: String, text: String)) -> Bool {
        machine.withLock { _ in append(record, note: note) }
    }

    @discardableResult
    private func append(_ record: Record, note: (key: String, text: String)? = nil) -> Bool {
        if case .alarm(let alarm) = record.content {
            tell(alarm)
            actions.value?(alarm)
        }
        let sequence = journal.append(
            kind: record.kind.rawValue, lane: RecordLane(record.kind), outlet: record.place.topicSegment,
            timestamp: record.at.millisecondsSince1970, note: note,
            unrounded: UnroundedAmounts(of: record)?.text
        ) { encoder.encode(record, sequence: $0) }
        log.debug(
            "record journalled",
            [
                LogField("kind", record.kind.rawValue), LogField("outlet", record.place.topicSegment),
                LogField("seq", sequence ?? 0),
            ])
        if sequence == nil {
            log.log(.critical, "record dropped: too much waits for the disk", [LogField("kind", record.kind.rawValue)])
        }
        return sequence != nil
    }

    private func tell(_ alarm: AlarmReport) {
        let level: LogLevel =
            alarm.state == .cleared ? .notice : alarm.severity >= .alarm ? .error : .warning
        log.log(
            level, "alarm \(alarm.state.rawValue)",
            [LogField("id", alarm.id), LogField("rule", alarm.rule), LogField("message", alarm.message)]
                + (alarm.state == .cleared
                    ? alarm.duration.map { [LogField("after", Duration.seconds($0).spoken)] } ?? [] : []))
    }
}

extension RecordLane {
    /// Alarms and audit entries are urgent; present values and raw polls are bulk; the rest is what the law asks for.
    fileprivate init(_ kind: RecordKind) {
        switch kind {
        case .alarm, .audit: self = .urgent
        case .minute, .hour, .day, .month, .year, .rates, .counts: self = .ordinary
        case .realtime, .raw, .frame, .evidence: self = .bulk
        }
    }
}
