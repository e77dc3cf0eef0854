/// The tables of the journal and how older ones become the present ones.
///
/// `record`: append-only, `seq` never restarts. `lane` is 0 urgent, 1 what the law asks for, 2 bulk. `body` is the JSON
/// that is published, without `prev`; it reads well in the `sqlite3` shell. `cursor`: one row per uplink, what it still
/// owes as text.
enum JournalSchema {
    /// In order; never changed once released, only added to. Each runs in a transaction of its own.
    private static let migrations = [
        """
        CREATE TABLE record(
            seq INTEGER PRIMARY KEY, lane INTEGER NOT NULL, kind TEXT NOT NULL, outlet TEXT NOT NULL,
            ts INTEGER NOT NULL, body TEXT NOT NULL);
        CREATE TABLE cursor(uplink TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
        """
    ]

    /// Brings the file to the present version.
    static func migrate(_ database: Database) throws(JournalError) {
        let version = Int(try database.integer("PRAGMA user_version") ?? 0)
        guard version <= migrations.count else {
            throw JournalError(
                "open", database.path, .newer,
                detail:
                    "written by a later version (schema \(version), this one knows \(migrations.count)); update gatewayd"
            )
        }
        for (index, migration) in migrations.enumerated().dropFirst(version) {
            try database.execute("BEGIN IMMEDIATE; \(migration) PRAGMA user_version = \(index + 1); COMMIT")
        }
    }
}
