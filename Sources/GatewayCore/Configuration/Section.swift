import Telemetry
import YAML

/// One mapping of the configuration while it is read: values by key, problems with their places, keys nobody knows.
///
/// A value that cannot be used is reported and reads as nil, so that reading goes on and finds the next problem.
final class Section {
    let file: String
    let position: YAMLPosition
    private let entries: [YAMLNode.Entry]
    private var asked: [String] = []
    private let problems: ProblemCollector

    init(_ node: YAMLNode, file: String, problems: ProblemCollector) {
        self.file = file
        self.problems = problems
        position = node.position
        if case .mapping(let entries) = node.content {
            self.entries = entries
        } else {
            entries = []
            if !node.isNull { problems.add("a mapping (key: value) is expected here", file: file, at: node.position) }
        }
    }

    // MARK: Problems

    func error(_ message: String, hint: String? = nil, at position: YAMLPosition? = nil) {
        problems.add(message, hint: hint, file: file, at: position ?? self.position)
    }

    func warning(_ message: String, hint: String? = nil, at position: YAMLPosition? = nil) {
        problems.add(severity: .warning, message, hint: hint, file: file, at: position ?? self.position)
    }

    /// Where the value of `key` stands; the section's own place when it is absent.
    func place(of key: String) -> YAMLPosition {
        entries.first { $0.key == key }?.value.position ?? position
    }

    /// Reports keys that nobody has asked for. To be called once everything is read.
    func finish() {
        for entry in entries where !asked.contains(entry.key) {
            var hint = nearestName(to: entry.key, among: asked).map { "did you mean \($0)?" }
            if entry.key.lowercased().contains("passw"), entry.key != "password_file" {
                hint = "passwords live in files of their own: password_file: NAME"
            }
            error("unknown key '\(entry.key)'", hint: hint, at: entry.keyPosition)
        }
    }

    // MARK: Nodes

    /// The value of `key`; nil when it is absent or null.
    func node(_ key: String) -> YAMLNode? {
        if !asked.contains(key) { asked.append(key) }
        guard let value = entries.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
        return value
    }

    func has(_ key: String) -> Bool { node(key) != nil }

    func missing(_ key: String, hint: String? = nil) {
        error("'\(key)' is missing", hint: hint)
    }

    func section(_ key: String) -> Section? {
        node(key).map { Section($0, file: file, problems: problems) }
    }

    /// The mappings in the list under `key`; none when it is absent.
    func sections(_ key: String) -> [Section] {
        list(key)?.map { Section($0, file: file, problems: problems) } ?? []
    }

    func list(_ key: String) -> [YAMLNode]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let elements) = node.content else {
            error("'\(key)' must be a list", hint: "each entry begins with a dash", at: node.position)
            return nil
        }
        return elements
    }

    /// The keys and values of the mapping under `key`, whatever the keys are.
    func pairs(_ key: String) -> [YAMLNode.Entry]? {
        guard let node = node(key) else { return nil }
        guard case .mapping(let entries) = node.content else {
            error("'\(key)' must be a mapping (value: meaning)", at: node.position)
            return nil
        }
        return entries
    }

    /// The same reader over another file's text.
    func section(of node: YAMLNode, file: String) -> Section { Section(node, file: file, problems: problems) }

    func reject(_ error: YAMLError, file: String) {
        problems.add(error.message, file: file, at: error.position)
    }

    // MARK: Texts

    func text(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let text, _) = node.content else {
            error("'\(key)' must be a single value", at: node.position)
            return nil
        }
        if text.contains("${") {
            warning("'\(key)' contains ${…}, which is not expanded", hint: "write the value itself", at: node.position)
        }
        return text
    }

    func requiredText(_ key: String, hint: String? = nil) -> String? {
        if !has(key) { missing(key, hint: hint) }
        return text(key)
    }

    /// A name that can stand in a topic: `[A-Za-z0-9_-]{1,64}`.
    func identifier(_ key: String, mayStartWithUnderscore: Bool = true) -> String? {
        guard let text = requiredText(key) else { return nil }
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        guard isPlain, (1...64).contains(text.utf8.count) else {
            error(
                "'\(text)' is no identifier", hint: "1 to 64 letters, digits, _ and -", at: place(of: key))
            return nil
        }
        if !mayStartWithUnderscore, text.hasPrefix("_") {
            error("'\(text)' starts with _, which is reserved", at: place(of: key))
            return nil
        }
        return text
    }

    func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type = Value.self) -> Value?
    where Value.RawValue == String {
        guard let text = text(key) else { return nil }
        if let value = Value(rawValue: text) { return value }
        let names = Value.allCases.map(\.rawValue)
        let hint = nearestName(to: text, among: names).map { "did you mean \($0)?" }
        error(
            "'\(text)' is not one of \(names.joined(separator: ", "))", hint: hint, at: place(of: key))
        return nil
    }
}
