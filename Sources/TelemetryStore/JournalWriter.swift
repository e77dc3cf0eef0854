import HostSystem

/// The one connection that writes. Used on the store thread only.
struct JournalWriter {
    private let database: Database
    private let insert: Statement
    private let keep: Statement
    private var reserve: SequenceReserve

    init(_ database: Database, reserve: SequenceReserve) throws(JournalError) {
        self.database = database
        self.reserve = reserve
        insert = try database.prepare("INSERT INTO record(seq,lane,kind,outlet,ts,body) VALUES(?1,?2,?3,?4,?5,?6)")
        keep = try database.prepare("INSERT OR REPLACE INTO cursor(uplink,state) VALUES(?1,?2)")
    }

    /// All or nothing.
    mutating func write(_ rows: [JournalRow], cursors: [String: String]) throws(JournalError) {
        if let last = rows.last {
            do {
                try reserve.cover(last.sequence)
            } catch {
                throw JournalError("write", database.path, .unavailable, detail: error.description)
            }
        }
        try database.execute("BEGIN IMMEDIATE")
        do {
            for row in rows { try add(row) }
            for (uplink, state) in cursors {
                defer { keep.reset() }
                keep.bind(1, uplink)
                keep.bind(2, state)
                _ = try keep.step()
            }
            try database.execute("COMMIT")
        } catch {
            // SQLite may have rolled back by itself already.
            try? database.execute("ROLLBACK")
            throw error
        }
    }

    private func add(_ row: JournalRow) throws(JournalError) {
        defer { insert.reset() }
        insert.bind(1, row.sequence)
        insert.bind(2, Int64(row.lane))
        insert.bind(3, row.kind)
        insert.bind(4, row.outlet)
        insert.bind(5, row.timestamp)
        insert.bind(6, text: row.body)
        _ = try insert.step()
    }

    /// Moves the write-ahead log into the file; the connection closes with its owner.
    func close() { try? database.execute("PRAGMA wal_checkpoint(TRUNCATE)") }
}
