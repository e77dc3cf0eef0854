import Foundation
import Synchronization
import TestSupport
import Testing

@testable import TelemetryStore

@Suite(.timeLimit(.minutes(1))) struct JournalTests {
    let fixture = JournalFixture()

    @Test("numbers are contiguous and known before the commit; rows are durable after it")
    func append() throws {
        let journal = try fixture.open()
        #expect(journal.opening == JournalOpening())
        #expect((1...100).map { _ in journal.record() } == (1...100).map(Int64.init))
        let report = journal.flush(deadline: .seconds(20))
        #expect(report.pendingRows == 0)
        #expect(journal.committedHead == 100)
        #expect(try journal.makeReader().sequences() == Array(1...100))
    }

    @Test("the body holds the number that the row has, and a technician can read it")
    func readable() throws {
        let journal = try fixture.open()
        journal.append(kind: "alarm", lane: .urgent, outlet: "1号", timestamp: 5) {
            Array("{\"seq\":\($0),\"名\":\"烟\"}".utf8)
        }
        journal.flush(deadline: .seconds(20))
        #expect(try fixture.sqlite("select body from record") == "{\"seq\":1,\"名\":\"烟\"}\n")
        #expect(
            try fixture.sqlite("select seq, lane, kind, outlet, ts, typeof(body) from record")
                == "1|0|alarm|1号|5|text\n")
    }

    @Test("the file is in write-ahead mode and its schema has a version")
    func pragmas() throws {
        let journal = try fixture.open()
        journal.record()
        journal.flush(deadline: .seconds(20))
        #expect(try fixture.sqlite("pragma journal_mode; pragma user_version") == "wal\n3\n")
    }

    @Test("numbers go on after a restart, and rows and cursors are still there")
    func reopen() throws {
        var journal = try fixture.open()
        journal.records(10)
        journal.saveCursor(uplink: "province", state: "1 4 -")
        journal.saveCursor(uplink: "city", state: "1 2 -")
        journal.saveCursor(uplink: "province", state: "1 7 -")
        let report = journal.close(deadline: .seconds(20))
        #expect(report == JournalReport(pendingRows: 0, isClosed: true, lastError: nil))
        #expect(fixture.files() == ["journal.ballast", "journal.db", "journal.lock", "journal.seq"])

        journal = try fixture.open()
        #expect(journal.opening.lastUsed == 10)
        #expect(journal.committedHead == 10)
        #expect(journal.cursor(of: "province") == "1 7 -")
        #expect(journal.cursor(of: "city") == "1 2 -")
        #expect(journal.cursor(of: "none") == nil)
        #expect(journal.record() == 11)
    }

    @Test("nothing can be appended to a closed journal")
    func closed() throws {
        let journal = try fixture.open()
        journal.close(deadline: .seconds(20))
        #expect(journal.record() == nil)
        #expect(journal.statistics.dropped == 1)
        #expect(journal.close(deadline: .seconds(1)).isClosed)
    }

    @Test("a saved cursor is durable by itself, without any record")
    func cursorAlone() throws {
        let journal = try fixture.open()
        journal.saveCursor(uplink: "u", state: "1 5 -")
        journal.flush(deadline: .seconds(20))
        #expect(try fixture.sqlite("select state from cursor") == "1 5 -\n")
    }

    @Test("observers hear every head, ascending, and only when it is durable")
    func observers() throws {
        let journal = try fixture.open()
        let reader = Mutex(try OpenReader(journal))
        let heads = Mutex<[Int64]>([])
        journal.onCommit { head in
            let durable = reader.withLock { (try? $0.reader.head()) ?? 0 }
            heads.withLock { $0.append(durable == head ? head : -1) }
        }
        for _ in 0..<20 {
            journal.records(10)
            journal.flush(deadline: .seconds(20))
        }
        let heard = heads.withLock { $0 }
        #expect(heard == heard.sorted())
        #expect(heard.first ?? -1 > 0)
        #expect(heard.last == 200)
    }

    @Test("many threads append, and every number is there once")
    func threads() async throws {
        let journal = try fixture.open()
        let numbers = await withTaskGroup(of: [Int64].self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<500).compactMap { _ in journal.record() } }
            }
            return await group.reduce(into: [Int64]()) { $0 += $1 }
        }
        journal.flush(deadline: .seconds(20))
        #expect(numbers.sorted() == Array(1...2_000))
        #expect(try journal.makeReader().sequences() == Array(1...2_000))
    }

    @Test("a burst costs few commits")
    func groupCommit() throws {
        let journal = try fixture.open(JournalSettings(commitInterval: .milliseconds(250)))
        journal.records(5_000)
        journal.flush(deadline: .seconds(20))
        let statistics = journal.statistics
        #expect(statistics.rows == 5_000)
        #expect(statistics.commits <= 10)
        #expect(statistics.pendingRows == 0)
        #expect(statistics.pendingBytes == 0)
        #expect(statistics.databaseBytes > 0)
    }

    @Test("a quiet journal makes a single record durable in milliseconds")
    func urgent() throws {
        let journal = try fixture.open(JournalSettings(commitInterval: .seconds(3_600)))
        let clock = ContinuousClock()
        let took = try clock.measure {
            journal.record("alarm")
            try #require(eventually(within: .seconds(20)) { journal.committedHead == 1 })
        }
        #expect(took < .seconds(5))
        journal.record()
        #expect(journal.statistics.pendingRows == 1)
        #expect(journal.close(deadline: .seconds(20)).pendingRows == 0)
    }

    @Test("the write-ahead log stays bounded while rows are read")
    func boundedLog() throws {
        let journal = try fixture.open()
        let reader = try journal.makeReader()
        for _ in 0..<20 {
            journal.records(200, padding: 5_000)
            journal.flush(deadline: .seconds(20))
            _ = try reader.read(after: 0, through: journal.committedHead, kinds: .all, limit: 10)
        }
        #expect(journal.statistics.databaseBytes > 15_000_000)
        #expect(journal.statistics.writeAheadLogBytes < 10_000_000)
    }
}

/// A reader that a test hands to the store's thread.
final class OpenReader: @unchecked Sendable {
    let reader: JournalReader
    init(_ journal: Journal) throws { reader = try journal.makeReader() }
}
