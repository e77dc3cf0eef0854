import Alarms
import Protocol
package import Telemetry

extension GatewayMachine {
    /// Takes the level of a heavy-pollution response from now on until `until`: it takes the place of the one in force,
    /// ends by itself, and is an audit record. `none` ends the response; its `until` does not matter.
    ///
    /// Nothing at all happens where the level is in force already, until the same time.
    package mutating func setResponseLevel(
        _ level: String, until: WallInstant, source: String, at now: Uptime, wall: WallInstant
    ) throws(ResponseLevelRefusal) -> [Action] {
        guard try alarms.response.set(level, until: until, source: source, at: wall) else { return [] }
        var details = [AuditEvent.Detail("level", level)]
        if level != ResponseLevel.none.name { details.append(.init("until", String(until.millisecondsSince1970))) }
        return [.journal(event("response-level", details + [.init("by", source)], at: wall))]
    }

    /// Takes what the file that states the level holds now; what it said before is not taken again, what is refused is
    /// tried again and refused as long as nothing changes.
    package mutating func takeResponseFile(
        _ text: String, at now: Uptime, wall: WallInstant
    ) throws(ResponseLevelRefusal) -> [Action] {
        guard let said = try alarms.response.read(file: text, zone: zone) else { return [] }
        var actions: [Action] = []
        // An old file is no mistake.
        if said.level == ResponseLevel.none.name || said.until > wall {
            actions = try setResponseLevel(said.level, until: said.until, source: "file", at: now, wall: wall)
        }
        alarms.response.taken(said)
        return actions
    }

    /// The response in force; nil: there is none.
    package func response(at wall: WallInstant) -> StatusReport.Response? {
        alarms.levels.inForce(at: wall).map { .init(level: $0.level.name, until: $0.until, source: $0.source) }
    }

    /// Tells of a response that ended by itself.
    mutating func endResponse(at wall: WallInstant, to actions: inout [Action]) {
        guard let level = alarms.response.takeExpired(at: wall) else { return }
        actions.append(.journal(event("response-level-expired", [.init("level", level.name)], at: wall)))
    }
}
