import Telemetry
import Testing

@testable import TelemetryStore

@Suite struct CommitScheduleTests {
    private func moment(_ milliseconds: Int64) -> Uptime { Uptime(nanoseconds: milliseconds * 1_000_000) }

    @Test("a quiet journal commits at once, a busy one at the end of the interval")
    func interval() {
        var schedule = CommitSchedule(settings: JournalSettings())
        #expect(schedule.due(hasRows: false, hasCursors: false, isUrged: true) == nil)
        #expect(schedule.due(hasRows: true, hasCursors: false, isUrged: false) == .zero)
        schedule.committed(rows: true, startedAt: moment(1_000))
        #expect(schedule.due(hasRows: true, hasCursors: true, isUrged: false) == moment(1_250))
        #expect(schedule.due(hasRows: true, hasCursors: false, isUrged: true) == .zero)
    }

    @Test("cursors alone wait longer and do not delay a record")
    func cursors() {
        var schedule = CommitSchedule(settings: JournalSettings())
        schedule.committed(rows: true, startedAt: moment(1_000))
        #expect(schedule.due(hasRows: false, hasCursors: true, isUrged: false) == moment(2_000))
        schedule.committed(rows: false, startedAt: moment(2_000))
        #expect(schedule.due(hasRows: true, hasCursors: false, isUrged: false) == moment(1_250))
        #expect(schedule.due(hasRows: false, hasCursors: true, isUrged: false) == moment(3_000))
    }

    @Test("failures are retried ever later, at most every ten seconds, also when urged")
    func failures() {
        var schedule = CommitSchedule(settings: JournalSettings())
        var pauses: [Int64] = []
        for _ in 0..<9 {
            schedule.failed(at: moment(5_000))
            let due = schedule.due(hasRows: true, hasCursors: false, isUrged: true)
            pauses.append(((due ?? .zero) - moment(5_000)).wholeMilliseconds)
        }
        #expect(pauses == [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000])
        schedule.committed(rows: true, startedAt: moment(9_000))
        #expect(schedule.due(hasRows: true, hasCursors: false, isUrged: true) == .zero)
    }
}
