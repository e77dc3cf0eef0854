import Foundation
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import TelemetryStore

@Suite(.timeLimit(.minutes(1))) struct JournalRetentionTests {
    let fixture = JournalFixture()
    let surroundings = TestSurroundings()

    /// One day: `count` realtime records with a minute and an alarm among them, durable when it returns.
    private func live(_ journal: Journal, _ count: Int) {
        for index in 0..<count {
            journal.record(index == 3 ? "minute" : index == 7 ? "alarm" : "realtime")
        }
        journal.flush(deadline: .seconds(20))
        surroundings.day += 1
    }

    private func sequences(_ journal: Journal, _ kind: String) throws -> [Int64] {
        try journal.makeReader().sequences(.only([kind]))
    }

    @Test("each kind is kept for its days, others for ever, and the chains still hold")
    func rules() throws {
        var journal = try fixture.open(.keeping(["realtime": 2, "minute": 4]), surroundings)
        for _ in 0..<6 { live(journal, 20) }
        // Days 5 and 6 of realtime: numbers 81…120. Days 3…6 of minutes.
        #expect(eventually { journal.statistics.expired == 4 * 18 + 2 })
        #expect(try sequences(journal, "realtime") == (81...120).filter { ![84, 88, 104, 108].contains($0) })
        #expect(try sequences(journal, "minute") == [44, 64, 84, 104])
        #expect(try sequences(journal, "alarm") == [8, 28, 48, 68, 88, 108])
        #expect(journal.statistics.sacrificed == 0)
        var report = try fixture.verify()
        #expect(report.finding == nil)
        #expect(report.deleted == 74)

        // A restart finds the chains where they were, also of a kind that is gone altogether.
        journal.close(deadline: .seconds(20))
        journal = try fixture.open(.keeping(["realtime": 1, "minute": 1, "alarm": 1]), surroundings)
        for _ in 0..<2 {
            journal.record("hour")
            journal.flush(deadline: .seconds(20))
            surroundings.day += 1
        }
        #expect(eventually { try! fixture.sqlite("select count(*) from record where kind <> 'hour'") == "0\n" })
        journal.close(deadline: .seconds(20))
        journal = try fixture.open(.quick, surroundings)
        live(journal, 20)
        report = try fixture.verify()
        #expect(report.finding == nil)
        #expect(report.checked == 22)
        #expect(try fixture.sqlite("select count(*), min(deleted) from chain") == "3|6\n")
    }

    @Test("after retention, alteration is still found: in records, in what is gone, and in the account of it")
    func stillFound() throws {
        let journal = try fixture.open(.keeping(["realtime": 2]), surroundings)
        for _ in 0..<6 { live(journal, 20) }
        #expect(eventually { journal.statistics.expired == 72 })
        journal.close(deadline: .seconds(20))
        let tampering: [(sql: String, fault: ChainFinding.Fault)] = [
            ("update record set body = '{}' where seq = 44", .altered),
            ("delete from record where seq = 44", .altered),
            ("delete from record where kind = 'minute'", .missing),
            ("delete from record where seq = 90", .missing), ("delete from record where seq = 120", .missing),
            ("update chain set hash = zeroblob(32)", .altered), ("update chain set through = through + 5", .inserted),
            ("delete from chain", .missing), ("update chain set deleted = deleted + 1", .altered),
        ]
        for (sql, fault) in tampering {
            let backup = try Data(contentsOf: URL(fileURLWithPath: fixture.database))
            #expect(try fixture.sqlite(sql) == "")
            #expect(try fixture.verify().finding != nil, "\(sql)")
            if fault != .missing { #expect(try fixture.verify().finding?.fault == fault, "\(sql)") }
            try backup.write(to: URL(fileURLWithPath: fixture.database))
        }
        #expect(try fixture.verify().finding == nil)
    }

    @Test("what somebody still owes stays, and goes when it is acknowledged")
    func owed() throws {
        let journal = try fixture.open(.keeping(["realtime": 1, "minute": 1]), surroundings)
        journal.protect { kind, cursors in
            kind == "realtime" ? (cursors["province"].flatMap { Int64($0) } ?? 0) + 1 : nil
        }
        for _ in 0..<4 { live(journal, 20) }
        #expect(eventually { journal.statistics.expired == 3 }, "minutes are owed to nobody")
        #expect(try sequences(journal, "realtime").count == 72)
        journal.saveCursor(uplink: "province", state: "30")
        // 30 without 4, 8, 24 and 28.
        #expect(eventually { journal.statistics.expired == 3 + 26 })
        #expect(try sequences(journal, "realtime").first == 31)
        journal.saveCursor(uplink: "province", state: "80")
        #expect(eventually { journal.statistics.expired == 3 + 54 })
        #expect(try sequences(journal, "realtime").first == 61)
        #expect(try fixture.verify().finding == nil)
    }

    @Test("R21: a clock that shows 1970 or 2099 for a while costs a day at most, and stops nothing")
    func clocks() throws {
        let journal = try fixture.open(.keeping(["realtime": 4]), surroundings)
        let today = surroundings.day
        for day in [today, 0, today + 1, 47_000, today + 1, today + 2, 0, today + 2, today + 3] {
            surroundings.day = day
            live(journal, 20)
        }
        // Days in the order in which they were seen first: today, 0, +1, 47000, +2, +3. The last four begin with +1.
        #expect(eventually { journal.statistics.expired == 36 })
        #expect(try sequences(journal, "realtime").first == 41)
    }

    @Test("rules of less than a day mean a day; by default everything is kept")
    func values() {
        #expect(RetentionRules(days: ["raw": 0, "frame": -7]).days == ["raw": 1, "frame": 1])
        var rules = RetentionRules(days: ["realtime": 90])
        rules["raw"] = 0
        #expect(rules["raw"] == 1)
        rules["raw"] = nil
        #expect(rules["raw"] == nil)
        #expect(JournalSettings().retention == .keepEverything)
    }

    @Test("a journal is sound to a checker and to a subset reader at every moment of a long deletion")
    func concurrent() throws {
        let journal = try fixture.open(.keeping(["realtime": 1]), surroundings)
        for _ in 0..<3 { live(journal, 4_000) }
        let reader = try journal.makeReader()
        repeat {
            #expect(try fixture.verify().finding == nil)
            #expect(try reader.sequences(.only(["minute"])) == [4, 4_004, 8_004])
        } while journal.statistics.expired < 2 * 3_998
        #expect(try fixture.verify().checked == 4_004)
    }

    @Test("R03: after a long backlog the file shrinks, in steps, while records keep coming")
    func shrinks() throws {
        let journal = try fixture.open(.keeping(["realtime": 1]), surroundings)
        for _ in 0..<12 {
            for _ in 0..<1_000 { journal.record("realtime", padding: 1_500) }
            journal.flush(deadline: .seconds(20))
        }
        let before = journal.statistics.databaseBytes
        #expect(before > 15_000_000)
        surroundings.day += 1
        journal.record("hour")
        #expect(eventually { journal.statistics.expired == 12_000 })
        #expect(
            eventually {
                journal.record("minute")
                journal.flush(deadline: .seconds(20))
                return journal.statistics.usedBytes < 1_000_000 && journal.statistics.databaseBytes < before / 2
            })
        #expect(journal.statistics.failedCommits == 0)
        #expect(try fixture.verify().finding == nil)
    }
}

@Suite struct KeepingScheduleTests {
    private func moment(_ milliseconds: Int64) -> Uptime { Uptime(nanoseconds: milliseconds * 1_000_000) }

    @Test("a commit goes first, but not for ever")
    func order() {
        let schedule = KeepingSchedule(interval: .seconds(10), at: moment(0))
        #expect(!schedule.isDue(at: moment(9_999), commit: nil))
        #expect(schedule.isDue(at: moment(10_000), commit: nil))
        #expect(schedule.isDue(at: moment(10_000), commit: moment(10_100)))
        #expect(!schedule.isDue(at: moment(10_000), commit: moment(10_000)))
        #expect(!schedule.isDue(at: moment(10_099), commit: .zero))
        #expect(schedule.isDue(at: moment(10_100), commit: .zero))
    }

    @Test("a step takes a tenth of the time, and turns with commits when space is short")
    func pauses() {
        var schedule = KeepingSchedule(interval: .seconds(10), at: moment(0))
        schedule.ended(.more, took: .milliseconds(40), at: moment(1_000))
        #expect(schedule.next == moment(1_360))
        schedule.ended(.more, took: .zero, at: moment(1_000))
        #expect(schedule.next == moment(1_020))
        schedule.ended(.urgent, took: .milliseconds(40), at: moment(1_000))
        #expect(schedule.next == moment(1_001))
        #expect(!schedule.isDue(at: moment(1_000), commit: moment(900)))
        #expect(schedule.isDue(at: moment(1_001), commit: moment(900)))
        schedule.ended(.done, took: .milliseconds(40), at: moment(1_000))
        #expect(schedule.next == moment(11_000))
        schedule.hurry(at: moment(3_000))
        #expect(schedule.next == moment(3_000))
        schedule.hurry(at: moment(4_000))
        #expect(schedule.next == moment(3_000))
        #expect(schedule.isDue(at: moment(3_000), commit: .zero), "a commit that keeps failing does not put it off")
    }
}
