import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import TelemetryStore

@Suite(.timeLimit(.minutes(1))) struct JournalBoundsTests {
    let fixture = JournalFixture()

    @Test("R08: on a full disk rows wait, trouble is told once, and nothing is lost when there is space again")
    func full() throws {
        var settings = JournalSettings.quick
        settings.maximumFileBytes = 400_000
        let journal = try fixture.open(settings)
        let troubles = Mutex<[JournalError.Reason?]>([])
        journal.onTrouble { error in troubles.withLock { $0.append(error?.reason) } }
        for _ in 0..<20 {
            journal.records(50, padding: 1_000)
            journal.flush(deadline: .milliseconds(20))
        }
        #expect(eventually { journal.statistics.lastError?.reason == .full })
        let before = journal.statistics
        #expect(before.pendingRows > 0)
        #expect(before.failedCommits > 0)
        #expect(before.dropped == 0)

        journal.limitSize(to: nil)
        #expect(journal.flush(deadline: .seconds(30)).pendingRows == 0)
        #expect(try journal.makeReader().sequences() == Array(1...1_000))
        #expect(journal.statistics.lastError == nil)
        #expect(troubles.withLock { $0 } == [.full, nil])
    }

    @Test("R30: a full queue refuses rows without using their numbers, and counts them")
    func boundedRows() throws {
        var settings = JournalSettings.smallQueue
        settings.maximumFileBytes = 50_000
        let journal = try fixture.open(settings)
        for _ in 0..<400 { journal.record(padding: 2_000) }
        #expect(eventually { journal.statistics.failedCommits > 0 })
        let accepted = (0..<400).count { _ in journal.record(padding: 2_000) != nil }
        #expect(accepted <= 100)
        #expect(journal.statistics.pendingRows <= 100)
        #expect(journal.statistics.dropped >= 300)
        journal.limitSize(to: nil)
        journal.flush(deadline: .seconds(30))
        let sequences = try journal.makeReader().sequences()
        #expect(sequences == Array(1...Int64(sequences.count)))
        #expect(journal.record() == Int64(sequences.count) + 1)
    }

    @Test("R30: a queue full of bytes refuses rows as well")
    func boundedBytes() throws {
        var settings = JournalSettings(commitInterval: .seconds(3_600))
        settings.maximumPendingBytes = 100_000
        let journal = try fixture.open(settings)
        journal.record()
        #expect(eventually { journal.committedHead == 1 })
        let accepted = (0..<50).count { _ in journal.record(padding: 10_000) != nil }
        #expect(accepted == 10)
        #expect(journal.statistics.dropped == 40)
    }

    @Test("closing while the disk is full ends in time and says what was lost; the numbers are used again")
    func closeWhileFull() throws {
        var settings = JournalSettings.quick
        settings.maximumFileBytes = 50_000
        var journal = try fixture.open(settings)
        journal.records(100, padding: 2_000)
        #expect(eventually { journal.statistics.failedCommits > 0 })
        let report = journal.close(deadline: .milliseconds(200))
        #expect(report.pendingRows > 50)
        #expect(report.lastError?.reason == .full)
        journal = try fixture.open()
        #expect(journal.opening.skippedNumbers == 0)
        #expect(journal.record() == Int64(100 - report.pendingRows + 1))
    }

    @Test("a second journal on the same folder is refused by name of the owner")
    func locked() throws {
        let journal = try fixture.open()
        let error = #expect(throws: JournalError.self) { _ = try fixture.open() }
        #expect(error?.reason == .locked)
        #expect(error?.description.contains("pid \(getpid())") == true)
        #expect(error?.description.contains("data_directory") == true)
        journal.close(deadline: .seconds(20))
        #expect(try fixture.open().record() == 1)
    }

    @Test("a folder that is only missing is created; one that cannot be is a clear error")
    func directory() throws {
        let new = fixture.directory.file("new")
        #expect(try Journal(directory: new).record() == 1)
        let error = #expect(throws: JournalError.self) { _ = try Journal(directory: fixture.directory.file("a/b")) }
        #expect(error?.reason == .unwritable)
        #expect(error?.path == fixture.directory.file("a/b/journal.lock"))
        #expect(error?.detail.contains("must exist and be writable") == true)
        let file = try fixture.directory.write("", to: "file")
        let notDirectory = #expect(throws: JournalError.self) { _ = try Journal(directory: file) }
        #expect(notDirectory?.reason == .unwritable)
    }

    @Test("R29: the log grows while a stranger holds a transaction open, and is cut when that ends")
    func longReader() throws {
        let journal = try fixture.open()
        journal.records(10)
        journal.flush(deadline: .seconds(20))
        do {
            let stranger = try SQLiteConnection(path: fixture.database, mode: .readOnly)
            try stranger.execute("BEGIN")
            #expect(try stranger.integer("SELECT count(*) FROM record") == 10)
            for _ in 0..<15 {
                journal.records(100, padding: 10_000)
                journal.flush(deadline: .seconds(20))
            }
            #expect(journal.statistics.writeAheadLogBytes > 12_000_000)
            #expect(try stranger.integer("SELECT count(*) FROM record") == 10)
        }
        for _ in 0..<4 {
            journal.records(100, padding: 10_000)
            journal.flush(deadline: .seconds(20))
        }
        #expect(journal.statistics.writeAheadLogBytes < 10_000_000)
        #expect(try journal.makeReader().count(1...1_910, kinds: .all) == 1_910)
    }

    @Test("R09: a large journal opens in seconds, and the next record of a rare kind is found at once")
    func large() throws {
        try fixture.open().close(deadline: .seconds(20))
        let filled = try fixture.sqlite(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000)
            INSERT INTO record(seq, lane, kind, outlet, ts, body) SELECT i, 2, iif(i % 100000 = 0, 'alarm', 'raw'), 'd', i, '{"v":1,"seq":' || i || ',"x":1}' FROM n
            """)
        #expect(filled == "")
        let clock = ContinuousClock()
        var journal: Journal?
        let opening = try clock.measure { journal = try fixture.open() }
        #expect(opening < .seconds(10))
        #expect(journal?.opening.lastUsed == 300_000)
        let reader = try #require(try journal?.makeReader())
        let alarms = KindFilter.only(["alarm", "audit"])
        let reading = try clock.measure {
            for _ in 0..<20 {
                let page = try reader.read(after: 0, through: 300_000, kinds: alarms, limit: 2)
                #expect(page.rows.map(\.sequence) == [100_000, 200_000])
                #expect(try reader.previousSequence(before: 300_000, kinds: alarms) == 200_000)
                #expect(try reader.previousSequence(before: 300_000, kinds: .only(["day"])) == 0)
            }
        }
        // A scan of the table would take some 30 ms each time.
        #expect(reading < .milliseconds(500))
    }

    @Test("a folder that cannot be written is a clear error", .enabled(if: geteuid() != 0, "root may write anywhere"))
    func readOnly() throws {
        chmod(fixture.path, 0o500)
        defer { chmod(fixture.path, 0o700) }
        let error = #expect(throws: JournalError.self) { _ = try fixture.open() }
        #expect(error?.reason == .unwritable)
        #expect(error?.description.contains("Permission denied; the data directory must exist and be writable") == true)
    }
}
