import HostSystem
import Telemetry

/// A journal file that has been found, checked and brought to the present schema.
struct OpenedJournal {
    let path: String
    let writer: JournalWriter
    let head: Int64
    let damagedFile: String?

    /// Opens `journal.db` in `directory`. A damaged file is moved aside, never deleted, and a new one begun: the plant goes
    /// on being measured.
    static func open(directory: String, now: WallInstant, checkpointPages: Int) throws(JournalError) -> OpenedJournal {
        let path = directory + "/journal.db"
        do {
            return try open(path, damagedFile: nil, checkpointPages: checkpointPages)
        } catch  where error.reason == .damaged {
            let aside = path + ".damaged-" + ZoneRules(fixedOffset: .zero).civilTime(at: now).compact + "Z"
            do {
                for suffix in ["", "-wal", "-shm"] where Files.exists(path + suffix) {
                    try Files.move(path + suffix, to: aside + suffix)
                }
            } catch {
                throw JournalError("move aside", path, .unavailable, detail: error.description)
            }
            return try open(path, damagedFile: aside, checkpointPages: checkpointPages)
        }
    }

    private static func open(
        _ path: String, damagedFile: String?, checkpointPages: Int
    ) throws(JournalError) -> OpenedJournal {
        let database = try Database(path, readOnly: false)
        try database.execute(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = \(checkpointPages);
            PRAGMA journal_size_limit = 16777216; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024
            """)
        try JournalSchema.migrate(database)
        try check(database)
        let reserve = SequenceReserve(path: path + ".reserve")
        let last = try database.integer("SELECT max(seq) FROM record")
        return OpenedJournal(
            path: path, writer: try JournalWriter(database, reserve: reserve), head: last ?? reserve.firstUnused - 1,
            damagedFile: damagedFile)
    }

    /// A quick look at both ends of the table. A full check of a year of records would take minutes; damage further in
    /// shows when it is read.
    private static func check(_ database: Database) throws(JournalError) {
        for order in ["ASC", "DESC"] {
            let statement = try database.prepare("SELECT length(body) FROM record ORDER BY seq \(order) LIMIT 100")
            while try statement.step() {}
        }
        if let pages = try database.integer("PRAGMA page_count"), pages < 20_000 {
            let verdict = try database.text("PRAGMA quick_check(1)") ?? "no answer"
            guard verdict == "ok" else { throw JournalError("check", database.path, .damaged, detail: verdict) }
        }
    }
}
