import Protocol
import Telemetry

extension ConfigurationBuilder {
    static let maximumUplinks = 16

    mutating func uplinks(_ root: MappingReader<RootKey>) -> [UplinkConfiguration] {
        let entries = limited(
            root.mappings(.uplinks, UplinkKey.self), to: Self.maximumUplinks, .init("uplinks", zh: "上行"))
        var names = NameRegistry()
        var uplinks: [UplinkConfiguration] = []
        for entry in entries { uplinks.append(uplink(entry, names: &names)) }
        return uplinks
    }

    private mutating func uplink(_ entry: MappingReader<UplinkKey>, names: inout NameRegistry) -> UplinkConfiguration {
        let id = entry.required(.id, .topicSegment)
        if let id { names.claim(id, as: .uplink, entry, .id) }
        if !entry.has(.mqtt) { entry.reportMissing(.mqtt, hint: .init("with at least a `url`", zh: "至少要有 `url`")) }
        let mqtt = entry.mapping(.mqtt, MQTTKey.self).map(mqtt)
        let fallback = MQTTSettings(host: "", port: 0, usesTLS: false)
        var uplink = UplinkConfiguration(id: id ?? "", mqtt: mqtt ?? fallback)
        if let kinds = kinds(entry, .kinds, hint: .init("remove the line for all kinds", zh: "要发送全部种类，删除此行")) {
            uplink.kinds = kinds
        }
        uplink.factors = selection(entry, .factors, .factorCode)
        uplink.outlets = selection(entry, .outlets, .placeIdentifier)
        readCommands(entry, into: &uplink.commands)
        entry.read(
            .historyRate, .integer(in: 1...100_000, hint: .init("records per second", zh: "每秒记录条数")),
            into: &uplink.historyRate)
        entry.read(.historyDelay, .duration(in: .zero ... .seconds(600)), into: &uplink.historyDelay)
        entry.read(.reconnectLimit, .duration(in: .seconds(1) ... .seconds(600)), into: &uplink.reconnectLimit)
        entry.read(.window, .integer(in: 1...100), into: &uplink.window)
        return uplink
    }

    /// The kinds in the list under `key`; nil: there is none.
    private func kinds<Key: SectionKey>(_ entry: MappingReader<Key>, _ key: Key, hint: BilingualText) -> Set<
        RecordKind
    >? {
        guard let named = entry.scalars(key, .publishedKind) else { return nil }
        entry.reportEmptyList(key, hint: hint)
        var kinds: Set<RecordKind> = []
        for (kind, position) in named where !kinds.insert(kind).inserted {
            log.error(
                at: position,
                .init(
                    "`\(key.rawValue)`: `\(kind.rawValue)` stands here twice",
                    zh: "`\(key.rawValue)`：`\(kind.rawValue)` 出现了两次"))
        }
        return kinds
    }

    /// The names in the list under `key`; what they mean is checked when the outlets are known.
    private mutating func selection(
        _ entry: MappingReader<UplinkKey>, _ key: UplinkKey, _ rule: ScalarRule<String>
    ) -> Set<String>? {
        guard let named = entry.scalars(key, rule) else { return nil }
        entry.reportEmptyList(
            key, hint: .init("remove the line for all \(key.rawValue)", zh: "要发送全部 \(key.rawValue)，删除此行"))
        var names: Set<String> = []
        for (name, position) in named {
            if !names.insert(name).inserted {
                log.error(
                    at: position,
                    .init("`\(key.rawValue)`: `\(name)` stands here twice", zh: "`\(key.rawValue)`：`\(name)` 出现了两次"))
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
                    at: position,
                    .init("`outlets`: there is no outlet \(shown(name))", zh: "`outlets`：没有排口 \(shown(name, .zh))"),
                    hint: nearestHint(to: name, among: ids))
            }
            // A flow that is computed needs no entry.
            if key == .factors, !codes.contains(name), name != "a00000", name != "w00000" {
                log.warning(
                    at: position,
                    .init("`factors`: no outlet has \(shown(name))", zh: "`factors`：没有排口有 \(shown(name, .zh))"),
                    hint: nearestHint(to: name, among: codes))
            }
        }
    }

    private func mqtt(_ section: MappingReader<MQTTKey>) -> MQTTSettings {
        let url = section.required(
            .url, .brokerURL, hint: .init("such as mqtt://192.168.1.20:1883", zh: "例如 mqtt://192.168.1.20:1883"))
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
        if let kinds = kinds(section, .expiryKinds, hint: .init("remove `expiry` instead", zh: "改为删除 `expiry`")) {
            mqtt.expiringKinds = kinds
        }
        if !section.has(.expiry) { section.warnOfNoEffect(.expiryKinds, without: "`expiry`") }
        if mqtt.version == .v311 {
            section.warnOfNoEffect(.expiry, because: .init("only MQTT 5 lets messages expire", zh: "只有 MQTT 5 的消息会过期"))
        }
        checkCredentials(section, usesTLS: mqtt.usesTLS)
        return mqtt
    }

    private func checkCredentials(_ section: MappingReader<MQTTKey>, usesTLS: Bool) {
        if section.has(.passwordFile), !section.has(.username) {
            section.error(
                .passwordFile, .init("a password needs a user name", zh: "有密码就要有用户名"),
                hint: .init("add `username`", zh: "增加 `username`"))
        }
        for (key, partner) in [(MQTTKey.certificateFile, MQTTKey.keyFile), (.keyFile, .certificateFile)]
        where section.has(key) && !section.has(partner) {
            section.error(
                key, .init("a client certificate needs both files", zh: "客户端证书需要两个文件"),
                hint: .init("add `\(partner.rawValue)`", zh: "增加 `\(partner.rawValue)`"))
        }
        guard !usesTLS else { return }
        for key in [MQTTKey.caFile, .certificateFile, .keyFile] where section.has(key) {
            section.error(
                key, .init("the connection is not encrypted", zh: "此连接不加密"),
                hint: .init("use mqtts:// in `url`", zh: "在 `url` 中用 mqtts://"))
        }
    }
}
