/// A fact behind a message: `name=value`.
package struct LogField: Hashable, Sendable {
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

    /// How the line begins.
    package enum Style: Sendable {
        /// `<4>message`: journald takes the number off, files the line under it and adds the time.
        case journal
        /// `warning: message`
        case plain
        /// `2026-11-21T10:20:30.123+08:00 warning: message`, where nobody else adds the time.
        case dated
    }

    /// No line is longer, with its line break; what does not fit is cut off with `…`.
    package static let longestLine = 2_048
    /// No value is longer; it is cut off with `…`.
    package static let longestValue = 512

    /// The line as bytes, with the line break: `message name=value name="two words"`. `time` stands in front of a dated one.
    ///
    /// Values with a blank, `"`, `=` or a control character are quoted, control characters written as `\n`, `\t` or
    /// `\u{1b}`, so that no instrument can forge a line or steer a terminal.
    package func formatted(_ style: Style, at time: String = "") -> [UInt8] {
        var text =
            switch style {
            case .journal: "<\(level.rawValue)>"
            case .plain: "\(level.name): "
            case .dated: "\(time) \(level.name): "
            }
        Self.append(message, limit: Self.longestLine, to: &text)
        for field in fields {
            text += " \(field.name)="
            if Self.needsQuotes(field.value) {
                text += "\""
                Self.append(field.value, escaping: "\"\\", to: &text)
                text += "\""
            } else {
                Self.append(field.value, to: &text)
            }
        }
        if text.utf8.count >= Self.longestLine {
            text = Self.cut(text, to: Self.longestLine - 1)
        }
        return Array(text.utf8) + [UInt8(ascii: "\n")]
    }

    private static func needsQuotes(_ value: String) -> Bool {
        value.isEmpty || value.unicodeScalars.contains { isControl($0) || " \"=\\".unicodeScalars.contains($0) }
    }

    /// C0, DEL, C1, the line separators of Unicode, and what is not seen but turns the direction of writing.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Adds `value`, cut to `limit` bytes, with a backslash before each character of `escaped`.
    private static func append(
        _ value: String, limit: Int = longestValue, escaping escaped: String = "", to text: inout String
    ) {
        for scalar in cut(value, to: limit).unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where isControl(scalar): text += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                if escaped.unicodeScalars.contains(scalar) { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
        }
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
