import GatewayCore
import HostSystem
import MQTTUplink
import Protocol
import Telemetry
import TelemetryStore

/// Makes the parts of ``RunningParts``, wired to the core and not yet started.
struct PartMaker: Sendable {
    let gateway: String
    let core: CoreHost
    let journal: Journal
    let commands: CommandService
    let actions: ActionService
    let heartbeats: Heartbeats
    let log: LogSink

    /// Everything that `configuration` asks for.
    func parts(of configuration: GatewayConfiguration, from source: ConfigurationSource) -> RunningParts {
        RunningParts(
            configuration: configuration, source: source, files: NamedFileDigests(of: configuration),
            responseFile: responseFile(of: configuration),
            buses: configuration.buses.enumerated().map { bus($1, at: $0) },
            lines: InstrumentGroup.groups(of: configuration).map { patientLine($0, of: configuration) },
            uplinks: configuration.uplinks.enumerated().map { uplink($1, at: $0) })
    }

    func responseFile(of configuration: GatewayConfiguration) -> ResponseFile? {
        configuration.alarms.responseFile.map { ResponseFile($0, core: core, log: log) }
    }

    func bus(_ configuration: BusConfiguration, at index: Int) -> BusRunner {
        BusRunner(
            configuration, place: CorePlace(index), core: core, log: log,
            coils: { [actions] in actions.coils(ofBus: configuration.id) },
            beat: heartbeats.register("bus-\(configuration.id)", budget: .seconds(60)))
    }

    /// The line of instruments that share an address or port. It has its port already: that of `old` if that listens there.
    func line(
        _ group: InstrumentGroup, of configuration: GatewayConfiguration, takingOver old: Line? = nil
    ) throws(SystemError) -> RunningParts.InstrumentsOfLine {
        let made = unboundLine(group, of: configuration)
        if let old { made.line.bind(takingOver: old) }
        try made.line.bind()
        return made
    }

    /// The same where nothing runs yet: a port that cannot be taken is tried again, so that it stops nothing else.
    private func patientLine(
        _ group: InstrumentGroup, of configuration: GatewayConfiguration
    ) -> RunningParts.InstrumentsOfLine {
        let made = unboundLine(group, of: configuration)
        // The line tells it again when it tries for itself.
        try? made.line.bind()
        return made
    }

    private func unboundLine(
        _ group: InstrumentGroup, of configuration: GatewayConfiguration
    ) -> RunningParts.InstrumentsOfLine {
        let name = configuration.instruments[group.members[0]].id
        let endpoint = LineEndpoint(group.transport)
        let handler = InstrumentLine(endpoint, group, of: configuration.instruments, core: core, log: log)
        let beat = heartbeats.register("line-\(name)", budget: .seconds(60))
        let line = Line(name: name, endpoint: endpoint, limits: group.limits, beat: beat, handler: handler)
        handler.tellOfHeld()
        return RunningParts.InstrumentsOfLine(line: line, handler: handler)
    }

    /// `desk`: that of the uplink with this id that runs already.
    func uplink(
        _ configuration: UplinkConfiguration, at index: Int, desk: CommandDesk? = nil
    ) -> RunningParts.Uplink {
        // Looking up a host name may take a while; opening the connection itself does not block.
        let beat = heartbeats.register("uplink-\(configuration.id)", budget: .seconds(120))
        let place = CorePlace(index)
        let desk = desk ?? CommandDesk(configuration)
        let runner = UplinkRunner(
            configuration: configuration, gateway: gateway, journal: journal,
            subscriptions: CommandService.subscriptions(of: configuration), beat: beat
        ) { [commands] event in
            if case .message(let suffix, let payload) = event { commands.take(suffix: suffix, payload, at: desk) }
            take(event, of: place, configuration.id)
        }
        return RunningParts.Uplink(configuration: configuration, place: place, desk: desk, runner: runner)
    }

    private func take(_ event: UplinkEvent, of place: CorePlace, _ id: String) {
        let uplink = LogField("uplink", id)
        switch event {
        case .connected:
            if !log.recovered(Self.trouble(of: id)) { log.log(.info, "uplink connected", [uplink]) }
            core.uplinkFailed(place, because: .unacknowledged)
        case .disconnected(let error) where error.reason == .closedHere: log.log(.info, "uplink left", [uplink])
        case .disconnected(let error):
            log.failed(Self.trouble(of: id), because: error.description)
            core.uplinkFailed(place, because: error.words)
        case .acknowledged(let count):
            core.uplinkIsWell(place)
            log.debug("records acknowledged", [uplink, LogField("records", count)])
        case .setAside(let notice): tell(notice, of: place, id)
        case .takeover(let finding, let clientID):
            core.step { machine, now, wall in
                place.index.map { machine.identifierIsShared($0, clientID, finding, at: now, wall: wall) } ?? []
            }
        case .journalUnreadable(let error): log.failed(Self.readTrouble(of: id), because: error.description)
        case .journalReadable: log.recovered(Self.readTrouble(of: id))
        case .replayEnded(let sent, let refused, let isComplete):
            log.log(
                isComplete && refused == 0 ? .notice : .warning, isComplete ? "replay sent" : "replay given up",
                [uplink, LogField("records", sent), LogField("refused", refused)])
            if !isComplete {
                journal("replay-given-up", [.init("uplink", id), .init("sent", String(sent))])
            }
        case .topic(let use, let suffix, let refusal): tell(use, suffix, refusal: refusal, of: id)
        case .answerReplaced(let reason):
            log.log(.warning, "answer replaced by an error", [uplink, LogField("reason", reason)])
        case .answersRefused(let count, let reason):
            log.log(.error, "answers refused", [uplink, LogField("answers", count), LogField("reason", reason)])
            journal(
                "answers-refused",
                [.init("uplink", id), .init("answers", String(count)), .init("reason", reason)])
        case .message: break
        }
    }

    private static func trouble(of id: String) -> LogTrouble {
        LogTrouble("uplink disconnected", over: "uplink connected", [LogField("uplink", id)])
    }

    private static func readTrouble(of id: String) -> LogTrouble {
        LogTrouble("journal cannot be read", over: "journal is read again", [LogField("uplink", id)], level: .error)
    }

    /// Over when no record is set aside any more.
    static func refusalTrouble(of id: String) -> LogTrouble {
        LogTrouble("records set aside", over: "no record is set aside", [LogField("uplink", id)], level: .error)
    }

    private func journal(_ name: String, _ details: [AuditEvent.Detail]) {
        core.step { machine, _, wall in [.journal(machine.event(name, details, at: wall))] }
    }

    private func tell(_ notice: SetAsideNotice, of place: CorePlace, _ id: String) {
        let (first, last) = (notice.numbers.lowerBound, notice.numbers.upperBound)
        let reason = notice.reason.words.en
        var details = [AuditEvent.Detail("uplink", id)]
        if notice.count == 1 {
            details.append(.init("seq", String(first)))
        } else {
            details += [
                .init("records", String(notice.count)), .init("first", String(first)), .init("last", String(last)),
            ]
        }
        details.append(.init("reason", reason))
        log.failed(
            Self.refusalTrouble(of: id), because: reason,
            [LogField("records", notice.count), LogField("first", first), LogField("last", last)])
        core.step { [details] machine, now, wall in
            let refused = place.index.map { machine.recordsRefused(by: $0, notice, at: now, wall: wall) }
            return [.journal(machine.event("set-aside", details, at: wall))] + (refused ?? [])
        }
    }
}

extension BilingualText {
    /// Why an uplink whose connection stands delivers nothing.
    static let unacknowledged = BilingualText(en: "the broker acknowledges nothing", zh: "代理不确认任何报文")
}

extension CoreHost {
    /// What keeps an uplink from delivering, if it does not.
    func uplinkFailed(_ place: CorePlace, because reason: BilingualText) {
        step { machine, _, _ in
            if let index = place.index { machine.uplinkFailed(index, because: reason) }
            return []
        }
    }

    /// An uplink has acknowledged something, or is connected and owes nothing.
    func uplinkIsWell(_ place: CorePlace) {
        step { machine, now, wall in place.index.map { machine.uplinkIsWell($0, at: now, wall: wall) } ?? [] }
    }
}
