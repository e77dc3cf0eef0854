import CSQLite

/// The sole owner of one compiled statement, finalised with it. Used from its connection's thread.
///
/// Columns are counted from 0 and parameters from 1, as in SQLite.
@safe
struct SQLiteStatement: ~Copyable {
    private let raw: OpaquePointer
    private let path: String

    init(owning raw: OpaquePointer, path: String) {
        unsafe self.raw = raw
        self.path = path
    }

    deinit { unsafe sqlite3_finalize(raw) }

    func bind(_ value: Int64, at index: Int32) throws(JournalError) {
        try check(unsafe sqlite3_bind_int64(raw, index, value), "bind")
    }

    func bind(_ text: String, at index: Int32) throws(JournalError) {
        var text = text
        let code = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                // A null pointer would bind NULL; an empty string has none of its own.
                unsafe sqlite3_bind_text64(
                    raw, index, characters.baseAddress ?? Self.empty, UInt64(characters.count), Self.copied,
                    UInt8(SQLITE_UTF8))
            }
        }
        try check(code, "bind")
    }

    /// Binds `text`, or NULL.
    func bind(_ text: String?, at index: Int32) throws(JournalError) {
        guard let text else { return try check(unsafe sqlite3_bind_null(raw, index), "bind") }
        try bind(text, at: index)
    }

    /// Binds bytes that are no text; SQLite takes a copy.
    func bind(blob bytes: [UInt8], at index: Int32) throws(JournalError) {
        try check(unsafe sqlite3_bind_blob64(raw, index, bytes, UInt64(bytes.count), Self.copied), "bind")
    }

    /// Binds `text` (UTF-8) without a copy and runs the statement to its end, then lets go of the bytes.
    func run(binding text: [UInt8], at index: Int32) throws(JournalError) {
        let failure: JournalError? = unsafe text.withUnsafeBytes { bytes in
            let characters = unsafe bytes.assumingMemoryBound(to: CChar.self)
            let bound = unsafe sqlite3_bind_text64(
                raw, index, characters.baseAddress ?? Self.empty, UInt64(bytes.count), nil, UInt8(SQLITE_UTF8))
            let code = bound == SQLITE_OK ? unsafe sqlite3_step(raw) : bound
            // Asked for now, as the next call replaces it.
            let failure = code == SQLITE_DONE ? nil : error("write")
            // The borrowed bytes may not stay with the statement.
            unsafe sqlite3_reset(raw)
            unsafe sqlite3_bind_null(raw, index)
            return failure
        }
        if let failure { throw failure }
    }

    /// Advances; true when there is a row.
    func step() throws(JournalError) -> Bool {
        switch unsafe sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw error("run")
        }
    }

    /// Runs it to its end and makes it ready for the next use.
    func run() throws(JournalError) {
        defer { reset() }
        while try step() {}
    }

    /// Ends the statement, and with it the read transaction it may hold.
    func reset() {
        unsafe sqlite3_reset(raw)
    }

    func integer(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(raw, column)
    }

    func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(raw, column) == SQLITE_NULL
    }

    func optionalInteger(_ column: Int32) -> Int64? {
        isNull(column) ? nil : integer(column)
    }

    func optionalText(_ column: Int32) -> String? {
        isNull(column) ? nil : text(column)
    }

    func text(_ column: Int32) -> String {
        String(decoding: bytes(column), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_text(raw, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(raw, column))
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Empty when the column is NULL.
    func blob(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(raw, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(raw, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    private func check(_ code: Int32, _ operation: String) throws(JournalError) {
        guard code == SQLITE_OK else { throw error(operation) }
    }

    private func error(_ operation: String) -> JournalError {
        unsafe JournalError(sqlite: sqlite3_db_handle(raw), operation, path: path)
    }

    /// SQLITE_TRANSIENT: SQLite takes a copy.
    private static var copied: sqlite3_destructor_type { unsafe gw_sqlite_transient() }
    private static var empty: UnsafePointer<CChar> { unsafe gw_empty_text() }
}
