import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry

/// Where the outcome of an action is told: the log and, as an `action` event, the journal.
struct ActionEvidence: Sendable {
    let core: CoreHost
    let log: LogSink

    /// Not while a step of the core is under way.
    func tell(_ message: String, outcome: String, level: LogLevel, _ details: [AuditEvent.Detail]) {
        let details = details + [AuditEvent.Detail("outcome", outcome)]
        log.log(level, message, details.map { LogField($0.name, $0.value) })
        core.step { machine, _, wall in [.journal(machine.event("action", details, at: wall))] }
    }
}

/// Everything that `alarms.actions` asks for, through all reloads.
final class ActionService: Sendable {
    private enum Part: Sendable {
        case program(ProgramAction)
        case coil(CoilAction, bus: String)
    }

    /// What an action is, wherever its device stands in the configuration.
    private struct Signature: Equatable, Sendable {
        var action: ActionConfiguration
        var bus: String?
        var device: String?
        var unit: UInt8?

        init(_ action: ActionConfiguration, _ configuration: GatewayConfiguration) {
            self.action = action
            guard case .coil(var coil) = action.effect else { return }
            bus = configuration.buses[coil.bus].id
            device = configuration.buses[coil.bus].devices[coil.device].id
            unit = configuration.buses[coil.bus].devices[coil.device].unit
            (coil.bus, coil.device) = (0, 0)
            self.action.effect = .coil(coil)
        }
    }

    private struct Entry: Sendable {
        let signature: Signature
        let part: Part
    }

    private let core: CoreHost
    private let evidence: ActionEvidence
    private let heartbeats: Heartbeats
    private let entries = Mutex<[Entry]>([])
    /// Of actions that are removed; their last call may be under way.
    private let leaving = Mutex<[ProgramAction]>([])

    init(core: CoreHost, log: LogSink, heartbeats: Heartbeats) {
        self.core = core
        self.heartbeats = heartbeats
        evidence = ActionEvidence(core: core, log: log)
        core.tellAlarms { [self] in take($0) }
    }

    /// Does from now on what `configuration` asks for. Actions that are configured as before go on, and so do programs
    /// that have other settings; new ones take up the alarms that are active, as told already.
    func serve(_ configuration: GatewayConfiguration) {
        // Within a look at the core, so that no alarm begins or ends between the list and the new actions.
        let (started, removed) = core.look { machine in
            let active = machine.activeAlarms(at: SystemClock.wall)
            return entries.withLock { entries in
                let before = entries
                entries = configuration.alarms.actions.compactMap { action in
                    entry(Signature(action, configuration), after: before, active, configuration.gateway.id)
                }
                let (old, new) = (Self.programs(of: before), Self.programs(of: entries))
                return (
                    new.filter { program in !old.contains { $0 === program } },
                    old.filter { program in !new.contains { $0 === program } }
                )
            }
        }
        leaving.withLock { $0 = $0.filter { !$0.hasEnded } + removed }
        for program in removed { program.remove() }
        for program in started { program.start() }
    }

    /// What does `signature` from now on; nil: nothing is to be done.
    private func entry(
        _ signature: Signature, after before: [Entry], _ active: [AlarmReport], _ gateway: String
    ) -> Entry? {
        let action = signature.action
        let known = before.first { $0.signature.action.id == action.id }
        if let known, known.signature == signature { return known }
        if case .program(let running) = known?.part, case .program(let program) = action.effect {
            running.change(action, program, active: active)
            return Entry(signature: signature, part: .program(running))
        }
        return part(signature, active, gateway).map { Entry(signature: signature, part: $0) }
    }

    /// The coils behind a bus, for its thread.
    func coils(ofBus id: String) -> [CoilAction] {
        entries.withLock { entries in
            entries.compactMap { if case .coil(let coil, let bus) = $0.part, bus == id { coil } else { nil } }
        }
    }

    func requestStop() { for program in programs { program.requestStop() } }

    /// False: a program has not ended by `deadline`.
    func waitForEnd(until deadline: Uptime) -> Bool {
        var hasEnded = true
        for program in programs where !program.waitForEnd(until: deadline) { hasEnded = false }
        return hasEnded
    }

    /// Those that are about to end as well.
    private var programs: [ProgramAction] {
        entries.withLock { Self.programs(of: $0) } + leaving.withLock { $0 }
    }

    private static func programs(of entries: [Entry]) -> [ProgramAction] {
        entries.compactMap { if case .program(let program) = $0.part { program } else { nil } }
    }

    /// Within a step of the core.
    private func take(_ alarm: AlarmReport) {
        entries.withLock { entries in
            for entry in entries {
                switch entry.part {
                case .program(let program): program.take(alarm)
                case .coil(let coil, _): coil.take(alarm)
                }
            }
        }
    }

    private func part(_ signature: Signature, _ active: [AlarmReport], _ gateway: String) -> Part? {
        let action = signature.action
        switch action.effect {
        case .program(let program):
            let beat = heartbeats.register("action-\(action.id)", budget: .seconds(60))
            return .program(
                ProgramAction(action, program, gateway: gateway, active: active, evidence: evidence, beat: beat))
        case .coil(let coil):
            guard coil.isEnabled, let bus = signature.bus, let device = signature.device, let unit = signature.unit
            else { return nil }
            return .coil(
                CoilAction(action, coil, device: device, unit: unit, active: active, evidence: evidence), bus: bus)
        }
    }
}
