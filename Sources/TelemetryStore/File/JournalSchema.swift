import Telemetry

/// The tables of the journal, as named migrations. A released one is never changed; a change is a new one.
///
/// `record`: one row a record. `seq` is the place in the journal; `lane` says how urgent it is (``RecordLane``); `kind`
/// and `outlet` are the topic segments; `ts` is the start of the period in milliseconds since 1970 UTC; `body` is the
/// JSON payload without `prev`, readable with `sqlite3 journal.db 'select body from record'`.
/// `hash` chains the record to the one before it of its kind (``EvidenceChain``); NULL: from before the chains began.
/// `unrounded` has the amounts of hours and longer periods before rounding, as JSON by factor; NULL: the record has none, or is
/// from before they were kept. It is never published, and so no part of the hash, which receivers compute as well. It stands
/// only where it rounds to the amount in `body`.
/// `cursor`: what each uplink still owes, in the words of the core, and other texts by key.
/// `chain`: where each kind's chain begins, when its first records are gone (``ChainAnchor``).
/// `span`: sequence numbers without a chained record, and why (``SequenceSpan``); with the reason `given-up:KIND` owed records
/// that were deleted for want of space (``JournalGaps``).
/// `day`: the first number committed on each day, which ages records whatever their own time says (``RetentionRules``).
struct JournalMigration {
    let name: String
    let sql: String

    /// The first version with unrounded amounts.
    static let unroundedVersion: Int64 = 3

    static let all = [
        JournalMigration(
            name: "records and cursors",
            // The index leads a subset of kinds to its next record, however rare it is; a rowid is part of any index.
            sql: """
                CREATE TABLE record(
                    seq INTEGER PRIMARY KEY, lane INTEGER NOT NULL, kind TEXT NOT NULL, outlet TEXT NOT NULL,
                    ts INTEGER NOT NULL, body TEXT NOT NULL);
                CREATE INDEX record_by_kind ON record(kind);
                CREATE TABLE cursor(uplink TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
                """),
        JournalMigration(
            name: "evidence chains and retention",
            sql: """
                ALTER TABLE record ADD COLUMN hash BLOB;
                CREATE TABLE chain(
                    kind TEXT PRIMARY KEY, through INTEGER NOT NULL, hash BLOB NOT NULL, deleted INTEGER NOT NULL)
                    WITHOUT ROWID;
                CREATE TABLE span(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, reason TEXT NOT NULL);
                INSERT INTO span SELECT 1, max(seq), 'unchained' FROM record HAVING max(seq) > 0;
                CREATE TABLE day(day INTEGER PRIMARY KEY, first INTEGER NOT NULL);
                """),
        JournalMigration(
            name: "unrounded amounts",
            sql: """
                ALTER TABLE record ADD COLUMN unrounded TEXT;
                INSERT INTO cursor SELECT '\(JournalUpgrade.key)', max(seq) FROM record HAVING max(seq) > 0;
                """),
    ]

    /// Brings the database to the newest version, one transaction a step. `user_version` counts the steps done.
    static func run(on database: borrowing SQLiteConnection, path: String) throws(JournalError) {
        let version = Int(try database.integer("PRAGMA user_version") ?? 0)
        guard version <= all.count else {
            throw JournalError(
                "open", path: path, reason: .newerSchema,
                .init(
                    "written by a newer gatewayd (schema \(version), this one knows \(all.count)); "
                        + "install that version again or move the file away",
                    zh: "由更新版本的 gatewayd 写成（库版本 \(version)，本版本最高 \(all.count)）；请装回该版本，或移走此文件"))
        }
        for step in all.indices.dropFirst(max(0, version)) {
            try database.transaction { () throws(JournalError) in
                try database.execute(all[step].sql)
                try database.execute("PRAGMA user_version = \(step + 1)")
            }
        }
    }
}
