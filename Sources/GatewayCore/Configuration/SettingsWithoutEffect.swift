import YAML

/// Warns about settings that are checked but that this version does not act on, so that nobody relies on them.
///
/// All such settings are listed here and nowhere else: what gets its effect loses its line.
func warnAboutSettingsWithoutEffect(in root: YAMLNode, log: ProblemLog) {
    if let http = root["http"] {
        log.warning(at: http.position, "`http` is not served by this version")
    }
    for outlet in root["outlets"]?.items ?? [] {
        if let stack = outlet["stack"] {
            log.warning(at: stack.position, "`stack` is not used by this version: no flow, mass or conversion")
        }
        for factor in outlet["factors"]?.items ?? [] {
            warn(about: factor, log: log)
        }
    }
}

private func warn(about factor: YAMLNode, log: ProblemLog) {
    let settings = [
        ("converted", "true", "no converted values"), ("basis", "wet", "values are passed on as they are read"),
        ("state", "actual", "values are passed on as they are read"),
    ]
    for (key, text, effect) in settings {
        guard let value = factor[key], value.text == text else { continue }
        log.warning(at: value.position, "`\(key): \(text)` has no effect in this version: \(effect)")
    }
    for limit in factor["limits"]?.items ?? [] {
        guard let quantity = limit["of"], quantity.text == "converted" else { continue }
        log.warning(at: quantity.position, "a limit of the converted value is not watched by this version")
    }
}
