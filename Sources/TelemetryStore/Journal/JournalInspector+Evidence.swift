/// What a record rests on, from one source.
package struct EvidenceList: Equatable, Sendable {
    package var count = 0
    package var sequences: ClosedRange<Int64>?
    /// The oldest of them, ascending; as many as were asked for.
    package var rows: [JournalRow] = []
}

extension JournalInspector {
    private static let page: Int64 = 512
    /// A clock may have been set back by so much meanwhile; beyond that the search ends.
    private static let greatestStep: Int64 = 3_600_000

    /// The record with this number and its hash (nil: from before the chains); nil: there is no such record.
    package func record(_ sequence: Int64) throws(JournalError) -> ChainedRow? {
        let select = try database.prepare("SELECT \(Self.columns) FROM record WHERE seq = ?1")
        try select.bind(sequence, at: 1)
        return try select.step() ? Self.row(of: select) : nil
    }

    /// The amounts of the record with this number before rounding, as JSON by factor; nil: it has none.
    package func unrounded(_ sequence: Int64) throws(JournalError) -> String? {
        guard version >= JournalMigration.unroundedVersion else { return nil }
        let select = try database.prepare("SELECT unrounded FROM record WHERE seq = ?1")
        try select.bind(sequence, at: 1)
        return try select.step() ? select.optionalText(0) : nil
    }

    /// Records of `kinds` at `place` with times in `range`, journalled before `sequence`.
    ///
    /// - Parameters:
    ///   - limit: rows to keep; only the newest one is looked for when it is 1.
    package func evidence(
        of place: String, kinds: [String], before sequence: Int64, in range: ClosedRange<Int64>, limit: Int
    ) throws(JournalError) -> EvidenceList {
        var list = EvidenceList()
        for kind in kinds {
            try collect(kind, of: place, before: sequence, in: range, limit: limit, into: &list)
        }
        list.rows.sort { $0.sequence < $1.sequence }
        list.rows = Array(list.rows.prefix(limit))
        return list
    }

    /// Goes back from the record, a page at a time, so that no transaction is long.
    private func collect(
        _ kind: String, of place: String, before sequence: Int64, in range: ClosedRange<Int64>, limit: Int,
        into list: inout EvidenceList
    ) throws(JournalError) {
        let select = try database.prepare(
            "SELECT \(Self.columns) FROM record WHERE kind = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3")
        let (earliest, isBefore) = range.lowerBound.subtractingReportingOverflow(Self.greatestStep)
        let end = isBefore ? .min : earliest
        var (position, found) = (sequence, [JournalRow]())
        while true {
            try select.bind(kind, at: 1)
            try select.bind(position, at: 2)
            try select.bind(Self.page, at: 3)
            let before = position
            while try select.step() {
                let row = Self.row(of: select).row
                position = row.sequence
                if row.timestamp < end {
                    select.reset()
                    list.rows += found
                    return
                }
                guard row.outlet == place, range.contains(row.timestamp) else { continue }
                list.add(row.sequence)
                found.append(row)
                if limit == 1 {
                    list.rows += found
                    return
                }
                // The oldest are kept, and they come last.
                if found.count >= 2 * limit { found.removeFirst(found.count - limit) }
            }
            select.reset()
            if position == before { break }
        }
        list.rows += found
    }
}

extension EvidenceList {
    fileprivate mutating func add(_ sequence: Int64) {
        count += 1
        let known = sequences ?? sequence...sequence
        sequences = min(known.lowerBound, sequence)...max(known.upperBound, sequence)
    }
}
