import YAML

/// A setting that holds for the whole run of the program: a reload that changes it is refused.
private struct RestartSetting: Sendable {
    let key: GatewayKey
    let value: @Sendable (GatewaySettings) -> String

    static let all = [
        RestartSetting(key: .id) { $0.id },
        RestartSetting(key: .dataDirectory) { $0.dataDirectory },
        RestartSetting(key: .timezone) { $0.timezone },
        RestartSetting(key: .controlSocket) { $0.controlSocket ?? "not set" },
    ]
}

extension GatewayConfiguration {
    /// What of `next` can only be had by a restart, each an error at its place in `source`.
    package func settingsNeedingRestart(
        for next: GatewayConfiguration, in source: ConfigurationSource
    ) -> [ConfigurationProblem] {
        let root = try? YAMLDocument(source.text).root
        let section = root?[RootKey.gateway.rawValue]
        return RestartSetting.all.compactMap { setting in
            let (old, new) = (setting.value(gateway), setting.value(next.gateway))
            guard old != new else { return nil }
            let position = section?[setting.key.rawValue]?.position ?? section?.position ?? YAMLPosition.start
            return ConfigurationProblem(
                file: source.file, at: position, severity: .error,
                message: .init(
                    "`\(setting.key.rawValue)` cannot change while the gateway runs: \(old) → \(new)",
                    zh: "`\(setting.key.rawValue)` 在网关运行时不能改：\(old) → \(new)"),
                hint: .init(
                    "restart the gateway for it; until then nothing of this file is applied",
                    zh: "请重启网关；在此之前本文件全部不生效"))
        }
    }
}
