import Protocol
import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

@Suite struct CountsTests {
    private let calendar = PeriodCalendar(zone: ZoneRules(fixedOffset: .seconds(8 * 3_600)))
    /// 10:20 on 2026-11-21 in China.
    private let morning = WallInstant(millisecondsSince1970: 1_795_227_600_000)

    @Test("an hour is due when it is over, a day after midnight, and their stretches touch")
    func stretches() {
        var schedule = CountsSchedule(head: 100, at: morning, calendar)
        #expect(schedule.due(head: 150, at: morning + .seconds(39 * 60), calendar).isEmpty)
        let first = schedule.due(head: 200, at: morning + .seconds(40 * 60), calendar)
        #expect(
            first == [.init(start: morning - .seconds(20 * 60), length: .hour, after: 100, through: 200)])
        // What is not journalled stays due, with the same numbers.
        #expect(schedule.due(head: 300, at: morning + .seconds(41 * 60), calendar) == first)
        schedule.journalled(first[0])
        // The gateway was off until the next day: one stretch for the hours that nobody saw.
        let next = schedule.due(head: 900, at: morning + .seconds(86_400), calendar)
        #expect(next.map(\.length) == [.hour, .day])
        #expect(next.map(\.after) == [200, 100])
        #expect(next.map(\.through) == [900, 900])
        #expect(next[1].start == calendar.start(of: .day, containing: morning))
    }

    @Test("a clock that is set back ends the hour at once and counts nothing twice")
    func setBack() {
        var schedule = CountsSchedule(head: 0, at: morning, calendar)
        var through: Int64 = 0
        for (head, hours) in [(10, 1), (20, -1), (20, 0), (35, 1)] as [(Int64, Int)] {
            for due in schedule.due(head: head, at: morning + .seconds(hours * 3_600), calendar)
            where due.length == .hour {
                #expect(due.after == through)
                through = due.through
                schedule.journalled(due)
            }
        }
        #expect(through == 35)
    }

    @Test("what cannot be counted waits, a restart finds it again, and what waits is bounded")
    func retried() throws {
        var schedule = CountsSchedule(head: 0, at: morning, calendar)
        for hour in 1...100 {
            _ = schedule.due(head: Int64(hour), at: morning + .seconds(hour * 3_600), calendar)
        }
        let end = morning + .seconds(100 * 3_600)
        let hours = schedule.due(head: 100, at: end, calendar).filter { $0.length == .hour }
        #expect(hours.map(\.after) == Array(0..<Int64(CountsSchedule.mostEnded)))
        // A run that knows only what is journalled has one stretch in place of the hours.
        var next = try #require(CountsSchedule(text: schedule.text))
        #expect(next.due(head: 100, at: end, calendar).map(\.after) == [0, 0])
        for hour in hours { schedule.journalled(hour) }
        let rest = schedule.due(head: 100, at: end, calendar).filter { $0.length == .hour }
        #expect(rest.map(\.after) == [48] && rest.map(\.through) == [100])
        next = try #require(CountsSchedule(text: schedule.text))
        #expect(next.due(head: 100, at: end, calendar).first?.after == 48)
    }

    @Test("the schedule survives as text; other text is none")
    func text() {
        var schedule = CountsSchedule(head: 7, at: morning, calendar)
        for due in schedule.due(head: 9, at: morning + .seconds(3_600), calendar) { schedule.journalled(due) }
        #expect(CountsSchedule(text: schedule.text) == schedule)
        for text in ["", "1 2 3 4", "2 1 2 3 4", "1 a 2 3 4", "1 -1 2 3 4", "1 1 2 3 4 5"] {
            #expect(CountsSchedule(text: text) == nil, "\(text)")
        }
    }

    @Test("what is settled and what is owed make up the stretch", arguments: 0..<20)
    func settled(round: Int) {
        var generator = SeededGenerator()
        var ledger = BacklogLedger()
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
            let low = Int64.random(in: 1...200, using: &generator)
            ledger.settle(low...low + Int64.random(in: 0...9, using: &generator))
        }
        let low = Int64.random(in: 1...100, using: &generator)
        let stretch = low...low + Int64.random(in: 0...150, using: &generator)
        let parts = UplinkTally("u", ledger: ledger, stretch: stretch).settled
        for sequence in stretch {
            #expect(parts.contains { $0.contains(sequence) } == !ledger.owes(sequence), "\(generator)")
        }
        #expect(parts.allSatisfy { stretch.contains($0.lowerBound) && stretch.contains($0.upperBound) }, "\(generator)")
    }

    @Test("the record says what each uplink carries, what was acknowledged and where the gaps are")
    func record() {
        var ledger = BacklogLedger()
        ledger.settle(1...5)
        ledger.settle(7...9)
        var tally = UplinkTally("province", ledger: ledger, stretch: 4...12)
        for sequence in [4, 6, 8, 11] as [Int64] { tally.add(sequence, sequence == 8 ? .hour : .minute) }
        let report = CountsReport(
            after: 3, through: 12, kinds: [.init(.minute, 8), .init(.hour, 1)],
            uplinks: [tally.report(setAside: [6, 40])])
        let record = Record(
            kind: .counts, place: .gateway, at: morning, dataTime: calendar.zone.civilTime(at: morning),
            period: .seconds(3_600), content: .counts(report))
        let text = String(decoding: RecordEncoder(gateway: "g").encode(record, sequence: 13), as: UTF8.self)
        #expect(
            text.hasSuffix(
                #""period":3600,"counts":{"after":3,"through":12,"records":9,"kinds":{"minute":8,"hour":1},"uplinks":{"province":{"first":4,"last":11,"records":4,"kinds":{"minute":3,"hour":1},"acknowledged":2,"owed":4,"gaps":[[6,6],[10,12]],"setAside":[6]}}}}"#
            ), "\(text)")
    }
}
