import GatewayCore
import HostSystem
import Protocol
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

/// Everything that `alarms.actions` asks for.
final class ActionService: Sendable {
    private let programs: [ProgramAction]
    private let coils: [CoilAction]

    /// Takes up the alarms that an earlier run left.
    init(
        _ configuration: GatewayConfiguration, core: CoreHost, log: LogSink, heartbeats: Heartbeats
    ) {
        let evidence = ActionEvidence(core: core, log: log)
        let active = core.look { $0.activeAlarms(at: SystemClock.wall) }
        var programs: [ProgramAction] = []
        var coils: [CoilAction] = []
        for action in configuration.alarms.actions {
            switch action.effect {
            case .program(let program):
                programs.append(
                    ProgramAction(
                        action, program, gateway: configuration.gateway.id, active: active, evidence: evidence,
                        beat: heartbeats.register("action-\(action.id)", budget: .seconds(60))))
            case .coil(let coil) where coil.isEnabled:
                let device = configuration.buses[coil.bus].devices[coil.device]
                coils.append(CoilAction(action, coil, device: device, active: active, evidence: evidence))
            case .coil: break
            }
        }
        self.programs = programs
        self.coils = coils
        core.tellAlarms { [programs, coils] alarm in
            for program in programs { program.take(alarm) }
            for coil in coils { coil.take(alarm) }
        }
    }

    /// The coils behind a bus, for its thread.
    func coils(ofBus index: Int) -> [CoilAction] { coils.filter { $0.bus == index } }

    func start() { for program in programs { program.start() } }

    func requestStop() { for program in programs { program.requestStop() } }

    /// False: a program has not ended by `deadline`.
    func waitForEnd(until deadline: Uptime) -> Bool {
        var hasEnded = true
        for program in programs where !program.waitForEnd(until: deadline) { hasEnded = false }
        return hasEnded
    }
}
