import Protocol
import Telemetry

extension ConfigurationBuilder {
    static let maximumUplinks = 16

    mutating func uplinks(_ root: MappingReader<RootKey>) -> [UplinkConfiguration] {
        let entries = limited(root.mappings(.uplinks, UplinkKey.self), to: Self.maximumUplinks, "uplinks")
        var names = NameRegistry()
        var uplinks: [UplinkConfiguration] = []
        for entry in entries { uplinks.append(uplink(entry, names: &names)) }
        return uplinks
    }

    private mutating func uplink(_ entry: MappingReader<UplinkKey>, names: inout NameRegistry) -> UplinkConfiguration {
        let id = entry.required(.id, .topicSegment)
        if let id { names.claim(id, as: "uplink", entry, .id) }
        if !entry.has(.mqtt) { entry.reportMissing(.mqtt, hint: "with at least a `url`") }
        let mqtt = entry.mapping(.mqtt, MQTTKey.self).map(mqtt)
        let fallback = MQTTSettings(host: "", port: 0, usesTLS: false)
        var uplink = UplinkConfiguration(id: id ?? "", mqtt: mqtt ?? fallback)
        if let kinds = kinds(entry, .kinds, hint: "remove the line for all kinds") { uplink.kinds = kinds }
        uplink.factors = selection(entry, .factors, .factorCode)
        uplink.outlets = selection(entry, .outlets, .placeIdentifier)
        readCommands(entry, into: &uplink.commands)
        entry.read(.historyRate, .integer(in: 1...100_000, hint: "records per second"), into: &uplink.historyRate)
        entry.read(.historyDelay, .duration(in: .zero ... .seconds(600)), into: &uplink.historyDelay)
        entry.read(.reconnectLimit, .duration(in: .seconds(1) ... .seconds(600)), into: &uplink.reconnectLimit)
        entry.read(.window, .integer(in: 1...100), into: &uplink.window)
        return uplink
    }

    /// The kinds in the list under `key`; nil: there is none.
    private func kinds<Key: SectionKey>(_ entry: MappingReader<Key>, _ key: Key, hint: ProblemText) -> Set<RecordKind>?
    {
        guard let named = entry.scalars(key, .publishedKind) else { return nil }
        entry.reportEmptyList(key, hint: hint)
        var kinds: Set<RecordKind> = []
        for (kind, position) in named where !kinds.insert(kind).inserted {
            log.error(at: position, "`\(key.rawValue)`: `\(kind.rawValue)` stands here twice")
        }
        return kinds
    }

    /// The names in the list under `key`; what they mean is checked when the outlets are known.
    private mutating func selection(
        _ entry: MappingReader<UplinkKey>, _ key: UplinkKey, _ rule: ScalarRule<String>
    ) -> Set<String>? {
        guard let named = entry.scalars(key, rule) else { return nil }
        entry.reportEmptyList(key, hint: "remove the line for all \(key.rawValue)")
        var names: Set<String> = []
        for (name, position) in named {
            if !names.insert(name).inserted {
                log.error(at: position, "`\(key.rawValue)`: `\(name)` stands here twice")
            }
            selections.append((key, name, position))
        }
        return names
    }

    /// Whether the outlets and factors that uplinks name are there.
    func checkSelections(_ outlets: [OutletConfiguration]) {
        let ids = Set(outlets.map(\.id))
        let codes = Set(outlets.flatMap { $0.factors.map(\.code) })
        for (key, name, position) in selections {
            if key == .outlets, !ids.contains(name) {
                log.error(
                    at: position, "`outlets`: there is no outlet \(shown(name))",
                    hint: nearestHint(to: name, among: ids))
            }
            // A flow that is computed needs no entry.
            if key == .factors, !codes.contains(name), name != "a00000", name != "w00000" {
                log.warning(
                    at: position, "`factors`: no outlet has \(shown(name))", hint: nearestHint(to: name, among: codes))
            }
        }
    }

    private func mqtt(_ section: MappingReader<MQTTKey>) -> MQTTSettings {
        let url = section.required(.url, .brokerURL, hint: "such as mqtt://192.168.1.20:1883")
        var mqtt = MQTTSettings(host: url?.host ?? "", port: url?.port ?? 0, usesTLS: url?.usesTLS ?? true)
        mqtt.username = section.optional(.username, .text())
        mqtt.passwordFile = section.optional(.passwordFile, .path).map(absolute)
        mqtt.caFile = section.optional(.caFile, .path).map(absolute)
        mqtt.certificateFile = section.optional(.certificateFile, .path).map(absolute)
        mqtt.keyFile = section.optional(.keyFile, .path).map(absolute)
        section.read(.topicPrefix, .topicPrefix, into: &mqtt.topicPrefix)
        section.read(.keepAlive, .duration(in: .seconds(5) ... .seconds(3600)), into: &mqtt.keepAlive)
        section.read(.version, .choice, into: &mqtt.version)
        mqtt.expiry = section.optional(.expiry, .duration(in: .seconds(1) ... .seconds(720 * 3600)))
        if let kinds = kinds(section, .expiryKinds, hint: "remove `expiry` instead") { mqtt.expiringKinds = kinds }
        if !section.has(.expiry) { section.warnOfNoEffect(.expiryKinds, without: "`expiry`") }
        if mqtt.version == .v311 {
            section.warnOfNoEffect(.expiry, because: "only MQTT 5 lets messages expire")
        }
        checkCredentials(section, usesTLS: mqtt.usesTLS)
        return mqtt
    }

    private func checkCredentials(_ section: MappingReader<MQTTKey>, usesTLS: Bool) {
        if section.has(.passwordFile), !section.has(.username) {
            section.error(.passwordFile, "a password needs a user name", hint: "add `username`")
        }
        for (key, partner) in [(MQTTKey.certificateFile, MQTTKey.keyFile), (.keyFile, .certificateFile)]
        where section.has(key) && !section.has(partner) {
            section.error(key, "a client certificate needs both files", hint: "add `\(partner.rawValue)`")
        }
        guard !usesTLS else { return }
        for key in [MQTTKey.caFile, .certificateFile, .keyFile] where section.has(key) {
            section.error(key, "the connection is not encrypted", hint: "use mqtts:// in `url`")
        }
    }
}
