import CSQLite
import HostSystem
import Telemetry

/// The sole owner of one SQLite connection, closed with it. Used from one thread at a time.
@safe
struct SQLiteConnection: ~Copyable {
    private let raw: OpaquePointer
    private let path: String

    /// `visiting` only reads, but tidies up after itself when nobody else has the file open.
    enum Mode { case readOnly, readWrite, visiting }

    /// Opens `path`; with `.readWrite` it is created when it is not there.
    init(path: String, mode: Mode) throws(JournalError) {
        let access =
            switch mode {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .visiting: SQLITE_OPEN_READWRITE
            }
        // The connection stays on one thread, so SQLite's own mutex would only cost.
        var handle: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &handle, access | SQLITE_OPEN_NOMUTEX, nil)
        guard let opened = unsafe handle else {
            throw JournalError("open", path: path, reason: .failed, code: code, .init("out of memory", zh: "内存不足"))
        }
        guard code == SQLITE_OK else {
            let error = unsafe JournalError(sqlite: opened, "open", path: path)
            unsafe sqlite3_close_v2(opened)
            throw error
        }
        unsafe raw = opened
        self.path = path
        unsafe sqlite3_extended_result_codes(opened, 1)
        waitForOthers(atMost: Self.usualWait)
    }

    static let usualWait = Duration.seconds(2)

    /// How long a statement waits for a lock that another connection holds.
    func waitForOthers(atMost limit: Duration) {
        unsafe sqlite3_busy_timeout(raw, Int32(clamping: limit.wholeMilliseconds))
    }

    deinit { unsafe sqlite3_close_v2(raw) }

    /// Whether no transaction is open; after an error SQLite may have rolled back by itself.
    var isIdle: Bool { unsafe sqlite3_get_autocommit(raw) != 0 }

    /// Whether the file was moved, replaced or deleted since it was opened. Source: SQLITE_FCNTL_HAS_MOVED.
    var fileHasMoved: Bool {
        var moved: Int32 = 0
        let code = unsafe sqlite3_file_control(raw, nil, SQLITE_FCNTL_HAS_MOVED, &moved)
        return code == SQLITE_OK && moved != 0
    }

    /// Whether closing may fold the write-ahead log into the database and delete it. Not before both are known to be sound.
    func tidyOnClose(_ isAllowed: Bool) {
        _ = unsafe gw_sqlite_tidy_on_close(raw, isAllowed ? 1 : 0)
    }

    /// Runs statements whose rows do not matter.
    func execute(_ sql: String) throws(JournalError) {
        let code = unsafe sqlite3_exec(raw, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe JournalError(sqlite: raw, sql, path: path) }
    }

    /// Runs `body` in one transaction that may write; rolled back when it fails.
    func transaction(_ body: () throws(JournalError) -> Void) throws(JournalError) {
        try execute("BEGIN IMMEDIATE")
        do throws(JournalError) {
            try body()
            try execute("COMMIT")
        } catch {
            if !isIdle { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// Compiles one statement that is used again and again.
    func prepare(_ sql: String) throws(JournalError) -> SQLiteStatement {
        var handle: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(raw, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let statement = unsafe handle else {
            throw unsafe JournalError(sqlite: raw, sql, path: path)
        }
        return unsafe SQLiteStatement(owning: statement, path: path)
    }

    /// The first column of the first row as a number; nil when there is no row or it is NULL.
    func integer(_ sql: String) throws(JournalError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.optionalInteger(0) : nil
    }

    /// The first column of the first row as text; nil when there is no row.
    func text(_ sql: String) throws(JournalError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// Runs `body`; statements in it are interrupted when `budget` is over (they fail with SQLITE_INTERRUPT).
    func within<Result>(
        _ budget: Duration, _ body: () throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        let limit = Deadline(moment: SystemClock.uptime + budget)
        unsafe sqlite3_progress_handler(
            raw, 1_000,
            { context in
                let limit = unsafe Unmanaged<Deadline>.fromOpaque(context!).takeUnretainedValue()
                return SystemClock.uptime >= limit.moment ? 1 : 0
            }, Unmanaged.passUnretained(limit).toOpaque())
        defer {
            unsafe sqlite3_progress_handler(raw, 0, nil, nil)
            withExtendedLifetime(limit) {}
        }
        return try body()
    }

    private final class Deadline {
        let moment: Uptime
        init(moment: Uptime) { self.moment = moment }
    }
}

extension JournalError {
    /// The last error of `connection`.
    init(sqlite connection: OpaquePointer?, _ operation: String, path: String) {
        let code = unsafe sqlite3_extended_errcode(connection)
        let text = unsafe String(cString: sqlite3_errmsg(connection))
        self.init(
            operation, path: path, reason: Reason(sqlite: code), code: code,
            .init(text, zh: Self.chinese(sqlite: code).map { "\($0)（\(text)）" } ?? text))
    }

    /// What an operator meets; nil for anything else, which has SQLite's own words.
    private static func chinese(sqlite code: Int32) -> String? {
        switch code & 0xFF {
        case SQLITE_CORRUPT: "数据库已损坏"
        case SQLITE_NOTADB: "不是数据库文件"
        case SQLITE_FULL: "磁盘已满，或数据库已达上限"
        case SQLITE_READONLY: "数据库不可写"
        case SQLITE_CANTOPEN: "无法打开数据库文件"
        case SQLITE_PERM: "权限不够"
        case SQLITE_BUSY, SQLITE_LOCKED: "数据库被占用"
        case SQLITE_IOERR: "磁盘读写错误"
        case SQLITE_NOMEM: "内存不足"
        default: nil
        }
    }

    /// Whether a statement was stopped by the time limit of ``SQLiteConnection/within(_:_:)``.
    var isInterruption: Bool { code & 0xFF == SQLITE_INTERRUPT }
}

extension JournalError.Reason {
    /// Source: SQLite, "Result and Error Codes"; the low byte is the primary code.
    init(sqlite code: Int32) {
        switch code & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged
        case SQLITE_FULL: self = .full
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM: self = .unwritable
        default: self = .failed
        }
    }
}
