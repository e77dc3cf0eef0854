import Cipher
import TestSupport
import Testing

@testable import TelemetryStore

@Suite(.timeLimit(.minutes(1))) struct JournalUnroundedTests {
    private let fixture = JournalFixture()

    private func append(_ unrounded: String?, to journal: Journal) {
        journal.append(kind: "hour", lane: .ordinary, outlet: "s", timestamp: 5, unrounded: unrounded) {
            Array(#"{"seq":\#($0)}"#.utf8)
        }
    }

    @Test("what is kept beside a record comes to those who ask for it, and to nobody else")
    func read() throws {
        let journal = try fixture.open()
        for unrounded in [#"{"a21026":0.0004}"#, nil, #"{"烟":1}"#] { append(unrounded, to: journal) }
        journal.record()
        journal.flush(deadline: .seconds(20))
        let reader = try journal.makeReader()
        for kinds in [KindFilter.all, .only(["hour", "minute"]), .allBut(["raw"])] {
            let asked = try reader.read(after: 0, through: 4, kinds: kinds, limit: 9, unrounded: true).rows
            #expect(asked.map(\.unrounded) == [#"{"a21026":0.0004}"#, nil, #"{"烟":1}"#, nil])
            let others = try reader.read(after: 0, through: 4, kinds: kinds, limit: 9).rows
            #expect(others.allSatisfy { $0.unrounded == nil } && others.map(\.body) == asked.map(\.body))
        }
        #expect(try JournalInspector(directory: fixture.path).unrounded(3) == #"{"烟":1}"#)
        #expect(try JournalInspector(directory: fixture.path).unrounded(4) == nil)
    }

    @Test("the hash is that of the record alone, which receivers have")
    func hash() throws {
        let other = JournalFixture()
        for (fixture, unrounded) in [(fixture, #"{"a21026":0.0004}"#), (other, nil)] {
            let journal = try fixture.open()
            append(unrounded, to: journal)
            journal.close(deadline: .seconds(20))
        }
        #expect(try fixture.verify().hashes == other.verify().hashes)
    }
}

@Suite(.timeLimit(.minutes(1))) struct JournalUpgradeTests {
    private let fixture = JournalFixture()

    /// A file of the second released version with two chained records. Written down here and not taken from the migrations, so
    /// that changing a released one is noticed.
    private func makeSecondVersion() throws {
        var chain = EvidenceChain()
        var hasher = SHA256Hasher()
        let rows = (1...2).map { sequence in
            let row = JournalRow(
                sequence: Int64(sequence), lane: .ordinary, kind: "hour", outlet: "s", timestamp: 5,
                body: Array(#"{"seq":\#(sequence)}"#.utf8))
            return
                "(\(sequence), 1, 'hour', 's', 5, '{\"seq\":\(sequence)}', x'\(chain.extend(with: row, &hasher).hex)')"
        }
        let sql = """
            PRAGMA journal_mode = WAL;
            CREATE TABLE record(seq INTEGER PRIMARY KEY, lane INTEGER NOT NULL, kind TEXT NOT NULL, outlet TEXT NOT NULL,
                ts INTEGER NOT NULL, body TEXT NOT NULL, hash BLOB);
            CREATE INDEX record_by_kind ON record(kind);
            CREATE TABLE cursor(uplink TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE chain(kind TEXT PRIMARY KEY, through INTEGER NOT NULL, hash BLOB NOT NULL, deleted INTEGER NOT NULL)
                WITHOUT ROWID;
            CREATE TABLE span(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, reason TEXT NOT NULL);
            CREATE TABLE day(day INTEGER PRIMARY KEY, first INTEGER NOT NULL);
            INSERT INTO record VALUES \(rows.joined(separator: ", "));
            INSERT INTO cursor VALUES('province', '1 6 -'), ('outlet:s', 'rates 1');
            INSERT INTO day VALUES(20000, 1);
            PRAGMA user_version = 2;
            """
        #expect(try fixture.sqlite(sql) == "wal\n")
        _ = try fixture.directory.write("reserved 1000\nclosed 2\n", to: "journal.seq")
    }

    @Test("a file of the version before goes on: number, chain, cursors and notes; what is new is empty")
    func opens() throws {
        try makeSecondVersion()
        let visitor = try JournalReader(directory: fixture.path)
        let before = try visitor.read(after: 0, through: 9, kinds: .only(["hour"]), limit: 9, unrounded: true).rows
        #expect(before.map(\.sequence) == [1, 2] && before.allSatisfy { $0.unrounded == nil })
        #expect(try JournalInspector(directory: fixture.path).unrounded(1) == nil)

        let journal = try fixture.open()
        #expect(journal.committedHead == 2 && journal.opening.loss == nil)
        #expect(journal.cursor(of: "province") == "1 6 -" && journal.cursor(of: "outlet:s") == "rates 1")
        #expect(journal.record("hour", outlet: "s") == 3)
        journal.append(kind: "hour", lane: .ordinary, outlet: "s", timestamp: 6, unrounded: #"{"a":1}"#) { _ in
            [0x7B, 0x7D]
        }
        journal.close(deadline: .seconds(20))
        let report = try fixture.verify()
        #expect(report.finding == nil && report.checked == 4 && report.unchained == 0)
        let after = try JournalReader(directory: fixture.path)
            .read(after: 0, through: 9, kinds: .all, limit: 9, unrounded: true).rows
        #expect(after.map(\.unrounded) == [nil, nil, nil, #"{"a":1}"#])
        #expect(after.prefix(2).map(\.body) == before.map(\.body))
        #expect(try fixture.sqlite("pragma user_version") == "3\n")
    }

    @Test("the upgrade is to be told until a record that tells it is durable, and never again")
    func told() throws {
        try makeSecondVersion()
        var journal = try fixture.open()
        #expect(journal.upgrade?.after == 2)
        journal.record()
        journal.close(deadline: .seconds(20))
        journal = try fixture.open()
        let upgrade = try #require(journal.upgrade)
        #expect(upgrade.after == 2, "records since then have what is new")
        journal.append(kind: "audit", lane: .urgent, outlet: "_gateway", timestamp: 0, note: upgrade.note) { _ in
            [0x7B, 0x7D]
        }
        #expect(journal.upgrade == nil)
        journal.close(deadline: .seconds(20))
        #expect(try fixture.open().upgrade == nil)
    }

    @Test("a new journal has nothing to be told")
    func new() throws {
        var journal = try fixture.open()
        #expect(journal.upgrade == nil)
        journal.record()
        journal.close(deadline: .seconds(20))
        journal = try fixture.open()
        #expect(journal.upgrade == nil)
    }
}
