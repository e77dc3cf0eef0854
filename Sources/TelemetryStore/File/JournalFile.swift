import Glibc
import HostSystem
import Telemetry

/// How opening the journal went.
package struct JournalOpening: Equatable, Sendable {
    /// Where a damaged database was moved; nil: there was none.
    package var damagedFile: String?
    /// What was wrong with it.
    package var damage: String?
    /// The last sequence number that counts as used; the next record gets the following one.
    package var lastUsed: Int64 = 0
    /// Numbers passed over because it is not known whether they were used; see ``NumberHistory``.
    package var skippedNumbers: Int64 = 0
    /// What is gone; nil: nothing, as far as can be seen. Worth an alarm.
    package var loss: JournalLoss?
    /// False when the check of a large file was stopped by its time limit; what it saw was sound.
    package var isCheckComplete = true
}

/// The database file `journal.db` on disk: opening it, judging it, moving it aside.
enum JournalFile {
    static func path(in directory: String) -> String { directory + "/journal.db" }

    /// Opens the writing connection. A damaged file is moved aside, never deleted, and a new one begun.
    static func open(
        in directory: String, settings: JournalSettings, opening: inout JournalOpening
    ) throws(JournalError) -> SQLiteConnection {
        let path = path(in: directory)
        do throws(JournalError) {
            return try openChecked(path, settings: settings, opening: &opening)
        } catch  where error.reason == .damaged {
            opening.damage = error.detail
            opening.damagedFile = try moveAside(path)
            try synchroniseDirectory(directory)
            return try openChecked(path, settings: settings, opening: &opening)
        }
    }

    /// Opens a connection of somebody who comes to look, with a daemon or without.
    ///
    /// Even who only reads begins a write-ahead log where there is none, and without the right to write cannot take it away
    /// again. A log that holds something is not touched.
    static func visit(_ path: String) throws(JournalError) -> SQLiteConnection {
        let database = try SQLiteConnection(path: path, mode: size(of: path + "-wal") > 0 ? .readOnly : .visiting)
        try database.execute("PRAGMA query_only = ON")
        return database
    }

    private static func openChecked(
        _ path: String, settings: JournalSettings, opening: inout JournalOpening
    ) throws(JournalError) -> SQLiteConnection {
        let database = try SQLiteConnection(path: path, mode: .readWrite)
        database.tidyOnClose(false)
        // Only a new file takes this on; it lets pages be given back after a long backlog was deleted.
        try database.execute("PRAGMA auto_vacuum = INCREMENTAL")
        try database.execute("PRAGMA journal_mode = WAL")
        try database.execute("PRAGMA synchronous = FULL")
        // The log is copied back every 4 MB and cut to 8 MB after a burst.
        try database.execute("PRAGMA wal_autocheckpoint = 1000")
        try database.execute("PRAGMA journal_size_limit = \(8 << 20)")
        // The check sees every page once. Two megabytes of them would stay in memory for good, in SQLite or in the heap.
        try database.execute("PRAGMA cache_size = -128")
        opening.isCheckComplete = try check(database, path: path, budget: settings.checkBudget)
        try database.execute("PRAGMA cache_size = -2000")
        database.tidyOnClose(true)
        try JournalMigration.run(on: database, path: path)
        if let limit = settings.maximumFileBytes { try limitSize(of: database, to: limit) }
        return database
    }

    /// Looks through the structure of the file. Bounded in time, as ten million rows take minutes and a gateway must be
    /// ready in seconds; what lies behind the part that was seen is found out when it is used, and treated alike.
    private static func check(
        _ database: borrowing SQLiteConnection, path: String, budget: Duration
    ) throws(JournalError) -> Bool {
        let found: String?
        do throws(JournalError) {
            found = try database.quickCheck(within: budget)
        } catch  where error.isInterruption {
            return false
        }
        guard found == "ok" else {
            throw JournalError(
                "check", path: path, reason: .damaged,
                found.map { .init($0, zh: "数据库已损坏（\($0)）") } ?? .init("the check gave no answer", zh: "检查没有结果"))
        }
        return true
    }

    static func limitSize(of database: borrowing SQLiteConnection, to bytes: Int64) throws(JournalError) {
        let pageSize = max(512, try database.integer("PRAGMA page_size") ?? 4_096)
        try database.execute("PRAGMA max_page_count = \(max(1, bytes / pageSize))")
    }

    /// Renames the database and its companions so that they still belong together and can be opened for salvage.
    static func moveAside(_ path: String) throws(JournalError) -> String {
        let milliseconds = SystemClock.wall.millisecondsSince1970
        let digits = CivilTime(localMilliseconds: milliseconds).compact
        let base = "\(path).damaged-\(digits.prefix(8))T\(digits.dropFirst(8))Z"
        var target = base
        var attempt = 1
        while exists(target) {
            attempt += 1
            target = "\(base)-\(attempt)"
        }
        for suffix in ["-wal", "-shm", ""] where exists(path + suffix) {
            guard unsafe rename(path + suffix, target + suffix) == 0 else {
                throw JournalError("move aside", path: path + suffix, errno: errno)
            }
        }
        return target
    }

    /// Whether a damaged file lies in `directory` that was moved aside, now or long ago.
    static func hasDamagedFiles(in directory: String) -> Bool {
        guard let entries = unsafe opendir(directory) else { return false }
        defer { unsafe closedir(entries) }
        while let entry = unsafe readdir(entries) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name.hasPrefix("journal.db.damaged-") { return true }
        }
        return false
    }

    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// The size in bytes; 0 when it is not there.
    static func size(of path: String) -> Int64 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}

extension SQLiteConnection {
    /// The first finding of SQLite's structural check, `ok` when there is none.
    borrowing func quickCheck(within budget: Duration) throws(JournalError) -> String? {
        let check = try prepare("PRAGMA quick_check(1)")
        return try within(budget) { () throws(JournalError) in try check.step() ? check.text(0) : nil }
    }
}
