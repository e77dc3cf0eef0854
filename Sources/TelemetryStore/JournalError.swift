/// A journal operation that failed: what was tried, on which file, and SQLite's or the kernel's own words.
package struct JournalError: Error, Equatable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        /// Another process has the journal open.
        case inUse
        /// The file is damaged or is no journal.
        case damaged
        /// A later version of the program has written it.
        case newer
        /// Disk full, no rights, input/output error.
        case unavailable
    }

    package let operation: String
    package let path: String
    package let reason: Reason
    package let detail: String

    package init(_ operation: String, _ path: String, _ reason: Reason, detail: String) {
        self.operation = operation
        self.path = path
        self.reason = reason
        self.detail = detail
    }

    package var description: String { "\(operation) \(path): \(detail)" }
}
