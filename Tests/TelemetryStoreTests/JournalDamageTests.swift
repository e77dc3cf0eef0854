import Foundation
import Synchronization
import TestSupport
import Testing

@testable import TelemetryStore

@Suite(.timeLimit(.minutes(1))) struct JournalDamageTests {
    let fixture = JournalFixture()

    /// A closed journal of `rows` records, with a small reserve so that jumps are small.
    private func fill(_ rows: Int, settings: JournalSettings = .smallQueue) throws {
        let journal = try fixture.open(settings)
        for _ in 0..<rows {
            if journal.record(padding: 300) == nil {
                journal.flush(deadline: .seconds(20))
                journal.record(padding: 300)
            }
        }
        journal.flush(deadline: .seconds(20))
        journal.close(deadline: .seconds(20))
    }

    private static let damages = [
        "garbage header", "truncated", "flipped pages", "text instead", "cut in the first page",
    ]

    @Test("R02: a damaged file is moved aside, never deleted, and numbers go on above it", arguments: damages)
    func damaged(kind: String) throws {
        var generator = SeededGenerator()
        try fill(2_000)
        let size = JournalFile.size(of: fixture.database)
        switch kind {
        case "garbage header": try fixture.overwrite("journal.db", at: 0, with: Array(repeating: 0x5A, count: 200))
        case "truncated": try fixture.truncate("journal.db", to: UInt64(size / 2 / 4_096 * 4_096))
        case "flipped pages":
            for page in stride(from: 2, to: Int(size / 4_096), by: 2) {
                let bytes = (0..<4_096).map { _ in UInt8.random(in: 0...255, using: &generator) }
                try fixture.overwrite("journal.db", at: UInt64(page * 4_096), with: bytes)
            }
        case "text instead": try Data(repeating: 0x20, count: 50_000).write(to: URL(fileURLWithPath: fixture.database))
        default: try fixture.truncate("journal.db", to: 1_000)
        }

        let journal = try fixture.open(.smallQueue)
        let aside = try #require(journal.opening.damagedFile, "\(generator)")
        #expect(journal.opening.damage?.isEmpty == false)
        #expect(aside.hasPrefix(fixture.database + ".damaged-2"))
        #expect(aside.hasSuffix("Z"))
        #expect(FileManager.default.fileExists(atPath: aside))
        let next = try #require(journal.record())
        #expect(next > 2_000)
        #expect(next <= 2_000 + 2 * JournalSettings.smallQueue.sequenceBlock)
        journal.flush(deadline: .seconds(20))
        #expect(try journal.makeReader().sequences() == [next])
        journal.close(deadline: .seconds(20))
        #expect(try fixture.open(.smallQueue).record() == next + 1)
    }

    @Test("a damaged file keeps its companions, so that it can be salvaged")
    func companions() throws {
        try fill(10)
        try fixture.overwrite("journal.db", at: 0, with: Array(repeating: 1, count: 100))
        try fixture.directory.write("log", to: "journal.db-wal")
        let journal = try fixture.open()
        let aside = try #require(journal.opening.damagedFile)
        #expect(FileManager.default.contents(atPath: aside + "-wal") == Data("log".utf8))
    }

    @Test("two damaged files of one second have two names")
    func twoNames() throws {
        for name in ["a", "b", "c"] {
            try fixture.directory.write(name, to: "journal.db")
            _ = try JournalFile.moveAside(fixture.database)
        }
        #expect(fixture.files("journal.db.damaged-").count == 3)
    }

    @Test("a deleted database does not restart the numbers")
    func deleted() throws {
        try fill(50)
        try FileManager.default.removeItem(atPath: fixture.database)
        let journal = try fixture.open(.smallQueue)
        #expect(journal.opening.damagedFile == nil)
        #expect(try #require(journal.record()) > 50)
    }

    @Test("an older copy put in place of the database does not restart the numbers")
    func restored() throws {
        try fill(50)
        let copy = try Data(contentsOf: URL(fileURLWithPath: fixture.database))
        try fill(70)
        try copy.write(to: URL(fileURLWithPath: fixture.database))
        let journal = try fixture.open(.smallQueue)
        #expect(try #require(journal.record()) > 120)
        #expect(journal.opening.skippedNumbers >= 70)
    }

    @Test("a lost side file is made again from the database")
    func lostReserve() throws {
        try fill(50)
        try FileManager.default.removeItem(atPath: SequenceReserve.path(in: fixture.path))
        #expect(try fixture.open(.smallQueue).record() == 51)
        #expect(SequenceReserve.load(from: fixture.path) != nil)
    }

    @Test("a file that is deleted while the daemon runs is replaced, and readers follow")
    func deletedWhileRunning() throws {
        let journal = try fixture.open()
        let replaced = Mutex<[String?]>([])
        journal.onReplacement { path, _ in replaced.withLock { $0.append(path) } }
        let reader = try journal.makeReader()
        journal.records(5)
        journal.saveCursor(uplink: "u", state: "1 3 -")
        journal.flush(deadline: .seconds(20))
        #expect(try reader.head() == 5)
        for name in fixture.files("journal.db") {
            try FileManager.default.removeItem(atPath: fixture.directory.file(name))
        }
        journal.records(2)
        journal.flush(deadline: .seconds(20))
        #expect(try reader.sequences() == [6, 7])
        #expect(try fixture.sqlite("select state from cursor") == "1 3 -\n")
        #expect(replaced.withLock { $0 } == [nil])
        #expect(journal.statistics.replacements == 1)
    }

    @Test("a file that turns out damaged while the daemon runs is replaced without losing what waits")
    func damagedWhileRunning() throws {
        let journal = try fixture.open()
        let replaced = Mutex<[String?]>([])
        journal.onReplacement { path, _ in replaced.withLock { $0.append(path) } }
        journal.records(500, padding: 500)
        journal.flush(deadline: .seconds(20))
        // Make sure the pages come from the file: a checkpoint by another program, then garbage, then a cold cache.
        _ = try fixture.sqlite("pragma wal_checkpoint(truncate)")
        let size = JournalFile.size(of: fixture.database)
        try fixture.overwrite("journal.db", at: 0, with: Array(repeating: 0xFF, count: Int(size)))
        _ = try fixture.sqlite("select 1")
        for _ in 0..<20 {
            journal.records(50, padding: 500)
            journal.flush(deadline: .milliseconds(400))
            if journal.statistics.replacements > 0 { break }
        }
        let report = journal.flush(deadline: .seconds(20))
        #expect(report.pendingRows == 0)
        #expect(journal.statistics.replacements == 1)
        #expect(replaced.withLock { $0.first??.contains(".damaged-") } == true)
        let rows = try journal.makeReader().sequences()
        #expect(rows.last == journal.committedHead)
        #expect(rows == Array((rows.first ?? 0)...journal.committedHead))
        #expect(fixture.files("journal.db.damaged-").count >= 1)
    }

    @Test("a database of a newer version is refused with advice, and left alone")
    func newer() throws {
        try fill(3)
        _ = try fixture.sqlite("pragma user_version = 9")
        let error = #expect(throws: JournalError.self) { _ = try fixture.open() }
        #expect(error?.reason == .newerSchema)
        #expect(error?.description.contains("schema 9") == true)
        #expect(fixture.files("journal.db.damaged").isEmpty)
        #expect(try fixture.sqlite("select count(*) from record") == "3\n")
    }

    @Test("the check of the file stops at its budget, and the journal opens all the same")
    func checkBudget() throws {
        try fill(5_000)
        var settings = JournalSettings.smallQueue
        settings.checkBudget = .zero
        let journal = try fixture.open(settings)
        #expect(!journal.opening.isCheckComplete)
        #expect(journal.opening.damagedFile == nil)
        #expect(journal.record() == 5_001)
    }
}

extension JournalSettings {
    /// A bound that tests can reach, and with it small blocks of reserved numbers.
    static let smallQueue: JournalSettings = {
        var settings = JournalSettings.quick
        settings.maximumPendingRows = 100
        return settings
    }()
}
