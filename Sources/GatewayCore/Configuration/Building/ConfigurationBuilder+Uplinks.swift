import Protocol
import Telemetry

extension ConfigurationBuilder {
    static let maximumUplinks = 16

    func uplinks(_ root: MappingReader<RootKey>) -> [UplinkConfiguration] {
        let entries = limited(root.mappings(.uplinks, UplinkKey.self), to: Self.maximumUplinks, "uplinks")
        var names = NameRegistry()
        return entries.map { uplink($0, names: &names) }
    }

    private func uplink(_ entry: MappingReader<UplinkKey>, names: inout NameRegistry) -> UplinkConfiguration {
        let id = entry.required(.id, .topicSegment)
        if let id { names.claim(id, as: "uplink", entry, .id) }
        if !entry.has(.mqtt) { entry.reportMissing(.mqtt, hint: "with at least a `url`") }
        let mqtt = entry.mapping(.mqtt, MQTTKey.self).map(mqtt)
        let fallback = MQTTSettings(host: "", port: 0, usesTLS: false)
        var uplink = UplinkConfiguration(id: id ?? "", mqtt: mqtt ?? fallback)
        readKinds(entry, into: &uplink.kinds)
        readCommands(entry, into: &uplink.commands)
        entry.read(.historyRate, .integer(in: 1...10_000, hint: "records per second"), into: &uplink.historyRate)
        entry.read(.historyDelay, .duration(in: .zero ... .seconds(600)), into: &uplink.historyDelay)
        entry.read(.reconnectLimit, .duration(in: .seconds(1) ... .seconds(600)), into: &uplink.reconnectLimit)
        entry.read(.window, .integer(in: 1...100), into: &uplink.window)
        return uplink
    }

    private func readKinds(_ entry: MappingReader<UplinkKey>, into kinds: inout Set<RecordKind>) {
        guard let named = entry.scalars(.kinds, .publishedKind) else { return }
        entry.reportEmptyList(.kinds, hint: "remove the line for all kinds")
        kinds = []
        for (kind, position) in named where !kinds.insert(kind).inserted {
            log.error(at: position, "`kinds`: `\(kind.rawValue)` stands here twice")
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
