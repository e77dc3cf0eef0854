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
        #expect(journal.opening.loss?.cause == .damaged)
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
        #expect(journal.opening.loss?.cause == .missing)
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
        #expect(journal.opening.loss?.cause == .older)
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
        journal.onReplacement { loss in replaced.withLock { $0.append(loss.damagedFile) } }
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
        journal.onReplacement { loss in replaced.withLock { $0.append(loss.damagedFile) } }
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

    // MARK: The write-ahead log and what is beside the database

    /// What the directory holds after a SIGKILL at this moment.
    private func killed(_ journal: Journal) throws -> JournalFixture {
        let copy = JournalFixture()
        for name in fixture.files() where name != "journal.lock" && !name.hasSuffix("-shm") {
            try Data(contentsOf: URL(fileURLWithPath: fixture.directory.file(name)))
                .write(to: URL(fileURLWithPath: copy.directory.file(name)))
        }
        return copy
    }

    private static let losses = [
        "a bit in its middle", "a bit in its last commit", "half of it", "all of it", "emptied", "an old copy",
        "looked at",
    ]

    @Test("R01, R02: after a crash with a damaged write-ahead log no number is given out again", arguments: losses)
    func damagedLog(kind: String) throws {
        let running = try fixture.open(.smallQueue)
        var early = Data()
        for round in 0..<10 {
            for _ in 0..<20 { running.record(padding: 300) }
            running.flush(deadline: .seconds(20))
            if round == 3 { early = try Data(contentsOf: URL(fileURLWithPath: fixture.database + "-wal")) }
        }
        let copy = try killed(running)
        let log = URL(fileURLWithPath: copy.database + "-wal")
        var bytes = try Data(contentsOf: log)
        switch kind {
        case "a bit in its middle": bytes[bytes.count / 2] ^= 4
        case "a bit in its last commit": bytes[bytes.count - 2_000] ^= 4
        case "half of it": bytes = bytes.prefix(bytes.count / 2)
        case "emptied": bytes = Data()
        case "an old copy": bytes = early
        default: break
        }
        try bytes.write(to: log)
        if kind == "all of it" || kind == "looked at" { try FileManager.default.removeItem(at: log) }
        // Without its log there is not much to look at.
        if kind == "looked at" { _ = try? JournalInspector(directory: copy.path).contents() }

        var journal = try copy.open(.smallQueue)
        let loss = try #require(journal.opening.loss)
        #expect(loss.cause == .older)
        #expect(loss.numbers?.upperBound == journal.opening.lastUsed)
        #expect(journal.opening.lastUsed >= 200)
        // Nobody has written yet, and it is killed again.
        let again = JournalFixture()
        for name in copy.files() where name.hasPrefix("journal.") && name != "journal.lock" && !name.hasSuffix("-shm") {
            try Data(contentsOf: URL(fileURLWithPath: copy.directory.file(name)))
                .write(to: URL(fileURLWithPath: again.directory.file(name)))
        }
        #expect(try again.open(.smallQueue).opening.lastUsed >= journal.opening.lastUsed)
        // And closed again.
        journal.close(deadline: .seconds(20))
        journal = try copy.open(.smallQueue)
        #expect(try #require(journal.record()) > loss.numbers?.upperBound ?? .max)
        journal.close(deadline: .seconds(20))
        let finding = try copy.verify().finding
        #expect(finding == nil, "\(finding?.description ?? "")")
    }

    @Test("an ordinary crash goes on without a gap, and is no loss")
    func ordinaryCrash() throws {
        let running = try fixture.open(.smallQueue)
        for _ in 0..<20 { running.record() }
        running.flush(deadline: .seconds(20))
        let journal = try killed(running).open(.smallQueue)
        #expect(journal.opening.loss == nil)
        #expect(journal.record() == 21)
    }

    @Test("who only looks leaves nothing behind, and touches no log that holds something")
    func looking() throws {
        try fill(10)
        func look() throws {
            #expect(try JournalInspector(directory: fixture.path).contents().head == 10)
            #expect(try JournalReader(directory: fixture.path).head() == 10)
        }
        try look()
        #expect(fixture.files() == ["journal.ballast", "journal.db", "journal.lock", "journal.seq"])
        try fixture.directory.write("", to: "journal.db-wal")
        try look()
        #expect(fixture.files() == ["journal.ballast", "journal.db", "journal.lock", "journal.seq"])

        let running = try fixture.open(.smallQueue)
        running.record()
        running.flush(deadline: .seconds(20))
        let copy = try killed(running)
        let log = try Data(contentsOf: URL(fileURLWithPath: copy.database + "-wal"))
        #expect(try JournalInspector(directory: copy.path).contents().head == 11)
        #expect(try JournalReader(directory: copy.path).head() == 11)
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy.database + "-wal")) == log)
    }

    private static let traces = [
        "rubbish, no database", "rubbish, a sound database", "empty, a damaged database", "nothing but a damaged file",
        "gone, and the database is older than told",
    ]

    @Test("R02: without a readable reserve numbers begin where no earlier journal can have been", arguments: traces)
    func unreadableReserve(kind: String) throws {
        try fill(50)
        let side = URL(fileURLWithPath: SequenceReserve.path(in: fixture.path))
        switch kind {
        case "rubbish, no database":
            try Data("rubbish".utf8).write(to: side)
            try FileManager.default.removeItem(atPath: fixture.database)
        case "rubbish, a sound database": try Data("rubbish".utf8).write(to: side)
        case "empty, a damaged database":
            try Data().write(to: side)
            try fixture.overwrite("journal.db", at: 0, with: Array(repeating: 0x5A, count: 200))
        case "nothing but a damaged file":
            try FileManager.default.removeItem(at: side)
            _ = try JournalFile.moveAside(fixture.database)
        default:
            try FileManager.default.removeItem(at: side)
            _ = try HeadMark(directory: fixture.path, at: 60)
        }
        let surroundings = TestSurroundings()
        surroundings.day = 21_000
        let journal = try fixture.open(.smallQueue, surroundings)
        #expect(journal.opening.lastUsed == surroundings.value.wall().millisecondsSince1970)
        #expect(journal.opening.loss?.numbers?.upperBound == journal.opening.lastUsed)
        #expect(journal.record() == journal.opening.lastUsed + 1)
        journal.close(deadline: .seconds(20))
        #expect(try fixture.verify().finding == nil)
        #expect(try fixture.open(.smallQueue, surroundings).opening.loss == nil)
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
