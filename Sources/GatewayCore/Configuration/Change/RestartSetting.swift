import Telemetry
import YAML

/// A setting that holds for the whole run of the program: a reload that changes it is refused.
private struct RestartSetting: Sendable {
    let key: GatewayKey
    let value: @Sendable (GatewaySettings) -> BilingualText

    static let all = [
        RestartSetting(key: .id) { .init(verbatim: $0.id) },
        RestartSetting(key: .dataDirectory) { .init(verbatim: $0.dataDirectory) },
        RestartSetting(key: .timezone) { .init(verbatim: $0.timezone) },
        RestartSetting(key: .controlSocket) {
            $0.controlSocket.map { .init(verbatim: $0) } ?? .init("not set", zh: "未设置")
        },
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
                    "`\(setting.key.rawValue)` cannot change while the gateway runs: \(old.en) → \(new.en)",
                    zh: "网关运行中不能更改 `\(setting.key.rawValue)`：\(old.zh) → \(new.zh)"),
                hint: .init(
                    "restart the gateway for it; until then nothing of this file is applied",
                    zh: "须重启网关；在此之前此文件全部不生效"))
        }
    }
}
