import Cipher
import Foundation
import TestSupport
import Testing

@testable import TelemetryStore

@Suite(.timeLimit(.minutes(1))) struct JournalVerificationTests {
    let fixture = JournalFixture()
    /// Record n is `kinds[(n - 1) % 5]`, so minute: 1, 4, 6, 9, …; raw: 2, 3, 7, 8, …; alarm: 5, 10, …
    private static let kinds = ["minute", "raw", "raw", "minute", "alarm"]

    private func fill(_ rows: Int = 40) throws {
        let journal = try fixture.open()
        for index in 0..<rows { journal.record(Self.kinds[index % 5], padding: index) }
        #expect(journal.close(deadline: .seconds(20)).isClosed)
    }

    private func verify(_ claims: Set<ChainClaim> = []) throws -> ChainReport {
        try JournalInspector(directory: fixture.path).verify(claims: claims)
    }

    @Test("an untouched journal is good, over several pages, and its hashes are told")
    func good() throws {
        try fill(1_300)
        let report = try verify()
        #expect(report.finding == nil)
        #expect(report.checked == 1_300)
        #expect(report.head == 1_300)
        let text = try fixture.sqlite("select lower(hex(hash)) from record where seq = 1300")
        #expect(report.hashes["alarm"].map { $0.hex + "\n" } == text)
    }

    @Test(
        "one changed field is found and named",
        arguments: [
            "body = replace(body, '\"v\":1', '\"v\":2')", "ts = ts + 1", "outlet = 'stack-2'", "hash = zeroblob(32)",
            "hash = NULL", "hash = x'00'", "body = ''",
        ])
    func altered(change: String) throws {
        try fill()
        for sequence in [1, 24, 40] {
            let backup = try Data(contentsOf: URL(fileURLWithPath: fixture.database))
            #expect(try fixture.sqlite("update record set \(change) where seq = \(sequence)") == "")
            let finding = try #require(try verify().finding)
            #expect(finding.fault == .altered)
            #expect(finding.sequences == Int64(sequence)...Int64(sequence))
            #expect(finding.kind == Self.kinds[(sequence - 1) % 5])
            try backup.write(to: URL(fileURLWithPath: fixture.database))
        }
    }

    @Test("any byte of any body that is flipped is found at its record", arguments: 0..<4)
    func flipped(round: Int) throws {
        var generator = SeededGenerator()
        try fill()
        for _ in 0..<10 {
            let backup = try Data(contentsOf: URL(fileURLWithPath: fixture.database))
            let sequence = Int64.random(in: 1...40, using: &generator)
            let place = Int.random(in: 1...50, using: &generator)
            _ = try fixture.sqlite(
                "update record set body = substr(body, 1, \(place) - 1) || '~' || substr(body, \(place) + 1) "
                    + "where seq = \(sequence)")
            let finding = try verify().finding
            #expect(finding?.fault == .altered, "\(generator)")
            #expect(finding?.sequences == sequence...sequence, "\(generator)")
            try backup.write(to: URL(fileURLWithPath: fixture.database))
        }
    }

    @Test(
        "missing records are found and named",
        arguments: [
            ("seq = 1", 1...1), ("seq = 24", 24...24), ("seq between 7 and 9", 7...9), ("kind = 'alarm'", 5...5),
            ("seq <= 10", 1...10), ("seq = 40", 40...40), ("seq > 33", 34...40), ("1", 1...40),
        ])
    func missing(condition: String, range: ClosedRange<Int64>) throws {
        try fill()
        _ = try fixture.sqlite("delete from record where \(condition)")
        let finding = try #require(try verify().finding)
        #expect(finding.fault == .missing)
        #expect(finding.sequences == range)
    }

    @Test("a record put into a hole is found, whatever its hash")
    func inserted() throws {
        try fill()
        // Numbers that were passed over leave room for it.
        try SequenceReserve(reservedThrough: 60, closedAt: 50).save(in: fixture.path)
        let journal = try fixture.open(.smallQueue)
        for kind in ["minute", "raw", "minute"] { journal.record(kind) }
        journal.flush(deadline: .seconds(20))
        journal.close(deadline: .seconds(20))
        #expect(try verify().finding == nil)
        let backup = try Data(contentsOf: URL(fileURLWithPath: fixture.database))

        _ = try fixture.sqlite(
            "insert into record select 45, lane, kind, outlet, ts, body, hash, null from record where seq = 39")
        let crude = try #require(try verify().finding)
        #expect(crude.fault == .inserted)
        #expect(crude.sequences == 45...45)
        #expect(crude.kind == "minute")
        try backup.write(to: URL(fileURLWithPath: fixture.database))

        // Somebody who knows how hashes are made gives it one that fits what is before it.
        let row = JournalRow(
            sequence: 45, lane: .ordinary, kind: "minute", outlet: "stack-1", timestamp: 9, body: Array("{}".utf8))
        var hasher = SHA256Hasher()
        let last = try #require(try JournalInspector(directory: fixture.path).hash("minute", through: 44))
        let hash = EvidenceChain.hash(of: row, after: last, &hasher)
        _ = try fixture.sqlite("insert into record values(45, 1, 'minute', 'stack-1', 9, '{}', x'\(hash.hex)', null)")
        let skilled = try #require(try verify().finding)
        #expect(skilled.fault == .inserted)
        #expect(skilled.sequences == 45...45)
    }

    @Test("a record of a number that no journal gives is found", arguments: [-3, 0, Int64.max])
    func impossible(number: Int64) throws {
        try fill()
        _ = try fixture.sqlite(
            "insert into record select \(number), lane, kind, outlet, ts, body, hash, null from record limit 1")
        let finding = try #require(try verify().finding)
        #expect(finding.fault == .inserted)
        #expect(finding.sequences == number...number)
    }

    @Test("who rewrites a whole chain is found by a digest that was published before")
    func rewritten() throws {
        try fill()
        let inspector = try JournalInspector(directory: fixture.path)
        let digest = try inspector.digest(after: 0, through: 30)
        let claims = Set(digest.lines.map { ChainClaim(kind: $0.kind, sequence: $0.last, hash: $0.hash) })
        let good = try verify(claims)
        #expect(good.finding == nil)
        #expect(good.claimsMet == 3)

        // The whole chain of minutes anew, from a changed record 6 on.
        let reader = try JournalReader(directory: fixture.path)
        var chain = EvidenceChain()
        var hasher = SHA256Hasher()
        var sql = ""
        for var row in try reader.read(after: 0, through: 40, kinds: .only(["minute"]), limit: 100).rows {
            if row.sequence == 6 { row.body = Array("{}".utf8) }
            let hash = chain.extend(with: row, &hasher)
            sql +=
                "update record set body = '\(String(decoding: row.body, as: UTF8.self))', hash = x'\(hash.hex)' "
                + "where seq = \(row.sequence);"
        }
        #expect(try fixture.sqlite(sql) == "")
        #expect(try verify().finding == nil, "nothing in the file itself can show it")
        let finding = try #require(try verify(claims).finding)
        #expect(finding.fault == .contradicted)
        #expect(finding.kind == "minute")
        #expect(finding.sequences == 29...29)
    }

    @Test("a digest about a record that is not there contradicts, unless the record was deleted in order")
    func claims() throws {
        try fill()
        let claim = ChainClaim(kind: "minute", sequence: 44, hash: .zero)
        #expect(try verify([claim]).finding?.fault == .contradicted)
        #expect(try verify([ChainClaim(kind: "alarm", sequence: 4, hash: .zero)]).finding?.fault == .contradicted)
        _ = try fixture.sqlite("insert into span values(41, 50, 'skipped')")
        #expect(try verify([claim]).finding == nil)
    }

    @Test("records from before the chains are counted and not judged; a hash taken away later is found")
    func unchained() throws {
        let fixture = fixture
        let old = try SQLiteConnection(path: fixture.database, mode: .readWrite)
        try old.execute(JournalMigration.all[0].sql)
        try old.execute("INSERT INTO record VALUES(3, 1, 'minute', 'a', 5, '{}'), (7, 2, 'raw', 'b', 5, '{}')")
        try old.execute("PRAGMA user_version = 1")
        let refused = #expect(throws: JournalError.self) { try JournalInspector(directory: fixture.path) }
        #expect(refused?.detail.contains("`gatewayd run` brings it up to date") == true)
        let journal = try fixture.open()
        for kind in Self.kinds { journal.record(kind) }
        journal.close(deadline: .seconds(20))
        let report = try verify()
        #expect(report.finding == nil)
        #expect(report.unchained == 2)
        #expect(report.checked == 5)
        #expect(report.spans == [SequenceSpan(range: 1...7, reason: .unchained)])
        let lines = try JournalInspector(directory: fixture.path).digest(after: 0, through: 12).lines
        #expect(lines.map(\.count) == [1, 2, 2])
        #expect(lines.map(\.first) == [12, 8, 9])
        #expect(try JournalInspector(directory: fixture.path).digest(after: 0, through: 6).lines.isEmpty)
        _ = try fixture.sqlite("update record set hash = null where seq = 9")
        #expect(try verify().finding?.sequences == 9...9)
    }

    @Test("skipped numbers and a file that was replaced are explained, but no more than these")
    func explained() throws {
        try fill(20)
        try FileManager.default.removeItem(atPath: fixture.database)
        var journal = try fixture.open(.smallQueue)
        journal.record("minute")
        journal.flush(deadline: .seconds(20))
        for name in fixture.files("journal.db") {
            try FileManager.default.removeItem(atPath: fixture.directory.file(name))
        }
        for kind in ["minute", "raw", "minute"] { journal.record(kind) }
        journal.close(deadline: .seconds(20))
        journal = try fixture.open(.smallQueue)
        journal.record("minute")
        journal.close(deadline: .seconds(20))
        let report = try verify()
        #expect(report.finding == nil)
        #expect(report.checked == 4)
        _ = try fixture.sqlite("update span set last = last - 1")
        #expect(try verify().finding?.fault == .missing)
    }

    @Test("a file whose accounts say nonsense is refused without a trap", arguments: 0..<20)
    func nonsense(round: Int) throws {
        var generator = SeededGenerator()
        try fill()
        let numbers: [Int64] = [.min, -1, 0, 1, 20, 1 << 60, .max]
        func number() -> Int64 { numbers.randomElement(using: &generator) ?? 0 }
        var sql = ""
        for kind in ["minute", "raw", "x"] {
            sql +=
                "insert into chain values('\(kind)', \(number()), zeroblob(\(Int.random(in: 0...33, using: &generator))), \(number()));"
        }
        for first in [number(), number()] {
            sql += "insert or replace into span values(\(first), \(number()), 'lost');"
        }
        #expect(try fixture.sqlite(sql) == "")
        // Whatever it finds: it ends, and does not call this good unless the nonsense is empty.
        _ = try verify([ChainClaim(kind: "minute", sequence: number(), hash: .zero)])
    }

    @Test("a journal is checked while it is written")
    func running() throws {
        let journal = try fixture.open()
        for round in 1...10 {
            for index in 0..<200 { journal.record(Self.kinds[index % 5]) }
            let report = try verify()
            #expect(report.finding == nil)
            journal.flush(deadline: .seconds(20))
            #expect(try verify().checked == round * 200)
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct JournalDigestTests {
    let fixture = JournalFixture()

    @Test("a digest counts each kind, and its hashes link one day to the next")
    func digests() throws {
        let journal = try fixture.open()
        for index in 0..<100 { journal.record(index % 10 == 0 ? "hour" : "minute") }
        journal.flush(deadline: .seconds(20))
        let inspector = try JournalInspector(directory: fixture.path)
        let first = try inspector.digest(after: 0, through: 60)
        #expect(first.lines.map(\.kind) == ["hour", "minute"])
        #expect(first.lines.map(\.count) == [6, 54])
        #expect(first.lines.map(\.first) == [1, 2])
        #expect(first.lines.map(\.last) == [51, 60])
        #expect(first.lines.map(\.before) == [.zero, .zero])
        let second = try inspector.digest(after: 60, through: 100)
        #expect(second.lines.map(\.count) == [4, 36])
        #expect(second.lines.map(\.before) == first.lines.map(\.hash))
        #expect(second.lines.map(\.hash) == (try inspector.verify().hashes).sorted { $0.key < $1.key }.map(\.value))
        #expect(try inspector.digest(after: 100, through: 100).lines == [])
        #expect(try inspector.digest(after: 500, through: 600).lines == [])
    }

    @Test("the contents are told by kind, with ends and sizes")
    func contents() throws {
        let journal = try fixture.open()
        for kind in ["raw", "minute", "raw"] { journal.record(kind) }
        journal.saveCursor(uplink: "u", state: "1 2 -")
        journal.flush(deadline: .seconds(20))
        let contents = try JournalInspector(directory: fixture.path).contents()
        #expect(contents.kinds.map(\.name) == ["minute", "raw"])
        #expect(contents.kinds.map(\.rows) == [1, 2])
        #expect(contents.kinds.map(\.first) == [2, 1])
        #expect(contents.kinds.map(\.last) == [2, 3])
        #expect(contents.kinds.allSatisfy { $0.firstTimestamp == 1_795_227_600_000 })
        #expect(contents.head == 3)
        #expect(contents.cursors == ["u": "1 2 -"])
        #expect(contents.databaseBytes + contents.writeAheadLogBytes > 4_096)
        #expect(contents.deleted.isEmpty)
    }
}
