import Cipher
import HostSystem
import Telemetry

/// Looks at a journal as a whole, also while a daemon writes it: what it holds, whether it was altered, what a day came to.
/// For one thread; every transaction is short.
package final class JournalInspector {
    let directory: String
    let path: String
    let database: SQLiteConnection
    /// Of the file's schema.
    let version: Int64

    /// Fails when there is no journal, or it was last written by an older version that knew no chains.
    package init(directory: String) throws(JournalError) {
        self.directory = directory
        path = JournalFile.path(in: directory)
        database = try JournalFile.visit(path)
        version = try database.integer("PRAGMA user_version") ?? 0
        guard version >= 2 else {
            throw JournalError(
                "open", path: path, reason: .failed,
                .init(
                    "schema \(version) is of an older gatewayd; `gatewayd run` brings it up to date",
                    zh: "库版本 \(version) 属于旧版 gatewayd；`gatewayd run` 会将其升级"))
        }
    }

    /// Reads that belong to one moment.
    func snapshot<Result>(_ body: () throws(JournalError) -> Result) throws(JournalError) -> Result {
        try database.execute("BEGIN")
        defer { try? database.execute("COMMIT") }
        return try body()
    }

    func head() throws(JournalError) -> Int64 {
        try database.integer("SELECT max(seq) FROM record") ?? 0
    }

    static let columns = "seq, lane, kind, outlet, ts, body, hash"

    static func row(of statement: borrowing SQLiteStatement) -> ChainedRow {
        let row = JournalRow(
            sequence: statement.integer(0), lane: RecordLane(rawValue: statement.integer(1)) ?? .ordinary,
            kind: statement.text(2), outlet: statement.text(3), timestamp: statement.integer(4),
            body: statement.bytes(5))
        return ChainedRow(row: row, hash: SHA256Digest(statement.blob(6)))
    }
}
