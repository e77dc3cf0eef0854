import Telemetry
import YAML

/// Warns about settings that are checked but that this version does not act on, so that nobody relies on them.
///
/// All such settings are listed here and nowhere else: what gets its effect loses its line. Settings that do nothing because
/// of others in the same file are noted where those are read.
func warnAboutSettingsWithoutEffect(in root: YAMLNode, log: ProblemLog) {
    if let http = root["http"] {
        log.warning(at: http.position, .init("`http` is not served by this version", zh: "本版本不提供 `http` 服务"))
    }
}
