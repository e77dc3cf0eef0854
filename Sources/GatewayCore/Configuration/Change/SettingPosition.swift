package import Telemetry
import YAML

extension ConfigurationProblem {
    /// A problem of a setting that was read without one: what it means is seen on the machine alone. `setting`: its place as
    /// differences name it, such as `uplinks[province].mqtt.password_file`; one that stands nowhere is told of the whole file.
    package init(
        of setting: String, in source: ConfigurationSource, _ severity: Severity, _ message: BilingualText,
        hint: BilingualText? = nil
    ) {
        self.init(
            file: source.file, at: source.position(of: setting) ?? .start, severity: severity, message: message,
            hint: hint)
    }
}

extension ConfigurationSource {
    /// Where the key of a setting stands; nil: nowhere.
    func position(of setting: String) -> YAMLPosition? {
        guard let document = try? YAMLDocument(text) else { return nil }
        var node = document.root
        var position: YAMLPosition?
        for step in setting.split(separator: ".") {
            let parts = step.split(separator: "[")
            guard let key = parts.first, let entry = node.entry(String(key)) else { return nil }
            (node, position) = (entry.value, entry.keyPosition)
            guard parts.count == 2, parts[1].hasSuffix("]") else { continue }
            guard let item = node.item(String(parts[1].dropLast())) else { return nil }
            (node, position) = (item, item.position)
        }
        return position
    }
}

extension YAMLNode {
    fileprivate func entry(_ key: String) -> YAMLEntry? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }
    }

    /// The item of a list that has this id.
    fileprivate func item(_ id: String) -> YAMLNode? {
        guard case .sequence(let items) = content else { return nil }
        return items.first { $0["id"]?.text == id }
    }
}
