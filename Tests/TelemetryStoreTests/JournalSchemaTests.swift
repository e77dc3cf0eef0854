import TestSupport
import Testing

@testable import TelemetryStore

@Suite struct JournalSchemaTests {
    let directory = TemporaryDirectory()

    private func database() throws -> SQLiteConnection {
        try SQLiteConnection(path: directory.file("x.db"), mode: .readWrite)
    }

    @Test("migrations count up the version, and running them again changes nothing")
    func migrate() throws {
        let database = try database()
        try JournalMigration.run(on: database, path: "x")
        try JournalMigration.run(on: database, path: "x")
        #expect(try database.integer("PRAGMA user_version") == Int64(JournalMigration.all.count))
        #expect(try database.integer("SELECT count(*) FROM sqlite_master WHERE name IN ('record', 'cursor')") == 2)
    }

    @Test("a file of the first released version is read by this one")
    func firstVersion() throws {
        // Written down here and not taken from the migrations, so that changing a released one is noticed.
        let sql = """
            CREATE TABLE record(seq INTEGER PRIMARY KEY, lane INTEGER NOT NULL, kind TEXT NOT NULL, outlet TEXT NOT NULL,
                ts INTEGER NOT NULL, body TEXT NOT NULL);
            CREATE INDEX record_by_kind ON record(kind);
            CREATE TABLE cursor(uplink TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
            INSERT INTO record VALUES(7, 1, 'minute', 'stack-1', 5, '{"seq":7}');
            INSERT INTO cursor VALUES('province', '1 6 -');
            PRAGMA user_version = 1;
            """
        let fixture = JournalFixture()
        #expect(try fixture.sqlite(sql) == "")
        let journal = try fixture.open()
        #expect(journal.committedHead == 7)
        #expect(journal.cursor(of: "province") == "1 6 -")
        // Without the side file nothing says that later numbers were used.
        #expect(journal.record() == 8)
        journal.flush(deadline: .seconds(20))
        // What was there keeps its bytes and has no hash; the chain begins with the next record.
        let rows = try fixture.sqlite("select seq, lane, kind, outlet, ts, body, length(hash) from record order by seq")
        let lines = rows.split(separator: "\n")
        #expect(lines.first == #"7|1|minute|stack-1|5|{"seq":7}|"#)
        #expect(lines.last?.hasSuffix("|32") == true)
        #expect(try fixture.sqlite("select * from span; select count(*) from chain") == "1|7|unchained\n0\n")
        #expect(try fixture.sqlite("select first from day; pragma user_version") == "8\n3\n")
    }

    @Test("an empty file of the first version has nothing from before the chains")
    func emptyFirstVersion() throws {
        let database = try database()
        try database.execute(JournalMigration.all[0].sql)
        try database.execute("PRAGMA user_version = 1")
        try JournalMigration.run(on: database, path: "x")
        #expect(try database.integer("SELECT count(*) FROM span") == 0)
        #expect(try database.integer("PRAGMA user_version") == 3)
    }

    @Test("a migration that fails leaves nothing behind and the connection idle")
    func failing() throws {
        let database = try database()
        try database.execute("CREATE TABLE cursor(x)")
        let error = #expect(throws: JournalError.self) { try JournalMigration.run(on: database, path: "x") }
        #expect(error?.detail.contains("already exists") == true)
        let isIdle = database.isIdle
        #expect(isIdle)
        #expect(try database.integer("SELECT count(*) FROM sqlite_master WHERE name = 'record'") == 0)
        #expect(try database.integer("PRAGMA user_version") == 0)
    }
}

@Suite struct SQLiteConnectionTests {
    let directory = TemporaryDirectory()

    @Test("what is bound comes back, also empty text, zero bytes and numbers at both ends")
    func roundTrip() throws {
        let database = try SQLiteConnection(path: directory.file("x.db"), mode: .readWrite)
        try database.execute("CREATE TABLE t(a INTEGER, b TEXT NOT NULL, c TEXT NOT NULL)")
        let insert = try database.prepare("INSERT INTO t VALUES(?1, ?2, ?3)")
        let rows: [(Int64, String, [UInt8])] = [
            (.min, "", []), (.max, "1号烟囱", Array("{}".utf8)), (0, "a\"b'c", Array(repeating: 0x61, count: 100_000)),
        ]
        for (number, text, bytes) in rows {
            try insert.bind(number, at: 1)
            try insert.bind(text, at: 2)
            try insert.run(binding: bytes, at: 3)
        }
        let select = try database.prepare("SELECT a, b, c FROM t ORDER BY rowid")
        for (number, text, bytes) in rows {
            #expect(try select.step())
            #expect(select.integer(0) == number)
            #expect(select.text(1) == text)
            #expect(select.bytes(2) == bytes)
        }
        #expect(try !select.step())
    }

    @Test("a constraint that fails is an error with SQLite's words, and the statement can be used again")
    func constraint() throws {
        let database = try SQLiteConnection(path: directory.file("x.db"), mode: .readWrite)
        try database.execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)")
        let insert = try database.prepare("INSERT INTO t VALUES(?1, ?2)")
        try insert.bind(5, at: 1)
        try insert.run(binding: [0x61], at: 2)
        let error = #expect(throws: JournalError.self) { try insert.run(binding: [0x62], at: 2) }
        #expect(error?.reason == .failed)
        #expect(error?.detail.contains("UNIQUE constraint failed: t.a") == true)
        try insert.bind(6, at: 1)
        try insert.run(binding: [0x63], at: 2)
        #expect(try database.integer("SELECT count(*) FROM t") == 2)
    }

    @Test("a statement that takes too long is interrupted, and the next one is not")
    func interrupted() throws {
        let database = try SQLiteConnection(path: directory.file("x.db"), mode: .readWrite)
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let error = #expect(throws: JournalError.self) {
            try database.within(.milliseconds(20)) { () throws(JournalError) in _ = try database.integer(endless) }
        }
        #expect(error?.isInterruption == true)
        #expect(try database.integer("SELECT 1") == 1)
    }

    @Test("a wrong statement names itself; no row is no value")
    func errors() throws {
        let database = try SQLiteConnection(path: directory.file("x.db"), mode: .readWrite)
        let error = #expect(throws: JournalError.self) { try database.execute("SELEC 1") }
        #expect(error?.operation == "SELEC 1")
        #expect(try database.integer("SELECT 1 WHERE 0") == nil)
        #expect(try database.integer("SELECT NULL") == nil)
        #expect(try database.text("SELECT 'x' WHERE 0") == nil)
    }

    @Test("a moved file is noticed")
    func moved() throws {
        let database = try SQLiteConnection(path: directory.file("x.db"), mode: .readWrite)
        try database.execute("CREATE TABLE t(a)")
        let before = database.fileHasMoved
        #expect(!before)
        _ = try JournalFile.moveAside(directory.file("x.db"))
        let after = database.fileHasMoved
        #expect(after)
    }
}
