import Protocol
package import Telemetry
import YAML

/// One thing that is wrong, or looks wrong, with a configuration file.
package struct ConfigurationProblem: Equatable, Sendable {
    package enum Severity: String, Sendable {
        /// The configuration cannot be used.
        case error
        /// It can be used, but probably does not do what was meant.
        case warning
        /// It can be used. A default that applies here has changed since the version before.
        case note
    }

    /// The file as the user named it; a profile's own name for a problem inside a profile.
    package let file: String
    /// From 1.
    package let line: Int
    /// From 1, in characters.
    package let column: Int
    package let severity: Severity
    package let text: BilingualText
    /// What to do about it, where that is known.
    package let advice: BilingualText?

    /// ``text`` and ``advice`` in English.
    package var message: String { text.en }
    package var hint: String? { advice?.en }

    init(file: String, at position: YAMLPosition, severity: Severity, message: BilingualText, hint: BilingualText?) {
        self.file = file
        line = position.line
        column = position.column
        self.severity = severity
        text = message.map(Self.onOneLine)
        advice = hint.map { $0.map(Self.onOneLine) }
    }

    /// A problem is one line of output, whatever the file holds.
    private static func onOneLine(_ text: String) -> String {
        let isPrintable = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory != .control }
        guard !text.unicodeScalars.allSatisfy(isPrintable) else { return text }
        var line = ""
        for scalar in text.unicodeScalars { line.unicodeScalars.append(isPrintable(scalar) ? scalar : " ") }
        return line
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    package var description: String { words.en }

    /// `FILE:LINE:COL: error: message (hint)`; place and severity are the same in every language.
    package var words: BilingualText {
        BilingualText(verbatim: "\(file):\(line):\(column): \(severity.rawValue): ") + text
            + (advice.map { BilingualText(verbatim: " (") + $0 + ")" } ?? BilingualText(verbatim: ""))
    }
}

extension ConfigurationProblem {
    /// One JSON object with the keys `file line column severity message hint`, the last only where there is one.
    package var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.field("file", file)
        json.field("line", integer: line)
        json.field("column", integer: column)
        json.field("severity", severity.rawValue)
        json.field("message", message)
        json.field("hint", hint)
        json.endObject()
        return json.text
    }
}
