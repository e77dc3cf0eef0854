/// The reading connection and its compiled statements, one set for each set of kinds that is asked for.
final class ReaderConnection {
    enum Query: Hashable { case read, readUnrounded, previous, count }

    private struct Key: Hashable {
        let query: Query
        let kinds: KindFilter
    }

    /// A statement is kept for each filter; there are as many as uplinks, at most.
    private final class Compiled {
        let statement: SQLiteStatement
        init(_ statement: consuming SQLiteStatement) { self.statement = statement }
    }

    private let database: SQLiteConnection
    private var compiled: [Key: Compiled] = [:]
    /// A file that no daemon of this version has opened yet is read as it is.
    private let hasUnrounded: Bool

    init(_ database: consuming SQLiteConnection) throws(JournalError) {
        hasUnrounded = try database.integer("PRAGMA user_version") ?? 0 >= JournalMigration.unroundedVersion
        self.database = database
        // It reads forwards, so pages are wanted once: 256 KiB, whatever the size of the backlog.
        try self.database.execute("PRAGMA cache_size = -256")
    }

    func read(
        after: Int64, through: Int64, kinds: KindFilter, limit: Int, maximumBytes: Int, unrounded: Bool
    ) throws(JournalError) -> JournalPage {
        let isUnrounded = unrounded && hasUnrounded
        let compiled = try statement(isUnrounded ? .readUnrounded : .read, kinds: kinds)
        defer { compiled.statement.reset() }
        try compiled.statement.bind(after + 1, at: 1)
        try compiled.statement.bind(through, at: 2)
        try compiled.statement.bind(Int64(limit), at: 3)
        var page = JournalPage(rows: [], through: through)
        page.rows.reserveCapacity(min(limit, 256))
        var bytes = 0
        while try compiled.statement.step() {
            var row = Self.row(of: compiled.statement)
            if isUnrounded { row.unrounded = compiled.statement.optionalText(6) }
            bytes += row.body.count
            page.rows.append(row)
            if page.rows.count == limit || bytes >= maximumBytes {
                page.through = row.sequence
                break
            }
        }
        return page
    }

    func number(_ query: Query, kinds: KindFilter, _ first: Int64, _ second: Int64) throws(JournalError) -> Int64 {
        let compiled = try statement(query, kinds: kinds)
        defer { compiled.statement.reset() }
        try compiled.statement.bind(first, at: 1)
        if query == .count { try compiled.statement.bind(second, at: 2) }
        return try compiled.statement.step() ? compiled.statement.integer(0) : 0
    }

    func gaps(of kinds: KindFilter) throws(JournalError) -> JournalGaps { try database.gaps(of: kinds) }

    func cursor(of uplink: String) throws(JournalError) -> String? {
        let select = try database.prepare("SELECT state FROM cursor WHERE uplink = ?1")
        try select.bind(uplink, at: 1)
        return try select.step() ? select.text(0) : nil
    }

    /// The first column of every row that `sql` selects.
    func texts(
        _ sql: String, _ bind: (borrowing SQLiteStatement) throws(JournalError) -> Void
    ) throws(JournalError) -> [String] {
        let select = try database.prepare(sql)
        try bind(select)
        var texts: [String] = []
        while try select.step() { texts.append(select.text(0)) }
        return texts
    }

    /// The smallest first number of the days from `day` on; nil where no earlier day is known, or none so late.
    func firstSequence(fromDay day: Int64) throws(JournalError) -> Int64? {
        let select = try database.prepare(
            "SELECT min(first) FROM day WHERE day >= ?1 AND EXISTS(SELECT 1 FROM day WHERE day < ?1) HAVING min(first) > 0"
        )
        try select.bind(day, at: 1)
        return try select.step() ? select.integer(0) : nil
    }

    private static func row(of statement: borrowing SQLiteStatement) -> JournalRow {
        JournalRow(
            sequence: statement.integer(0), lane: RecordLane(rawValue: statement.integer(1)) ?? .ordinary,
            kind: statement.text(2), outlet: statement.text(3), timestamp: statement.integer(4),
            body: statement.bytes(5))
    }

    private func statement(_ query: Query, kinds: KindFilter) throws(JournalError) -> Compiled {
        let key = Key(query: query, kinds: kinds)
        if let known = compiled[key] { return known }
        let (names, condition) =
            switch kinds {
            case .all: ([String](), nil as String?)
            case .only(let kinds): (kinds.sorted(), nil)
            case .allBut(let kinds): (kinds.sorted(), Self.exclusion(of: kinds.count))
            }
        let arms = kinds.isSelection ? names.count : nil
        let new = Compiled(try database.prepare(Self.sql(query, kindCount: arms, condition)))
        for (index, name) in names.enumerated() {
            try new.statement.bind(name, at: Int32(4 + index))
        }
        if compiled.count >= 16 { compiled.removeAll() }
        compiled[key] = new
        return new
    }

    /// One arm for each kind, `?4` onwards, which SQLite merges by sequence number along the index: a page costs the
    /// same however rare its kinds are. All kinds together are the table itself, with `condition` on what is left out.
    private static func sql(_ query: Query, kindCount: Int?, _ condition: String?) -> String {
        let columns = "seq, lane, kind, outlet, ts, body"
        func arms(_ select: String, _ range: String) -> String {
            guard let kindCount else { return "\(select) FROM record WHERE \(range)\(condition ?? "")" }
            return (0..<kindCount).map { "\(select) FROM record WHERE kind = ?\(4 + $0) AND \(range)" }
                .joined(separator: " UNION ALL ")
        }
        func rows(_ columns: String) -> String {
            arms("SELECT \(columns)", "seq >= ?1 AND seq <= ?2") + " ORDER BY seq LIMIT ?3"
        }
        switch query {
        case .read: return rows(columns)
        case .readUnrounded: return rows(columns + ", unrounded")
        case .previous: return "SELECT max(found) FROM (" + arms("SELECT max(seq) AS found", "seq <= ?1") + ")"
        case .count:
            return "SELECT sum(found) FROM (" + arms("SELECT count(*) AS found", "seq >= ?1 AND seq <= ?2") + ")"
        }
    }

    private static func exclusion(of count: Int) -> String {
        " AND kind NOT IN (" + (0..<count).map { "?\(4 + $0)" }.joined(separator: ", ") + ")"
    }
}

extension KindFilter {
    /// Whether each kind has an arm of its own in the statement.
    fileprivate var isSelection: Bool { if case .only = self { true } else { false } }
}
