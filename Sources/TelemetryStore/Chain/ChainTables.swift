import Cipher

/// Reading and writing what the file says about its chains.
extension SQLiteConnection {
    /// The kinds that have records, ascending; one step along the index for each.
    borrowing func kinds() throws(JournalError) -> [String] {
        let select = try prepare("SELECT min(kind) FROM record WHERE kind > ?1")
        var kinds: [String] = []
        while true {
            try select.bind(kinds.last ?? "", at: 1)
            guard try select.step(), !select.isNull(0) else { return kinds }
            kinds.append(select.text(0))
            select.reset()
        }
    }

    /// The newest hash of each kind.
    borrowing func chain() throws(JournalError) -> EvidenceChain {
        var heads = try anchors().mapValues(\.hash)
        let select = try prepare("SELECT hash FROM record WHERE kind = ?1 ORDER BY seq DESC LIMIT 1")
        for kind in try kinds() {
            try select.bind(kind, at: 1)
            if try select.step() { heads[kind] = SHA256Digest(select.blob(0)) ?? heads[kind] }
            select.reset()
        }
        return EvidenceChain(heads: heads)
    }

    borrowing func anchors() throws(JournalError) -> [String: ChainAnchor] {
        let select = try prepare("SELECT kind, through, hash, deleted FROM chain")
        var anchors: [String: ChainAnchor] = [:]
        while try select.step() {
            // A file that somebody altered may say anything.
            let (through, deleted) = (select.integer(1), select.integer(3))
            anchors[select.text(0)] = ChainAnchor(
                through: min(max(0, through), SequenceReserve.greatest), hash: SHA256Digest(select.blob(2)) ?? .zero,
                deleted: min(max(0, deleted), SequenceReserve.greatest))
        }
        return anchors
    }

    /// Moves the beginning of a chain on; deleted records add up.
    borrowing func move(_ kind: String, to anchor: ChainAnchor) throws(JournalError) {
        let upsert = try prepare(
            """
            INSERT INTO chain(kind, through, hash, deleted) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(kind) DO UPDATE
            SET through = excluded.through, hash = excluded.hash, deleted = deleted + excluded.deleted
            """)
        try upsert.bind(kind, at: 1)
        try upsert.bind(anchor.through, at: 2)
        try upsert.bind(blob: anchor.hash.bytes, at: 3)
        try upsert.bind(anchor.deleted, at: 4)
        try upsert.run()
    }

    /// Ascending. What cannot be understood explains nothing.
    borrowing func spans() throws(JournalError) -> [SequenceSpan] {
        let select = try prepare("SELECT first, last, reason FROM span ORDER BY first")
        var spans: [SequenceSpan] = []
        while try select.step() {
            let (first, last) = (select.integer(0), select.integer(1))
            guard 0 < first, first <= last, last <= SequenceReserve.greatest,
                let reason = SequenceSpan.Reason(rawValue: select.text(2))
            else { continue }
            spans.append(SequenceSpan(range: first...last, reason: reason))
        }
        return spans
    }

    borrowing func add(_ span: SequenceSpan) throws(JournalError) {
        let insert = try prepare("INSERT OR REPLACE INTO span(first, last, reason) VALUES(?1, ?2, ?3)")
        try insert.bind(span.range.lowerBound, at: 1)
        try insert.bind(span.range.upperBound, at: 2)
        try insert.bind(span.reason.rawValue, at: 3)
        try insert.run()
    }
}
