import Glibc
import Synchronization
import Telemetry

/// How much a log line matters to the operator; the numbers are those of syslog and journald.
package enum LogLevel: Int, Comparable, Sendable {
    case critical = 2
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
    case debug = 7

    package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }

    var word: String {
        switch self {
        case .critical: "critical"
        case .error: "error"
        case .warning: "warning"
        case .notice: "notice"
        case .info: "info"
        case .debug: "debug"
        }
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

/// Log lines on standard error: a fixed message and the facts as fields. Safe from any thread.
///
/// The same message comes at most ten times a minute; how often it was held back is said with the next one. So a dying bus
/// does not push everything else out of the journal.
package final class LogSink: Sendable {
    private static let perMinute = 10

    private struct Window {
        var start: Uptime
        var written = 0
        var heldBack = 0
    }

    private let level: LogLevel
    private let isForJournald: Bool
    private let windows = Mutex<[String: Window]>([:])

    /// Lines above `level` are left out.
    package init(level: LogLevel = .info) {
        self.level = level
        isForJournald = ServiceManager.environment("JOURNAL_STREAM") != nil
    }

    package func log(_ level: LogLevel, _ message: String, _ fields: [LogField] = []) {
        guard level <= self.level, let heldBack = admit(message, at: SystemClock.uptime) else { return }
        let note = heldBack > 0 ? [LogField("held_back", heldBack)] : []
        Console.error(Self.line(level, message, fields + note, isForJournald: isForJournald))
    }

    /// How many of `message` were held back before this one; nil when this one is held back too.
    private func admit(_ message: String, at now: Uptime) -> Int? {
        windows.withLock { windows in
            var window = windows[message] ?? Window(start: now)
            defer { windows[message] = window }
            if now - window.start >= .seconds(60) {
                let heldBack = window.heldBack
                window = Window(start: now, written: 1)
                return heldBack
            }
            guard window.written < Self.perMinute else {
                window.heldBack += 1
                return nil
            }
            window.written += 1
            return 0
        }
    }

    /// One line: `<4>` for journald, the level's word for people; values are quoted when they need it.
    package static func line(
        _ level: LogLevel, _ message: String, _ fields: [LogField], isForJournald: Bool
    ) -> String {
        var line = isForJournald ? "<\(level.rawValue)>" : "\(level.word): "
        line += printable(message)
        for field in fields { line += " \(field.name)=\(quotedIfNeeded(field.value))" }
        return line + "\n"
    }

    private static func quotedIfNeeded(_ value: String) -> String {
        let value = printable(String(value.prefix(400)))
        guard value.isEmpty || value.contains(where: { " =\"".contains($0) }) else { return value }
        return "\"" + value.replacing("\"", with: "\\\"") + "\""
    }

    /// Control characters, which could forge a line, as `\x0a`.
    private static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + (digits.count == 1 ? "0" : "") + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension String {
    /// The text with every `pattern` (one character) replaced.
    fileprivate func replacing(_ pattern: Character, with replacement: String) -> String {
        var result = ""
        for character in self {
            if character == pattern { result += replacement } else { result.append(character) }
        }
        return result
    }
}
