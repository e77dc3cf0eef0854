/// How much a log line matters, with syslog's numbers. Source: syslog(3), sd-daemon(3).
package enum LogLevel: Int, CaseIterable, Comparable, Sendable {
    case critical = 2
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
    case debug = 7

    /// `critical` is the greatest.
    package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue > b.rawValue }

    /// As people and configuration files write it.
    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }
}

/// A fact behind a message: `name=value`.
package struct LogField: Equatable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: some CustomStringConvertible) {
        self.name = name
        self.value = value.description
    }
}

/// One thing to be logged: a message that is always the same for the same event, and the facts as fields.
package struct LogLine: Equatable, Sendable {
    package var level: LogLevel
    /// Fixed text: facts go into the fields, so that lines can be counted and found by it.
    package var message: String
    package var fields: [LogField]

    package init(_ level: LogLevel, _ message: String, _ fields: [LogField] = []) {
        self.level = level
        self.message = message
        self.fields = fields
    }

    /// How the level is written.
    package enum Style: Sendable {
        /// `<4>message`: journald takes the number off and files the line under it.
        case journal
        /// `warning: message`
        case plain
    }

    /// No line is longer, with its line break; what does not fit is cut off with `…`.
    package static let longestLine = 2_048
    /// No value is longer; it is cut off with `…`.
    package static let longestValue = 512

    /// The line as bytes, with the line break: `message name=value name="two words"`.
    ///
    /// Values with a blank, `"`, `=` or a control character are quoted, control characters written as `\n`, `\t` or
    /// `\u{1b}`, so that no instrument can forge a line or steer a terminal.
    package func formatted(_ style: Style) -> [UInt8] {
        var text = style == .journal ? "<\(level.rawValue)>" : "\(level.name): "
        Self.append(message, quoted: false, to: &text)
        for field in fields {
            text += " \(field.name)="
            Self.append(field.value, quoted: Self.needsQuotes(field.value), to: &text)
        }
        if text.utf8.count >= Self.longestLine {
            text = Self.cut(text, to: Self.longestLine - 1)
        }
        return Array(text.utf8) + [UInt8(ascii: "\n")]
    }

    private static func needsQuotes(_ value: String) -> Bool {
        value.isEmpty || value.unicodeScalars.contains { isControl($0) || " \"=\\".unicodeScalars.contains($0) }
    }

    /// C0, DEL, C1 and the two line separators of Unicode.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    private static func append(_ value: String, quoted: Bool, to text: inout String) {
        if quoted { text += "\"" }
        for scalar in cut(value, to: longestValue).unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\"" where quoted: text += "\\\""
            case "\\" where quoted: text += "\\\\"
            case _ where isControl(scalar): text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        if quoted { text += "\"" }
    }

    /// `text` when it has at most `limit` bytes, else its beginning and `…`, together at most `limit`.
    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var kept = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            if count > limit - 3 { break }
            kept.append(scalar)
        }
        return String(kept) + "…"
    }
}
