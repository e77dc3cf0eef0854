/// What makes two lines repetitions of each other.
package struct LogIdentity: Hashable, Sendable {
    private let level: LogLevel
    private let message: String
    private let facts: [LogField]

    package init(_ line: LogLine) {
        level = line.level
        message = line.message
        facts = line.fields.compactMap { field in
            if Self.subjects.contains(field.name) { return field }
            return Self.reasons.contains(field.name) ? LogField(field.name, LogReason(field.value).key) : nil
        }
    }

    /// Fields that say what a line is about. Others, such as how many bytes, only tell more of the same.
    private static let subjects: Set<String> = [
        "action", "alarm", "bus", "command", "device", "file", "id", "instrument", "kind", "line", "order", "outlet",
        "state", "topic", "unit", "uplink",
    ]
    private static let reasons: Set<String> = ["error", "outcome", "reason", "refused"]
}

/// A reason as far as it tells apart what went wrong: without the numbers in it, which may be others each time.
struct LogReason: Hashable, Sendable {
    let key: String

    init(_ text: String) {
        key = String(text.prefix(200).filter { !($0.isASCII && $0.isNumber) })
    }
}
