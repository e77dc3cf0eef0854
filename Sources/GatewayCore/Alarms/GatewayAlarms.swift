import Alarms
import Emissions
import Protocol
import Telemetry

/// All alarms of the gateway: the desk, where the record of each belongs, and how transitions become records.
struct GatewayAlarms: Sendable {
    var desk: AlarmDesk
    var response: ResponseLevelDesk
    var levels: ResponseLevels { response.levels }
    private let rules: [RuleID: RuleSettings]
    private let message: AlarmMessage
    private let language: Language
    private let zone: ZoneRules
    private let outlets: [String: OutletIdentity]
    /// Of subjects that are about no outlet, or about a factor of one under the name of its device.
    private var places: [AlarmSubject: RecordPlace] = [:]
    /// Of alarms that the configuration before had raised.
    private var formerPlaces: [AlarmSubject: RecordPlace] = [:]

    /// `state`: what ``AlarmDesk/stateText`` was when an earlier run ended.
    init(_ configuration: GatewayConfiguration, zone: ZoneRules, state: String) {
        desk = AlarmDesk(stateText: state)
        response = ResponseLevelDesk(scale: configuration.alarms.responseScale)
        rules = configuration.alarms.rules
        language = configuration.gateway.language
        self.zone = zone
        let names =
            configuration.outlets.compactMap { outlet in outlet.name.map { (outlet.id, $0) } }
            + configuration.power.lines.compactMap { line in line.name.map { (line.id, $0) } }
        message = AlarmMessage(zone: zone, names: Dictionary(names, uniquingKeysWith: { first, _ in first }))
        outlets = Dictionary(
            configuration.outlets.map { ($0.id, OutletIdentity(id: $0.id, mn: $0.mn, st: $0.st)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// As configured, else as the catalogue has it.
    func settings(_ rule: RuleID) -> RuleSettings { rules[rule] ?? RuleSettings(rule) }

    func has(_ subject: AlarmSubject) -> Bool { places[subject] != nil }

    /// Adds a subject whose records belong to `place`.
    mutating func add(_ subject: AlarmSubject, recordedAt place: RecordPlace) -> Int {
        places[subject] = place
        return desk.add(subject, settings(subject.rule))
    }

    /// The active set, in the order of beginning, told in `language`; nil: in the configured one.
    func active(at wall: WallInstant, in language: Language? = nil) -> [AlarmReport] {
        let language = language ?? self.language
        return desk.active.map { event in
            AlarmReport(event, state: .raised, message: language(message.present(event)), at: wall)
        }
    }

    func record(of transition: AlarmTransition) -> Record {
        let event = transition.event
        let report = AlarmReport(
            event, state: AlarmReport.State(transition.kind), message: said(message.text(transition)), at: transition.at
        )
        return Record(
            kind: .alarm, place: place(of: event.subject), at: transition.at,
            dataTime: zone.civilTime(at: transition.at),
            content: .alarm(report))
    }

    private func place(of subject: AlarmSubject) -> RecordPlace {
        places[subject] ?? outlets[subject.source].map { .outlet($0) } ?? formerPlaces[subject]
            ?? Self.usualPlace(of: subject)
    }

    /// Of an alarm that an earlier run raised about what is no longer configured.
    private static func usualPlace(of subject: AlarmSubject) -> RecordPlace {
        switch subject.rule {
        case .silence where subject.factor == nil: .device(subject.source)
        case .errorShare, .staleData, .parameterChanged: .device(subject.source)
        default: .gateway
        }
    }

    /// Remembers where `earlier` records its alarms, for those that end because nothing here knows of them.
    mutating func resumePlaces(of earlier: GatewayAlarms) {
        for event in earlier.desk.active + earlier.desk.suppressed {
            formerPlaces[event.subject] = earlier.place(of: event.subject)
        }
    }

    private func said(_ text: BilingualText) -> String { language(text) }
}

extension AlarmReport {
    fileprivate init(_ event: AlarmEvent, state: State, message: String, at wall: WallInstant) {
        self.init(
            id: event.id, rule: event.subject.rule.rawValue, severity: Severity(event.severity), state: state,
            source: event.subject.source, factor: event.subject.factor, value: event.value?.withInstrumentPrecision,
            limit: event.limit,
            since: event.since, message: message)
        number = event.number
        limitSource = event.limitSource
        peak = event.peak?.withInstrumentPrecision
        mean = event.mean?.withInstrumentPrecision
        duration = event.duration(at: wall).wholeMilliseconds / 1_000
        marks = event.marks.names
        isSuppressed = event.raisedAt == nil
        acknowledgement = event.acknowledgement.map { .init(by: $0.by, note: $0.note, at: $0.at) }
    }
}

extension AlarmReport.Severity {
    init(_ severity: AlarmSeverity) {
        self =
            switch severity {
            case .info: .info
            case .warning: .warning
            case .alarm: .alarm
            case .critical: .critical
            }
    }
}

extension AlarmReport.State {
    /// A suppressed alarm begins and ends as others do, and says that it is one.
    fileprivate init(_ kind: AlarmTransition.Kind) {
        self =
            switch kind {
            case .raised, .suppressed: .raised
            case .updated, .repeated, .acknowledged, .commented: .updated
            case .closed, .withdrawn: .cleared
            }
    }
}
