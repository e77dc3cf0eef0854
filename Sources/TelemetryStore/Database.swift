import CSQLite

/// The sole owner of one SQLite connection. Used from one thread only.
@safe
final class Database {
    private let raw: OpaquePointer
    let path: String

    init(_ path: String, readOnly: Bool) throws(JournalError) {
        var raw: OpaquePointer?
        let mode = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = unsafe sqlite3_open_v2(path, &raw, mode | SQLITE_OPEN_NOMUTEX, nil)
        guard let raw = unsafe raw, code == SQLITE_OK else {
            unsafe sqlite3_close_v2(raw)
            throw JournalError("open", path, .unavailable, detail: unsafe String(cString: sqlite3_errstr(code)))
        }
        unsafe self.raw = raw
        self.path = path
        unsafe sqlite3_busy_timeout(raw, 2_000)
    }

    deinit { unsafe sqlite3_close_v2(raw) }

    /// Runs statements that return nothing.
    func execute(_ sql: String) throws(JournalError) {
        let code = unsafe sqlite3_exec(raw, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, in: sql) }
    }

    func prepare(_ sql: String) throws(JournalError) -> Statement {
        var statement: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(raw, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard let statement = unsafe statement, code == SQLITE_OK else { throw error(code, in: sql) }
        return unsafe Statement(raw: statement, database: self)
    }

    /// The first column of the first row; nil without a row or for NULL.
    func integer(_ sql: String) throws(JournalError) -> Int64? {
        let statement = try prepare(sql)
        guard try statement.step() else { return nil }
        return statement.isNull(0) ? nil : statement.integer(0)
    }

    func text(_ sql: String) throws(JournalError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// What `code` means; SQLite's message does not repeat bound values.
    func error(_ code: Int32, in sql: String) -> JournalError {
        let reason: JournalError.Reason
        switch code & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB: reason = .damaged
        default: reason = .unavailable
        }
        let operation = sql.prefix { $0 != " " && $0 != ";" }.lowercased()
        return JournalError(operation, path, reason, detail: unsafe String(cString: sqlite3_errmsg(raw)))
    }
}
