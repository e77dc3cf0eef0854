import Foundation
import Synchronization
import TestSupport
import Testing

@testable import TelemetryStore

@Suite(.timeLimit(.minutes(1))) struct JournalDiskTests {
    let fixture = JournalFixture()
    let surroundings = TestSurroundings()

    /// Rows of all lanes: of ten, seven raw, two minutes, one alarm.
    private func fill(_ journal: Journal, _ rows: Int) {
        for index in 0..<rows {
            switch index % 10 {
            case 0: journal.record("alarm", lane: .urgent, padding: 900)
            case 1, 2: journal.record("minute", lane: .ordinary, padding: 900)
            default: journal.record("raw", lane: .bulk, padding: 900)
            }
            if index % 200 == 199 { journal.flush(deadline: .seconds(20)) }
        }
        journal.flush(deadline: .seconds(20))
    }

    private func count(_ kind: String) throws -> Int {
        Int(try fixture.sqlite("select count(*) from record where kind = '\(kind)'").dropLast()) ?? -1
    }

    @Test("R08: near its limit the journal says so, then gives up the oldest bulk records, then ordinary, never urgent")
    func lanes() throws {
        let journal = try fixture.open(.keeping(disk: DiskLimits(maximumBytes: 4_000_000)), surroundings)
        let heard = Mutex<[DiskPressure]>([])
        let deleted = Mutex<[JournalDeletion]>([])
        journal.onPressure { pressure in heard.withLock { $0.append(pressure) } }
        journal.onSacrifice { deletion in deleted.withLock { $0.append(deletion) } }
        fill(journal, 3_300)
        #expect(eventually { heard.withLock { $0 } == [.scarce] })
        #expect(journal.statistics.sacrificed == 0)

        fill(journal, 4_000)
        #expect(eventually { journal.statistics.usedBytes <= 3_600_000 })
        #expect(heard.withLock { $0 } == [.scarce, .exhausted])
        #expect(try count("alarm") == 730)
        #expect(try count("minute") == 1_460)
        let reader = try journal.makeReader()
        let raws = KindFilter.only(["raw"])
        #expect(try eventually { journal.statistics.sacrificed + (try reader.count(1...7_300, kinds: raws)) == 5_110 })
        #expect(try reader.previousSequence(before: .max, kinds: raws) == 7_300)
        #expect(journal.statistics.sacrificed > 2_900)
        #expect(deleted.withLock { Set($0.map(\.kind)) } == ["raw"])
        #expect(eventually { deleted.withLock { $0.reduce(0) { $0 + $1.rows } } == journal.statistics.sacrificed })

        // Bulk alone is not enough any more.
        for _ in 0..<10 { fill(journal, 1_000) }
        #expect(eventually { journal.statistics.usedBytes <= 3_600_000 })
        #expect(try count("alarm") == 1_730)
        #expect(try count("minute") < 3_460)
        #expect(journal.statistics.failedCommits == 0)
        #expect(journal.statistics.dropped == 0)
        // Eighteen megabytes went in, far faster than any plant makes them.
        #expect(journal.statistics.databaseBytes < 12_000_000)
        let finding = try fixture.verify().finding
        #expect(finding == nil, "\(finding?.description ?? "")")
    }

    @Test("R08: room that is kept for a full disk is given up then, also before opening, and taken again later")
    func ballast() throws {
        let path = fixture.directory.file("journal.ballast")
        func size() -> Int64 { JournalFile.size(of: path) }
        surroundings.freeBytes = 1_000_000_000
        let settings = JournalSettings.keeping(disk: DiskLimits(minimumFreeBytes: 100_000_000))
        var journal = try fixture.open(settings, surroundings)
        #expect(size() == DiskBallast.bytes)
        surroundings.freeBytes = 5_000_000
        #expect(eventually { size() == 0 })
        // Not before there is plenty.
        surroundings.freeBytes = 101_000_000
        journal.close(deadline: .seconds(10))
        journal = try fixture.open(settings, surroundings)
        #expect(size() == 0)
        surroundings.freeBytes = 200_000_000
        #expect(eventually { size() == DiskBallast.bytes })
        journal.close(deadline: .seconds(10))
        surroundings.freeBytes = 0
        journal = try fixture.open(settings, surroundings)
        #expect(size() == 0)
        journal.close(deadline: .seconds(10))
    }

    @Test("when only urgent records are left nothing is deleted any more")
    func urgentOnly() throws {
        let journal = try fixture.open(.keeping(disk: DiskLimits(maximumBytes: 200_000)), surroundings)
        journal.record("raw", lane: .bulk)
        for _ in 0..<500 { journal.record("alarm", lane: .urgent, padding: 900) }
        journal.flush(deadline: .seconds(20))
        #expect(eventually { journal.statistics.sacrificed == 1 })
        #expect(journal.statistics.pressure == .exhausted)
        #expect(try count("alarm") == 500)
        #expect(journal.record("alarm", lane: .urgent) == 502)
        #expect(journal.flush(deadline: .seconds(20)).pendingRows == 0)
    }

    @Test("the last record stays whatever it is, so that its number is never used again")
    func lastRecord() throws {
        let settings = JournalSettings.keeping(disk: DiskLimits(maximumBytes: 1))
        let journal = try fixture.open(settings, surroundings)
        for _ in 0..<300 { journal.record("raw", lane: .bulk) }
        journal.flush(deadline: .seconds(20))
        #expect(eventually { journal.statistics.sacrificed == 299 })
        journal.close(deadline: .seconds(20))
        let again = try fixture.open(settings, surroundings)
        #expect(again.opening.skippedNumbers == 0)
        #expect(again.record("raw", lane: .bulk) == 301)
        again.flush(deadline: .seconds(20))
        #expect(eventually { again.statistics.sacrificed == 1 })
        #expect(try fixture.verify().finding == nil)
    }

    @Test("R08: a file system that others fill is noticed early, and what is given up is counted as owed where it was")
    func freeSpace() throws {
        surroundings.freeBytes = 1_000_000_000
        let limits = DiskLimits(minimumFreeBytes: 100_000_000)
        let journal = try fixture.open(.keeping(disk: limits), surroundings)
        journal.protect { kind, _ in kind == "raw" ? 1_001 : nil }
        fill(journal, 3_000)
        #expect(eventually { journal.statistics.usedBytes > 2_500_000 })
        #expect(journal.statistics.pressure == .ample)
        surroundings.freeBytes = 120_000_000
        #expect(eventually { journal.statistics.pressure == .scarce })
        #expect(journal.statistics.sacrificed == 0)
        surroundings.freeBytes = 0
        #expect(eventually { journal.statistics.pressure == .exhausted })
        #expect(eventually { journal.statistics.sacrificed > 0 })
        fill(journal, 3_000)
        #expect(eventually { journal.statistics.sacrificed > 1_400 })
        surroundings.freeBytes = 1_000_000_000
        #expect(eventually { journal.statistics.pressure == .ample })
        let raws = KindFilter.only(["raw"])
        let first = try #require(try journal.makeReader().sequences(raws).first)
        #expect(first > 1_001)
        let gone = (1..<first).count { $0 % 10 == 0 || $0 % 10 > 3 }
        #expect(journal.statistics.sacrificed == gone)
        #expect(journal.statistics.sacrificedOwed == gone - 700)
        #expect(try fixture.verify().finding == nil)
        // What was owed is a gap for those who carry it; the rest is not.
        let gap = try #require(try journal.makeReader().gaps(of: raws).stretches.first)
        #expect(try journal.makeReader().gaps(of: raws).stretches == [gap])
        #expect(gap.lowerBound == 1_001)
        #expect(gap.upperBound < first && first - gap.upperBound <= 4)
        #expect(try journal.makeReader().gaps(of: .only(["minute"])) == JournalGaps())
        #expect(JournalGaps([gap]).end(before: first) == gap.upperBound)
        #expect(JournalGaps([gap]).end(before: 1_500) == 1_499)
        #expect(JournalGaps([gap]).end(before: 1_001) == 0)
    }

    @Test("R08: what was given up and not told survives a stop and a crash, and is told once")
    func account() throws {
        let settings = JournalSettings.keeping(disk: DiskLimits(maximumBytes: 1_000_000))
        var journal = try fixture.open(settings, surroundings)
        journal.protect { _, _ in 1 }
        fill(journal, 2_000)
        #expect(eventually { journal.statistics.sacrificed > 0 && journal.statistics.usedBytes <= 900_000 })
        // One more is committed when the deletion under way is over.
        fill(journal, 1)
        let deleted = journal.statistics.sacrificed
        let raw = try #require(journal.givenUp.first { $0.kind == "raw" })
        #expect(journal.givenUp.reduce(0) { $0 + Int($1.records) } == deleted)
        #expect(journal.givenUp.allSatisfy { $0.records == $0.owed })
        #expect(raw.numbers.lowerBound == 4)
        // As a crash leaves it.
        let copy = JournalFixture()
        for name in fixture.files() where name != "journal.lock" && !name.hasSuffix("-shm") {
            try Data(contentsOf: URL(fileURLWithPath: fixture.directory.file(name)))
                .write(to: URL(fileURLWithPath: copy.directory.file(name)))
        }
        #expect(try copy.open().givenUp == journal.givenUp)

        let note = raw.note
        journal.append(kind: "audit", lane: .urgent, outlet: "_gateway", timestamp: 0, note: note) { _ in [0x7B, 0x7D] }
        journal.close(deadline: .seconds(20))
        journal = try fixture.open(settings, surroundings)
        #expect(!journal.givenUp.contains { $0.kind == "raw" })
        fill(journal, 1_000)
        #expect(eventually { journal.statistics.sacrificed > 0 && journal.statistics.usedBytes <= 900_000 })
        let more = try #require(journal.givenUp.first { $0.kind == "raw" })
        #expect(more.numbers.lowerBound == raw.numbers.upperBound + 1)
        #expect(Int(more.records) <= journal.statistics.sacrificed)
        #expect(try fixture.verify().finding == nil)
    }

    @Test(
        "an account that is none is none",
        arguments: ["", "1 2 3", "1 2 4 3", "-1 0 1 1", "1 2 3 x", "1 2 3 9223372036854775807"])
    func badAccount(text: String) {
        #expect(GivenUp("raw", in: ["journal:given-up:raw": text]) == nil)
    }

    @Test("R29: a log held by a stranger is told, and cut when the stranger is gone")
    func heldLog() throws {
        let journal = try fixture.open(.keeping(), surroundings)
        journal.records(10)
        journal.flush(deadline: .seconds(20))
        do {
            let stranger = try SQLiteConnection(path: fixture.database, mode: .readOnly)
            try stranger.execute("BEGIN")
            #expect(try stranger.integer("SELECT count(*) FROM record") == 10)
            for _ in 0..<25 {
                journal.records(100, padding: 10_000)
                journal.flush(deadline: .seconds(20))
            }
            #expect(eventually { journal.statistics.isLogHeld })
            #expect(try stranger.integer("SELECT count(*) FROM record") == 10)
            #expect(journal.statistics.failedCommits == 0)
        }
        #expect(eventually { !journal.statistics.isLogHeld && journal.statistics.writeAheadLogBytes < 1_000_000 })
        #expect(journal.statistics.keepingError == nil)
    }

    @Test("our own readers never hold the log, however long they live and wherever they stopped")
    func ownReaders() throws {
        let journal = try fixture.open(.keeping(), surroundings)
        journal.records(100)
        journal.flush(deadline: .seconds(20))
        let reader = try journal.makeReader()
        let inspector = try JournalInspector(directory: fixture.path)
        for _ in 0..<25 {
            _ = try reader.read(after: 0, through: 100, kinds: .all, limit: 3)
            _ = try inspector.digest(after: 0, through: 50)
            _ = try inspector.contents()
            journal.records(100, padding: 10_000)
            journal.flush(deadline: .seconds(20))
        }
        _ = try inspector.verify()
        #expect(eventually { journal.statistics.writeAheadLogBytes < 17_000_000 && !journal.statistics.isLogHeld })
    }
}

@Suite struct DiskGaugeTests {
    private static let limits = DiskLimits(maximumBytes: 1_000)

    @Test("pressure rises at 80 and 95 percent, and falls with a distance")
    func thresholds() {
        var gauge = DiskGauge()
        let steps: [(used: Int64, pressure: DiskPressure, deletes: Bool)] = [
            (0, .ample, false), (799, .ample, false), (800, .scarce, false), (760, .scarce, false),
            (749, .ample, false), (949, .scarce, false), (950, .exhausted, true), (901, .exhausted, true),
            (900, .exhausted, false), (920, .exhausted, true), (800, .exhausted, false), (799, .scarce, false),
            (2_000, .exhausted, true), (100, .ample, false), (950, .exhausted, true),
        ]
        for step in steps {
            let deletes = gauge.read(
                usedBytes: step.used, fileBytes: step.used, freeBytes: nil, limits: Self.limits)
            #expect(deletes == step.deletes, "\(step)")
            #expect(gauge.pressure == step.pressure, "\(step)")
        }
    }

    @Test("the file system's room counts like a limit; the nearer one holds")
    func capacity() {
        let both = DiskLimits(maximumBytes: 1_000, minimumFreeBytes: 300)
        #expect(both.capacity(fileBytes: 500, freeBytes: 5_000) == 1_000)
        #expect(both.capacity(fileBytes: 500, freeBytes: 400) == 600)
        #expect(both.capacity(fileBytes: 500, freeBytes: 100) == 500)
        #expect(both.capacity(fileBytes: 500, freeBytes: nil) == 1_000)
        #expect(DiskLimits(minimumFreeBytes: 1).capacity(fileBytes: 0, freeBytes: 0) == 1)
        #expect(DiskLimits().capacity(fileBytes: 9, freeBytes: 0) == .max)
    }

    @Test("without limits it is always ample")
    func unlimited() {
        var gauge = DiskGauge()
        let deletes = gauge.read(usedBytes: .max, fileBytes: .max, freeBytes: 0, limits: DiskLimits())
        #expect(!deletes)
        #expect(gauge.pressure == .ample)
    }
}
