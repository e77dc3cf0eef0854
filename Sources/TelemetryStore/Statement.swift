import CSQLite

/// One prepared statement, finalised with its owner. See https://sqlite.org/c3ref/stmt.html
@safe
final class Statement {
    private let raw: OpaquePointer
    private let database: Database

    init(raw: OpaquePointer, database: Database) {
        unsafe self.raw = raw
        self.database = database
    }

    deinit { unsafe sqlite3_finalize(raw) }

    /// True: a row is there. False: the statement is through.
    func step() throws(JournalError) -> Bool {
        let code = unsafe sqlite3_step(raw)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw database.error(code, in: unsafe String(cString: sqlite3_sql(raw)))
        }
    }

    /// Makes the statement ready to run again.
    func reset() { unsafe sqlite3_reset(raw) }

    // MARK: Parameters, numbered from 1

    func bind(_ index: Int32, _ value: Int64) { unsafe sqlite3_bind_int64(raw, index, value) }

    /// The bytes are copied; they are UTF-8.
    func bind(_ index: Int32, text bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { buffer in
            // SQLITE_TRANSIENT is a cast the importer cannot show.
            let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            let start = unsafe buffer.bindMemory(to: CChar.self).baseAddress
            unsafe sqlite3_bind_text(raw, index, start, Int32(buffer.count), transient)
        }
    }

    func bind(_ index: Int32, _ text: String) { bind(index, text: Array(text.utf8)) }

    // MARK: Columns, numbered from 0

    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(raw, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(raw, column) }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(raw, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(raw, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
}
