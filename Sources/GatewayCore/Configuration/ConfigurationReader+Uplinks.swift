import Protocol
import Telemetry
import YAML

extension ConfigurationReader {
    private static let mostUplinks = 16

    func readUplinks(_ root: Section) -> [UplinkConfiguration] {
        let sections = root.sections("uplinks")
        if sections.isEmpty {
            root.warning("no uplink: records are kept here and sent nowhere", hint: "add uplinks")
        }
        if sections.count > Self.mostUplinks {
            root.error("\(sections.count) uplinks, at most \(Self.mostUplinks)", at: root.place(of: "uplinks"))
        }
        var seen: Set<String> = []
        return sections.compactMap { section in
            defer { section.finish() }
            let id = section.identifier("id")
            if let id, !seen.insert(id).inserted {
                section.error("uplink '\(id)' is given twice", at: section.place(of: "id"))
            }
            if !section.has("mqtt") { section.missing("mqtt", hint: "a section with url") }
            let mqtt = section.section("mqtt").flatMap { readMQTT($0) }
            var uplink = UplinkConfiguration(
                id: id ?? "", mqtt: mqtt ?? MQTTSettings(host: "", port: 1, usesTLS: false), kinds: readKinds(section))
            section.take("history_rate", &uplink.historyRate) { $0.integer($1, in: 1...100_000) }
            section.take("history_delay", &uplink.historyDelay) { $0.duration($1, in: .zero ... .seconds(600)) }
            section.take("reconnect_limit", &uplink.reconnectLimit) {
                $0.duration($1, in: .milliseconds(100) ... .seconds(600))
            }
            section.take("window", &uplink.window) { $0.integer($1, in: 1...100) }
            return id == nil || mqtt == nil ? nil : uplink
        }
    }

    private func readKinds(_ section: Section) -> Set<RecordKind> {
        guard let nodes = section.list("kinds") else { return Set(RecordKind.allCases) }
        var kinds: Set<RecordKind> = []
        for node in nodes {
            guard case .scalar(let text, _) = node.content, let kind = RecordKind(rawValue: text) else {
                section.error(
                    "not a kind of record", hint: RecordKind.allCases.map(\.rawValue).joined(separator: ", "),
                    at: node.position)
                continue
            }
            if !kinds.insert(kind).inserted {
                section.warning("kind '\(text)' is given twice", at: node.position)
            }
        }
        if nodes.isEmpty {
            section.error("'kinds' is empty", hint: "leave it out for all kinds", at: section.place(of: "kinds"))
        }
        return kinds
    }

    private func readMQTT(_ section: Section) -> MQTTSettings? {
        defer { section.finish() }
        let url = section.requiredText("url", hint: "for example mqtts://platform.example:8883").flatMap {
            readURL($0, section)
        }
        var settings = MQTTSettings(
            host: url?.host ?? "", port: url?.port ?? 1_883, usesTLS: url?.usesTLS ?? false)
        settings.username = section.text("username")
        settings.passwordFile = section.path("password_file", in: directory)
        settings.caFile = section.path("ca_file", in: directory)
        settings.certificateFile = section.path("cert_file", in: directory)
        settings.keyFile = section.path("key_file", in: directory)
        section.take("keep_alive", &settings.keepAlive) { $0.duration($1, in: .seconds(5) ... .seconds(3_600)) }
        section.take("topic_prefix", &settings.topicPrefix) { readPrefix($0, $1) }
        checkCredentials(settings, section)
        return url == nil ? nil : settings
    }

    private func readURL(_ text: String, _ section: Section) -> (host: String, port: UInt16, usesTLS: Bool)? {
        for (scheme, port, usesTLS) in [("mqtt://", UInt16(1_883), false), ("mqtts://", UInt16(8_883), true)]
        where text.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            if let address = HostAndPort(rest, defaultPort: port) {
                return (address.host, address.port, usesTLS)
            }
        }
        // The text may carry a password, so it is not repeated.
        section.error(
            "'url' is no mqtt://HOST[:PORT] or mqtts://HOST[:PORT]",
            hint: "user and password have keys of their own: username, password_file", at: section.place(of: "url"))
        return nil
    }

    private func readPrefix(_ section: Section, _ key: String) -> String? {
        guard let prefix = section.text(key) else { return nil }
        let isUsable =
            !prefix.isEmpty && !prefix.hasPrefix("/") && !prefix.hasSuffix("/") && !prefix.hasPrefix("$")
            && !prefix.contains(where: { "+# ".contains($0) }) && prefix.utf8.count <= 200
        guard isUsable else {
            section.error(
                "'\(prefix)' cannot begin a topic", hint: "words separated by /, without + # and blanks",
                at: section.place(of: key))
            return nil
        }
        return prefix
    }

    private func checkCredentials(_ settings: MQTTSettings, _ section: Section) {
        if settings.passwordFile != nil, settings.username == nil {
            section.error("'password_file' without 'username'", at: section.place(of: "password_file"))
        }
        if (settings.certificateFile == nil) != (settings.keyFile == nil) {
            section.error("'cert_file' and 'key_file' belong together")
        }
        if !settings.usesTLS, settings.caFile ?? settings.certificateFile != nil {
            section.error(
                "certificates are given but the url is mqtt://", hint: "write mqtts:// for TLS",
                at: section.place(of: "url"))
        }
    }
}
