import Telemetry
import Testing

/// Central Europe in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
private let berlin = ZoneRules(periods: [
    .init(start: WallInstant(millisecondsSince1970: 1_761_440_400_000), offset: .seconds(3_600)),
    .init(start: WallInstant(millisecondsSince1970: 1_774_746_000_000), offset: .seconds(7_200)),
    .init(start: WallInstant(millisecondsSince1970: 1_792_890_000_000), offset: .seconds(3_600)),
])

@Suite struct PeriodCalendarTests {
    private func instant(_ text: String, _ zone: ZoneRules = .china) throws -> WallInstant {
        zone.instant(of: try #require(CivilTime(compact: text.utf8)))
    }

    @Test(
        "periods start on the plant's clock",
        arguments: [
            (PeriodLength.minutes(1), "20261121102059", "20261121102000"),
            (.minutes(10), "20261121102959", "20261121102000"), (.minutes(30), "20261121102959", "20261121100000"),
            (.hour, "20261121102959", "20261121100000"), (.day, "20261121000000", "20261121000000"),
            (.day, "20261121235959", "20261121000000"),
        ])
    func starts(length: PeriodLength, moment: String, start: String) throws {
        let calendar = PeriodCalendar(zone: .china)
        #expect(try calendar.start(of: length, containing: instant(moment)) == instant(start))
    }

    @Test("a day of the clock change has 23 or 25 hours, and each hour is a period of its own")
    func clockChange() throws {
        let calendar = PeriodCalendar(zone: berlin)
        for (day, hours) in [("20260329000000", 23), ("20261025000000", 25), ("20260610000000", 24)] {
            let start = try instant(day, berlin)
            let end = calendar.end(of: .day, startingAt: start)
            #expect(end - start == .seconds(hours * 3_600), "\(day)")
            var starts: Set<WallInstant> = []
            var moment = start
            while moment < end {
                starts.insert(calendar.start(of: .hour, containing: moment))
                moment = moment + .seconds(600)
            }
            #expect(starts.count == hours, "\(day)")
        }
    }
}
