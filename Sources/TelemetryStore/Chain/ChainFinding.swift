package import Cipher
package import Telemetry

/// The first thing that is wrong with a journal's records.
package struct ChainFinding: Equatable, Sendable, CustomStringConvertible {
    package enum Fault: String, Sendable {
        /// The record does not fit its hash and the record before it of its kind.
        case altered
        /// Records are not there, and neither retention nor a damaged file explains it.
        case missing
        /// A record that the chain of its kind passes over.
        case inserted
        /// The chain is whole, but a digest that was published says otherwise.
        case contradicted

        fileprivate var chinese: String {
            switch self {
            case .altered: "已被改动"
            case .missing: "丢失"
            case .inserted: "是插入的"
            case .contradicted: "与摘要不符"
            }
        }
    }

    package var fault: Fault
    /// The record, or the first and last missing number.
    package var sequences: ClosedRange<Int64>
    /// Nil when it cannot be told.
    package var kind: String?
    /// Why it is believed.
    package var detail: BilingualText

    package var description: String { text.en }

    package var text: BilingualText {
        let (first, last) = (sequences.lowerBound, sequences.upperBound)
        let records = first == last ? "record \(first)" : "records \(first) to \(last)"
        let chinese = first == last ? "记录 \(first)" : "记录 \(first) 至 \(last)"
        return .init(
            "\(records)\(kind.map { " (\($0))" } ?? "") \(fault.rawValue): ",
            zh: "\(chinese)\(kind.map { "（\($0)）" } ?? "")\(fault.chinese)：") + detail
    }
}

/// What a digest says of one kind: after record `sequence` its chain had this hash.
package struct ChainClaim: Hashable, Sendable {
    package var kind: String
    package var sequence: Int64
    package var hash: SHA256Digest

    package init(kind: String, sequence: Int64, hash: SHA256Digest) {
        self.kind = kind
        self.sequence = sequence
        self.hash = hash
    }
}

/// What checking a journal gave.
package struct ChainReport: Equatable, Sendable {
    /// Nil: everything is as it was written.
    package var finding: ChainFinding?
    /// Records that fit their chain.
    package var checked = 0
    /// Records from before the chains began, which nothing protects.
    package var unchained = 0
    /// Records with a hash that retention or the disk limit deleted.
    package var deleted: Int64 = 0
    package var head: Int64 = 0
    package var spans: [SequenceSpan] = []
    /// Claims that were found true; the others are about records that are deleted.
    package var claimsMet = 0
    /// The newest hash of each kind that was reached.
    package var hashes: [String: SHA256Digest] = [:]
}
