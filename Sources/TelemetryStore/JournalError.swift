package import Telemetry

/// A failure of the journal: what was tried, on which path, why, and what the system said.
package struct JournalError: BilingualError, Equatable {
    package enum Reason: Equatable, Sendable {
        /// Another process has the data directory.
        case locked
        /// The directory or a file in it cannot be created or written.
        case unwritable
        /// The file is not a sound database.
        case damaged
        /// No space is left, or the limit of the file's size is reached.
        case full
        /// The file was written by a newer version of this program.
        case newerSchema
        /// Anything else that SQLite or the kernel reports; it may pass.
        case failed
    }

    package let operation: String
    package let path: String
    package let reason: Reason
    /// An extended SQLite result code, or an errno for a system call.
    package let code: Int32
    /// What the library or the kernel says, and what to do about it where that is known.
    package let finding: BilingualText

    package init(_ operation: String, path: String, reason: Reason, code: Int32 = 0, _ finding: BilingualText) {
        self.operation = operation
        self.path = path
        self.reason = reason
        self.code = code
        self.finding = finding
    }

    /// ``finding`` in English.
    package var detail: String { finding.en }

    /// The operation may be a statement in SQL, and stays as it is.
    package var text: BilingualText {
        .init("\(operation) \(path): ", zh: "\(path)（\(operation)）：") + finding
    }
}
