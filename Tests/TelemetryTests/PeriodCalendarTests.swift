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

    @Test("no period of a day overlaps another, and each has one offset", arguments: ClockChange.all)
    func coverage(_ change: ClockChange) throws {
        let calendar = PeriodCalendar(zone: change.zone)
        let start = calendar.start(of: .day, containing: change.instant)
        let end = calendar.end(of: .day, startingAt: start)
        #expect(end - start == .seconds(60 * change.minutesOfDay))
        for length in [PeriodLength.hour] + [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].map(PeriodLength.minutes) {
            var next = start
            while next < end {
                let (begun, over) = (next, calendar.end(of: length, startingAt: next))
                #expect(over > begun && over <= end)
                for instant in [begun, begun + .seconds(59), over - .milliseconds(1)] {
                    #expect(calendar.start(of: length, containing: instant) == begun, "\(length)")
                }
                #expect(
                    change.zone.offset(at: begun) == change.zone.offset(at: over - .milliseconds(1)), "\(length)")
                next = over
            }
            #expect(next == end, "\(length)")
        }
    }

    @Test("hours on the day of a change, by the clock", arguments: ClockChange.all)
    func hours(_ change: ClockChange) {
        let calendar = PeriodCalendar(zone: change.zone)
        let start = calendar.start(of: .day, containing: change.instant)
        var hours: [String] = []
        var next = start
        while next < calendar.end(of: .day, startingAt: start) {
            let end = calendar.end(of: .hour, startingAt: next)
            let clock = change.zone.civilTime(at: next)
            hours.append("\(clock.hour):\(clock.minute)+\(Int((end - next).inSeconds / 60))")
            next = end
        }
        #expect(Array(hours.dropFirst(change.first).prefix(change.hours.count)) == change.hours)
        #expect(hours.count == change.count)
        #expect(calendar.hours(from: start, to: next) == change.count)
    }
}

/// A day on which the clock of a zone is changed, or could be.
struct ClockChange: CustomTestStringConvertible, Sendable {
    let name: String
    /// Seconds since 1970.
    let at: Int64
    /// Minutes east of UTC.
    let before: Int
    let after: Int
    /// Hours of the day.
    let count: Int
    /// From the hour `first` on: where the clock stands at the beginning, and the minutes of the hour.
    let first: Int
    let hours: [String]

    init(_ name: String, _ at: Int64, _ before: Int, _ after: Int, _ count: Int, _ first: Int, _ hours: [String]) {
        (self.name, self.at, self.before, self.after) = (name, at, before, after)
        (self.count, self.first, self.hours) = (count, first, hours)
    }

    var testDescription: String { "\(name) \(at)" }
    var instant: WallInstant { WallInstant(millisecondsSince1970: at * 1_000) }
    var minutesOfDay: Int { 1_440 + before - after }

    var zone: ZoneRules {
        ZoneRules(periods: [
            .init(start: WallInstant(millisecondsSince1970: 0), offset: .seconds(60 * before)),
            // The name of the time changes, and not the time.
            .init(start: instant - .seconds(86_400), offset: .seconds(60 * before)),
            .init(start: instant, offset: .seconds(60 * after)),
        ])
    }

    static let all = [
        ClockChange("Asia/Shanghai", 1_775_314_800, 480, 480, 24, 1, ["1:0+60", "2:0+60"]),
        ClockChange("Asia/Kolkata", 1_775_314_800, 330, 330, 24, 1, ["1:0+60", "2:0+60"]),
        ClockChange("Asia/Kathmandu", 1_775_314_800, 345, 345, 24, 1, ["1:0+60", "2:0+60"]),
        ClockChange("Australia/Lord_Howe", 1_775_314_800, 660, 630, 25, 0, ["0:0+60", "1:0+60", "1:30+30", "2:0+60"]),
        ClockChange("Australia/Lord_Howe", 1_791_041_400, 630, 660, 24, 0, ["0:0+60", "1:0+60", "2:30+30", "3:0+60"]),
        ClockChange("Europe/Berlin", 1_774_746_000, 60, 120, 23, 0, ["0:0+60", "1:0+60", "3:0+60"]),
        ClockChange("Europe/Berlin", 1_792_890_000, 120, 60, 25, 1, ["1:0+60", "2:0+60", "2:0+60", "3:0+60"]),
        ClockChange("America/St_Johns", 1_772_947_800, -210, -150, 23, 0, ["0:0+60", "1:0+60", "3:0+60"]),
        ClockChange("America/St_Johns", 1_793_507_400, -150, -210, 25, 0, ["0:0+60", "1:0+60", "1:0+60", "2:0+60"]),
        // Until 2011 the clocks of Newfoundland changed one minute after midnight.
        ClockChange("America/St_Johns", 1_268_537_460, -210, -150, 24, 0, ["0:0+1", "1:1+59", "2:0+60"]),
    ]
}
