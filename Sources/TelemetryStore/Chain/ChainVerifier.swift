import Cipher
import Telemetry

/// Follows the chains of a journal record by record, in the order of sequence numbers.
///
/// Rows come in pages while a daemon may be deleting old ones; what the file says about deletions is taken with every page
/// (``follow(_:spans:)``), read in the same transaction, so that the two always belong together.
struct ChainVerifier: ~Copyable {
    struct Link {
        var sequence: Int64
        var hash: SHA256Digest
        /// What that record itself is chained to; nil: it is gone.
        var before: SHA256Digest?
    }

    enum Verdict: Equatable {
        case good, unchained
        /// It does not fit; ``explain(_:next:)`` says how.
        case unfit
        /// Numbers before it are missing.
        case missing(ClosedRange<Int64>)
    }

    /// The last number that was looked at.
    private(set) var position: Int64 = 0
    private(set) var links: [String: Link] = [:]
    private var spans: [SequenceSpan] = []
    private var anchors: [String: ChainAnchor] = [:]
    /// Numbers up to here may be missing because retention deleted their records.
    private(set) var deletedThrough: Int64 = 0
    private var hasher = SHA256Hasher()

    mutating func follow(_ anchors: [String: ChainAnchor], spans: [SequenceSpan]) {
        for (kind, anchor) in anchors where anchor.through > links[kind]?.sequence ?? 0 {
            links[kind] = Link(sequence: anchor.through, hash: anchor.hash, before: nil)
        }
        deletedThrough = anchors.values.filter { $0.deleted > 0 }.map(\.through).max() ?? 0
        self.anchors = anchors
        self.spans = spans
    }

    mutating func check(_ chained: ChainedRow) -> Verdict {
        let row = chained.row
        if let missing = unexplained(from: position + 1, before: row.sequence) { return .missing(missing) }
        position = row.sequence
        guard row.sequence > anchors[row.kind]?.through ?? 0 else { return .unfit }
        guard let hash = chained.hash else {
            return isUnchained(row.sequence) ? .unchained : .unfit
        }
        let before = links[row.kind]?.hash ?? .zero
        guard EvidenceChain.hash(of: row, after: before, &hasher) == hash else { return .unfit }
        links[row.kind] = Link(sequence: row.sequence, hash: hash, before: before)
        return .good
    }

    /// Tells an altered record from an inserted one: the chain goes on around what was inserted.
    ///
    /// - Parameter next: the next record of the same kind.
    mutating func explain(_ unfit: ChainedRow, next: ChainedRow?) -> ChainFinding {
        let row = unfit.row
        func finding(_ fault: ChainFinding.Fault, _ sequence: Int64, _ detail: BilingualText) -> ChainFinding {
            ChainFinding(fault: fault, sequences: sequence...sequence, kind: row.kind, detail: detail)
        }
        if let anchor = anchors[row.kind], row.sequence <= anchor.through {
            return finding(
                .inserted, row.sequence,
                .init(
                    "records of its kind up to \(anchor.through) were deleted", zh: "编号 \(anchor.through) 及以前的同类记录已经删除")
            )
        }
        guard let hash = unfit.hash else {
            return finding(
                .altered, row.sequence,
                .init("it has no hash, though the chains began before it", zh: "没有哈希，而哈希链在它之前已经开始"))
        }
        let link = links[row.kind]
        if let link, let before = link.before, EvidenceChain.hash(of: row, after: before, &hasher) == hash {
            return finding(
                .inserted, link.sequence,
                .init(
                    "record \(row.sequence) is chained to the one before it, past this one",
                    zh: "记录 \(row.sequence) 越过它与其前一条相连"))
        }
        if let next, EvidenceChain.hash(of: next.row, after: link?.hash ?? .zero, &hasher) == next.hash {
            return finding(
                .inserted, row.sequence,
                .init("record \(next.row.sequence) is chained past it", zh: "记录 \(next.row.sequence) 越过它相连"))
        }
        let previous: BilingualText =
            link.map { .init("record \($0.sequence)", zh: "记录 \($0.sequence) ") } ?? .init("the beginning", zh: "链首")
        let isUncertain = row.sequence <= deletedThrough
        return finding(
            .altered, row.sequence,
            .init(
                "it does not fit its hash and \(previous.en), to which it is chained"
                    + (isUncertain ? "; or a record of its kind between the two is missing" : ""),
                zh: "与其哈希以及所连的\(previous.zh)不符" + (isUncertain ? "；或两者之间的同类记录丢失" : "")))
    }

    /// The first run of numbers in `first ..< end` for which nothing accounts.
    func unexplained(from first: Int64, before end: Int64) -> ClosedRange<Int64>? {
        var first = max(first, deletedThrough + 1)
        for span in spans where span.range.lowerBound < end && span.range.upperBound >= first {
            if span.range.lowerBound > first { return first...(span.range.lowerBound - 1) }
            first = span.range.upperBound + 1
        }
        return first < end ? first...(end - 1) : nil
    }

    private func isUnchained(_ sequence: Int64) -> Bool {
        spans.contains { $0.reason == .unchained && $0.range.contains(sequence) }
    }
}
