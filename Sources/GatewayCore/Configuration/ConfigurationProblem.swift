import Protocol
package import YAML

/// Something in a configuration that is wrong, or that the technician should know.
package struct ConfigurationProblem: Equatable, Sendable, CustomStringConvertible {
    package enum Severity: String, Sendable {
        case error, warning
    }

    package var file: String
    package var position: YAMLPosition
    package var severity: Severity
    package var message: String
    /// What to do; nil when the message says it all.
    package var hint: String?

    /// `FILE:LINE:COL: error|warning: message (hint)`
    package var description: String {
        let hint = hint.map { " (\($0))" } ?? ""
        return "\(file):\(position.line):\(position.column): \(severity.rawValue): \(message)\(hint)"
    }

    /// The same as one JSON object.
    package var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.field("file", file)
        json.field("line", integer: position.line)
        json.field("column", integer: position.column)
        json.field("severity", severity.rawValue)
        json.field("message", message)
        json.field("hint", hint)
        json.endObject()
        return json.text
    }
}

/// What reading a configuration gives: every problem at once, and the values when none is an error.
package struct ConfigurationResult: Equatable, Sendable {
    package var configuration: GatewayConfiguration?
    /// In order of file and place.
    package var problems: [ConfigurationProblem]
}

/// Gathers problems while reading goes on.
final class ProblemCollector {
    private(set) var problems: [ConfigurationProblem] = []

    var hasErrors: Bool { problems.contains { $0.severity == .error } }

    /// The same problem found on a second look at a place counts once.
    func add(
        severity: ConfigurationProblem.Severity = .error, _ message: String, hint: String? = nil, file: String,
        at position: YAMLPosition
    ) {
        let problem = ConfigurationProblem(
            file: file, position: position, severity: severity, message: message, hint: hint)
        if !problems.contains(problem) { problems.append(problem) }
    }
}
