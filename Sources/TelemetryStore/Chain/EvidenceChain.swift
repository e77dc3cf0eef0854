package import Cipher

/// The newest hash of every kind of record: what the next record of that kind is chained to.
///
/// Each kind has a chain of its own. So a platform that carries some kinds can check those it carries, and what retention
/// deletes is always the beginning of a chain, never a link in its middle.
struct EvidenceChain: Equatable, Sendable {
    private(set) var heads: [String: SHA256Digest]

    init(heads: [String: SHA256Digest] = [:]) {
        self.heads = heads
    }

    /// Chains `row` to the one before it of its kind and returns its hash.
    mutating func extend(with row: JournalRow, _ hasher: inout SHA256Hasher) -> SHA256Digest {
        let hash = Self.hash(of: row, after: heads[row.kind] ?? .zero, &hasher)
        heads[row.kind] = hash
        return hash
    }

    /// SHA-256 of one line, `PREVIOUS SEQ TS KIND PLACE` with PREVIOUS in lower-case hex (64 zeros: none), and the body as
    /// it is journalled; so that `sha256sum` computes it too.
    static func hash(of row: JournalRow, after previous: SHA256Digest, _ hasher: inout SHA256Hasher) -> SHA256Digest {
        var line: [UInt8] = []
        line.reserveCapacity(160)
        previous.appendHex(to: &line)
        line.append(0x20)
        line.append(contentsOf: String(row.sequence).utf8)
        line.append(0x20)
        line.append(contentsOf: String(row.timestamp).utf8)
        line.append(0x20)
        line.append(contentsOf: row.kind.utf8)
        line.append(0x20)
        line.append(contentsOf: row.outlet.utf8)
        line.append(0x0A)
        hasher.update(line)
        hasher.update(row.body)
        return hasher.finish()
    }
}

/// A record together with its hash; nil: it is from before the chains began.
package struct ChainedRow: Equatable, Sendable {
    package var row: JournalRow
    package var hash: SHA256Digest?
}

/// Where a chain begins, when its first records were deleted or are in a file that was moved aside.
struct ChainAnchor: Equatable, Sendable {
    /// Every record of the kind up to here is gone.
    var through: Int64
    /// The hash of the last one of them.
    var hash: SHA256Digest
    /// How many records with a hash were deleted from this file.
    var deleted: Int64
}

/// Sequence numbers without a record that has a hash, and why.
package struct SequenceSpan: Equatable, Sendable {
    package enum Reason: String, Sendable {
        /// Passed over at a start, as it was not known whether they had been used.
        case skipped
        /// In a file that was moved aside or is gone.
        case lost
        /// From before the chains began: records may be there and have no hash.
        case unchained

        package var chinese: String {
            switch self {
            case .skipped: "启动时跳过"
            case .lost: "所在文件已被替换"
            case .unchained: "早于哈希链"
            }
        }
    }

    package var range: ClosedRange<Int64>
    package var reason: Reason
}
