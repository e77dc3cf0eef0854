import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

/// What commands can reach of the running gateway.
struct CommandReach: Sendable {
    let core: CoreHost
    let journal: Journal
    let alarms: AlarmService
    /// The status document, JSON.
    let status: @Sendable () -> [UInt8]
    /// Of the configuration in force.
    let fingerprint: @Sendable () -> String
}

/// Carries one command out and says what is answered.
struct CommandExecution {
    let reach: CommandReach
    let uplink: UplinkConfiguration
    let runner: UplinkRunner
    let beat: @Sendable () -> Void

    /// The result as JSON; throws what the platform is told.
    func run(_ request: CommandRequest) throws -> [UInt8] {
        switch request {
        case .status: return reach.status()
        case .configFingerprint:
            return object {
                $0.field("config", reach.fingerprint())
                $0.field("version", programVersion)
            }
        case .acknowledgeAlarm(let id, let by, let note):
            try reach.alarms.acknowledge(id, by: by, note: note)
            return object { $0.field("id", id) }
        case .setResponseLevel(let level, let until, let order):
            try setResponseLevel(level, until: until, source: order ?? uplink.id)
            return object { $0.field("level", level) }
        case .replay(let selection): return try replay(selection)
        }
    }

    private func setResponseLevel(_ level: String, until: WallInstant, source: String) throws {
        var refusal: ResponseLevelRefusal?
        reach.core.step { machine, now, wall in
            do throws(ResponseLevelRefusal) {
                return try machine.setResponseLevel(level, until: until, source: source, at: now, wall: wall)
            } catch {
                refusal = error
                return []
            }
        }
        if let refusal { throw refusal }
    }

    private func replay(_ selection: ReplaySelection) throws -> [UInt8] {
        let refusal = CommandRefusal("a replay is running; one at a time")
        guard !runner.isReplaying else { throw refusal }
        let sequences = try ReplaySearch(journal: reach.journal, uplink: uplink, beat: beat).find(selection)
        if !sequences.isEmpty, !runner.replay(sequences) {
            throw runner.isReplaying ? refusal : CommandRefusal("the uplink is about to leave; ask again later")
        }
        return object { $0.field("records", integer: sequences.count) }
    }

    private func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        body(&json)
        json.endObject()
        return json.bytes
    }
}
