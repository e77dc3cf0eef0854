import Cipher
import Telemetry

extension JournalInspector {
    private static let page: Int64 = 512

    /// Recomputes every chain from its beginning and stops at the first fault.
    ///
    /// - Parameter claims: what published digests say; those about deleted records are passed over.
    package func verify(claims: Set<ChainClaim> = []) throws(JournalError) -> ChainReport {
        var report = ChainReport()
        var verifier = ChainVerifier()
        let claims = Dictionary(grouping: claims, by: \.sequence)
        report.head = try head()
        report.finding = try impossibleNumber(head: report.head)
        while report.finding == nil, verifier.position < report.head {
            let rows = try nextPage(&verifier, through: report.head)
            guard !rows.isEmpty else { break }
            for row in rows {
                report.finding = try take(row, &verifier, claims, &report)
                if report.finding != nil { break }
            }
        }
        report.hashes = verifier.links.mapValues(\.hash)
        if report.finding == nil { report.finding = try balance(&verifier, Array(claims.values.joined()), &report) }
        return report
    }

    /// Numbers that no journal gives out.
    private func impossibleNumber(head: Int64) throws(JournalError) -> ChainFinding? {
        let first = try database.integer("SELECT min(seq) FROM record") ?? 1
        guard first < 1 || head > SequenceReserve.greatest else { return nil }
        let number = first < 1 ? first : head
        return ChainFinding(
            fault: .inserted, sequences: number...number, kind: nil,
            detail: .init("a journal gives no such number", zh: "日志库不会给出这样的编号"))
    }

    private func nextPage(_ verifier: inout ChainVerifier, through head: Int64) throws(JournalError) -> [ChainedRow] {
        let select = try database.prepare(
            "SELECT \(Self.columns) FROM record WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3")
        var (rows, anchors, spans): ([ChainedRow], [String: ChainAnchor], [SequenceSpan]) = ([], [:], [])
        let position = verifier.position
        try snapshot { () throws(JournalError) in
            anchors = try database.anchors()
            spans = try database.spans()
            try select.bind(position, at: 1)
            try select.bind(head, at: 2)
            try select.bind(Self.page, at: 3)
            while try select.step() { rows.append(Self.row(of: select)) }
            select.reset()
        }
        verifier.follow(anchors, spans: spans)
        return rows
    }

    private func take(
        _ row: ChainedRow, _ verifier: inout ChainVerifier, _ claims: [Int64: [ChainClaim]],
        _ report: inout ChainReport
    ) throws(JournalError) -> ChainFinding? {
        switch verifier.check(row) {
        case .good: report.checked += 1
        case .unchained: report.unchained += 1
        case .unfit: return verifier.explain(row, next: try next(after: row.row))
        case .missing(let range):
            return ChainFinding(
                fault: .missing, sequences: range, kind: nil,
                detail: .init("neither retention nor a damaged file accounts for it", zh: "既非按保存期限删除，也非文件损坏所致"))
        }
        for claim in claims[row.row.sequence] ?? [] {
            guard claim.kind == row.row.kind, claim.hash == row.hash else { return contradiction(claim, row) }
            report.claimsMet += 1
        }
        return nil
    }

    private func next(after row: JournalRow) throws(JournalError) -> ChainedRow? {
        let select = try database.prepare(
            "SELECT \(Self.columns) FROM record WHERE kind = ?1 AND seq > ?2 ORDER BY seq LIMIT 1")
        try select.bind(row.kind, at: 1)
        try select.bind(row.sequence, at: 2)
        return try select.step() ? Self.row(of: select) : nil
    }

    private func contradiction(_ claim: ChainClaim, _ row: ChainedRow?) -> ChainFinding {
        let hash = row?.hash.map { String($0.hex.prefix(16)) }
        let found: BilingualText =
            row.map {
                .init(
                    "\($0.row.kind) with \(hash ?? "no hash")", zh: "\($0.row.kind)，\(hash.map { "哈希 \($0)" } ?? "无哈希")"
                )
            } ?? .init("none", zh: "没有记录")
        return ChainFinding(
            fault: .contradicted, sequences: claim.sequence...claim.sequence, kind: claim.kind,
            detail: .init(
                "a digest has hash \(claim.hash.hex.prefix(16))… for it; here is \(found.en); "
                    + "it or an earlier record of its kind is not what it was",
                zh: "摘要中其哈希为 \(claim.hash.hex.prefix(16))…，此处为 \(found.zh)；它或更早的同类记录已非原样"))
    }

    /// What the chains alone do not show: numbers missing where retention worked, records missing at the end, and claims
    /// about records that are not there.
    private func balance(
        _ verifier: inout ChainVerifier, _ claims: [ChainClaim], _ report: inout ChainReport
    ) throws(JournalError) -> ChainFinding? {
        var (anchors, spans, present): ([String: ChainAnchor], [SequenceSpan], Int64) = ([:], [], 0)
        try snapshot { () throws(JournalError) in
            anchors = try database.anchors()
            spans = try database.spans()
            report.head = try head()
            present = try count(1...Int64.max)
            for span in spans { present -= try count(span.range) }
        }
        verifier.follow(anchors, spans: spans)
        report.spans = spans
        report.deleted = anchors.values.reduce(0) { $0 &+ $1.deleted }
        if let closed = SequenceReserve.load(from: directory)?.closedAt,
            let missing = verifier.unexplained(from: report.head + 1, before: closed + 1)
        {
            return ChainFinding(
                fault: .missing, sequences: missing, kind: nil,
                detail: .init("the journal was closed after record \(closed)", zh: "日志库关闭时最后一条是记录 \(closed)"))
        }
        let explained = spans.reduce(0) { $0 &+ $1.range.length(upTo: report.head) }
        let unaccounted = report.head &- explained &- report.deleted &- present
        guard unaccounted == 0 else { return imbalance(unaccounted, verifier.deletedThrough) }
        return try unmet(claims, anchors, spans, head: report.head)
    }

    private func imbalance(_ count: Int64, _ deletedThrough: Int64) -> ChainFinding {
        ChainFinding(
            fault: count > 0 ? .missing : .altered, sequences: 1...max(1, deletedThrough), kind: nil,
            detail: count > 0
                ? .init(
                    "\(count) of them are neither here nor deleted by retention", zh: "其中 \(count) 条既不在库中，也未按保存期限删除")
                : .init("the account of deleted records is \(-count) too high", zh: "已删除记录的计数多出 \(-count)"))
    }

    private func unmet(
        _ claims: [ChainClaim], _ anchors: [String: ChainAnchor], _ spans: [SequenceSpan], head: Int64
    ) throws(JournalError) -> ChainFinding? {
        let select = try database.prepare("SELECT 1 FROM record WHERE seq = ?1")
        for claim in claims.sorted(by: { $0.sequence < $1.sequence }) {
            let anchor = anchors[claim.kind]
            if let anchor, claim.sequence == anchor.through, claim.hash != anchor.hash {
                return contradiction(claim, nil)
            }
            let isGone = claim.sequence <= anchor?.through ?? 0 || spans.contains { $0.range.contains(claim.sequence) }
            if isGone { continue }
            try select.bind(claim.sequence, at: 1)
            let isThere = try select.step()
            select.reset()
            if !isThere { return contradiction(claim, nil) }
        }
        return nil
    }

    func count(_ range: ClosedRange<Int64>) throws(JournalError) -> Int64 {
        // By kind, as the index of kinds is far smaller than the records.
        var sum: Int64 = 0
        for kind in try database.kinds() { sum += try count(range, kind: kind) }
        return sum
    }

    func count(_ range: ClosedRange<Int64>, kind: String) throws(JournalError) -> Int64 {
        let select = try database.prepare(
            "SELECT count(*) FROM record WHERE kind = ?1 AND seq >= ?2 AND seq <= ?3")
        try select.bind(kind, at: 1)
        try select.bind(range.lowerBound, at: 2)
        try select.bind(range.upperBound, at: 3)
        return try select.step() ? select.integer(0) : 0
    }
}

extension ClosedRange<Int64> {
    /// How many numbers up to `end` it holds.
    fileprivate func length(upTo end: Int64) -> Int64 {
        lowerBound > end ? 0 : Swift.min(upperBound, end) - lowerBound + 1
    }
}
