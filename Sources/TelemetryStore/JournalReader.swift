/// Reads the journal for one uplink, over its own connection. Used from one thread only.
///
/// Every read is short, so that the write-ahead log can be checkpointed behind it.
package final class JournalReader {
    private let select: Statement
    private let previous: Statement

    /// Reads rows of `kinds` only.
    package init(path: String, kinds: some Sequence<String>) throws(JournalError) {
        let database = try Database(path, readOnly: true)
        // Kinds are words of our own, so they can stand in the statement.
        let list = kinds.sorted().map { "'\($0)'" }.joined(separator: ",")
        select = try database.prepare(
            """
            SELECT seq, lane, kind, outlet, ts, body FROM record
            WHERE seq > ?1 AND seq <= ?2 AND kind IN (\(list)) ORDER BY seq LIMIT ?3
            """)
        previous = try database.prepare(
            "SELECT seq FROM record WHERE seq < ?1 AND kind IN (\(list)) ORDER BY seq DESC LIMIT 1")
    }

    /// Up to `limit` rows with `after` < seq ≤ `through`, in order.
    package func rows(after: Int64, through: Int64, limit: Int) throws(JournalError) -> [JournalRow] {
        defer { select.reset() }
        select.bind(1, after)
        select.bind(2, through)
        select.bind(3, Int64(limit))
        var rows: [JournalRow] = []
        while try select.step() {
            rows.append(
                JournalRow(
                    sequence: select.integer(0), lane: Int(select.integer(1)), kind: select.text(2),
                    outlet: select.text(3), timestamp: select.integer(4), body: select.bytes(5)))
        }
        return rows
    }

    /// The greatest seq below `sequence` among the kinds; 0: none.
    package func previousSequence(before sequence: Int64) throws(JournalError) -> Int64 {
        defer { previous.reset() }
        previous.bind(1, sequence)
        return try previous.step() ? previous.integer(0) : 0
    }
}
