import Alarms
import Telemetry
import YAML

/// Builds the configuration section by section, and remembers what later sections are checked against.
///
/// After a mistake it goes on with a placeholder; ``ConfigurationResult`` never hands out what was built around mistakes.
struct ConfigurationBuilder {
    let directory: String
    let profiles: ProfileLibrary
    let log: ProblemLog
    /// The ids of outlets, devices and instruments.
    var places = NameRegistry()
    var connections = ConnectionRegistry()
    var sources = SourceIndex()
    var uplinkIDs: [String] = []
    /// The entries of `factors` by their codes.
    var factorOverrides: [String: FactorOverride] = [:]
    /// The codes that `factors` lists, where.
    var overriddenCodes: [(code: String, position: YAMLPosition)] = []
    /// The factors whose parameters are registered, where.
    var registeredFactors: [(code: String, position: YAMLPosition)] = []
    /// What uplinks name of the outlets, where.
    var selections: [(key: UplinkKey, name: String, position: YAMLPosition)] = []
    /// What actions name as sources, where.
    var actionSources: [(name: String, position: YAMLPosition)] = []
    /// The levels that conditions may name.
    var responseScale = ResponseScale.usual
    var deviceCount = 0
    var pointCount = 0

    init(directory: String, profiles: ProfileLibrary, log: ProblemLog) {
        self.directory = directory
        self.profiles = profiles
        self.log = log
    }

    mutating func configuration(from node: YAMLNode) -> GatewayConfiguration? {
        guard let root = MappingReader<RootKey>(node, .init("the file", zh: "文件"), log: log) else { return nil }
        let gateway = gateway(root)
        let uplinks = uplinks(root)
        uplinkIDs = uplinks.map(\.id)
        let buses = buses(root)
        let instruments = instruments(root, of: gateway)
        let overrides = factorOverrides(root)
        let alarms = alarms(root)
        responseScale = alarms.responseScale
        let outlets = outlets(root)
        let power = readPower(root, outlets: outlets)
        checkSelections(outlets)
        checkOtherCodes(outlets)
        checkActionSources(power)
        let http = http(root)
        connections.check(log: log)
        guard let gateway else { return nil }
        var configuration = GatewayConfiguration(
            gateway: gateway, uplinks: uplinks, buses: buses, instruments: instruments, outlets: outlets,
            factors: overrides, power: power, alarms: alarms, http: http)
        configuration.keepRaw(gateway.keeping.keepsRaw)
        return configuration
    }

    /// `path` as an absolute one.
    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        let relative = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return directory.hasSuffix("/") ? directory + relative : directory + "/" + relative
    }

    /// The first `maximum` of `entries`; a problem at the next one, the rest is not read.
    func limited<Key: SectionKey>(
        _ entries: [MappingReader<Key>], to maximum: Int, _ plural: BilingualText
    ) -> ArraySlice<MappingReader<Key>> {
        if entries.count > maximum {
            log.error(
                at: entries[maximum].position,
                .init("more than \(maximum) \(plural.en)", zh: "\(plural.zh)超过 \(maximum) 个"), hint: Self.limitHint)
        }
        return entries.prefix(maximum)
    }

    static let limitHint = BilingualText("split the site between two gateways", zh: "请分给两台网关")
}

// MARK: - Small sections

extension ConfigurationBuilder {
    private mutating func alarms(_ root: MappingReader<RootKey>) -> AlarmSettings {
        var alarms = AlarmSettings()
        let gaps: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400)
        let section = root.mapping(.alarms, AlarmsKey.self)
        section?.read(.instrumentGap, .duration(in: gaps), into: &alarms.instrumentGap)
        section?.read(.uplinkGap, .duration(in: gaps), into: &alarms.uplinkGap)
        if let section {
            readResponse(section, into: &alarms)
            alarms.actions = actions(section)
        }
        guard let rules = section?.mapping(.rules, RuleID.self) else { return alarms }
        for rule in RuleID.allCases {
            guard let entry = rules.mapping(rule, RuleKey.self) else { continue }
            alarms.rules[rule] = settings(entry, of: rule)
        }
        return alarms
    }

    /// The rule as the catalogue has it, with what is stated.
    private func settings(_ entry: MappingReader<RuleKey>, of rule: RuleID) -> RuleSettings {
        var settings = RuleSettings(rule)
        let delays: ClosedRange<Duration> = .zero ... .seconds(7 * 86_400)
        entry.read(.enabled, .truth, into: &settings.isEnabled)
        entry.read(.severity, .choice, into: &settings.severity)
        if settings.severity > rule.definition.greatestSeverity {
            let greatest = rule.definition.greatestSeverity.rawValue
            entry.error(
                .severity, .init("\(rule.rawValue) is at most \(greatest)", zh: "\(rule.rawValue) 最高为 \(greatest)"),
                hint: .init("nothing has happened yet", zh: "因为事情尚未发生"))
        }
        entry.read(.delay, .duration(in: delays), into: &settings.onDelay)
        entry.read(.offDelay, .duration(in: delays), into: &settings.offDelay)
        if let interval = entry.optional(.repeatInterval, .duration(in: delays)) {
            settings.repeatInterval = interval > .zero ? interval : nil
        }
        return settings
    }

    private mutating func http(_ root: MappingReader<RootKey>) -> HTTPSettings? {
        guard let section = root.mapping(.http, HTTPKey.self),
            let listen = section.required(
                .listen, .endpoint, hint: .init("such as 127.0.0.1:9213", zh: "例如 127.0.0.1:9213"))
        else { return nil }
        connections.add(
            ConnectionRegistry.Listener(
                endpoint: listen, owner: ConnectionRegistry.Owner(kind: .http, position: section.position),
                position: section.position(of: .listen), instrument: nil))
        return HTTPSettings(host: listen.host, port: listen.port)
    }
}
