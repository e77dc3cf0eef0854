import HostSystem
import Telemetry

/// The writing connection and its statements. Made by whoever opens the journal, then used by the `store` thread only.
struct JournalWriter: ~Copyable {
    private let database: SQLiteConnection
    private let insert: SQLiteStatement
    private let upsertCursor: SQLiteStatement
    private let selectHead: SQLiteStatement

    init(directory: String, settings: JournalSettings, opening: inout JournalOpening) throws(JournalError) {
        let database = try JournalFile.open(in: directory, settings: settings, opening: &opening)
        let insert = try database.prepare(
            "INSERT INTO record(seq, lane, kind, outlet, ts, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
        let upsertCursor = try database.prepare(
            "INSERT INTO cursor VALUES(?1, ?2) ON CONFLICT(uplink) DO UPDATE SET state = excluded.state")
        let selectHead = try database.prepare("SELECT max(seq) FROM record")
        self.database = database
        self.insert = insert
        self.upsertCursor = upsertCursor
        self.selectHead = selectHead
    }

    /// Whether commits would go to a file that nobody finds any more.
    var fileHasMoved: Bool { database.fileHasMoved }

    /// The greatest sequence number in the file; nil when it holds no record.
    func head() throws(JournalError) -> Int64? {
        defer { selectHead.reset() }
        return try selectHead.step() ? selectHead.optionalInteger(0) : nil
    }

    func cursors() throws(JournalError) -> [String: String] {
        let select = try database.prepare("SELECT uplink, state FROM cursor")
        var cursors: [String: String] = [:]
        while try select.step() { cursors[select.text(0)] = select.text(1) }
        return cursors
    }

    /// Writes `batch` in one transaction; durable when it returns. After an error the file holds none of it, or, when
    /// only the answer was lost, all of it: see ``head()``.
    func commit(_ batch: JournalBatch) throws(JournalError) {
        try database.execute("BEGIN IMMEDIATE")
        do throws(JournalError) {
            for row in batch.rows { try write(row) }
            for (uplink, state) in batch.cursors {
                try upsertCursor.bind(uplink, at: 1)
                try upsertCursor.bind(state, at: 2)
                try upsertCursor.run()
            }
            try database.execute("COMMIT")
        } catch {
            if !database.isIdle { try? database.execute("ROLLBACK") }
            throw error
        }
    }

    func limitSize(to bytes: Int64?) throws(JournalError) {
        try JournalFile.limitSize(of: database, to: bytes ?? .max)
    }

    /// Copies the write-ahead log back and empties it, for a tidy end.
    func checkpoint() throws(JournalError) {
        try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func write(_ row: JournalRow) throws(JournalError) {
        try insert.bind(row.sequence, at: 1)
        try insert.bind(row.lane.rawValue, at: 2)
        try insert.bind(row.kind, at: 3)
        try insert.bind(row.outlet, at: 4)
        try insert.bind(row.timestamp, at: 5)
        try insert.run(binding: row.body, at: 6)
    }
}
