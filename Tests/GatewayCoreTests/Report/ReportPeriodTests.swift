import Emissions
import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

@Suite struct ReportPeriodTests {
    @Test(
        "months and years as people write them",
        arguments: ["2026-11", "2026-01", "2099-12", "1971-01"], ["2026", "1971", "2099"])
    func texts(month: String, year: String) {
        #expect(ReportPeriod(month: month)?.text == month)
        #expect(ReportPeriod(year: year)?.text == year)
    }

    @Test(
        "what is neither",
        arguments: [
            "", "2026-13", "2026-00", "2026-1", "26-11", "2026/11", "2026-11-01", "1970-01", "2100-01", "+026-11",
            "２０２６",
            "2100", "1970", "-001",
        ])
    func refused(text: String) {
        #expect(ReportPeriod(month: text) == nil)
        #expect(ReportPeriod(year: text) == nil)
    }

    @Test("rows are days of a month and months of a year")
    func rows() {
        let time = ReportTime(11, 5, 23).civil
        #expect(ReportPeriod.month(year: 2026, month: 11).row(of: time) == "2026-11-05")
        #expect(ReportPeriod.year(2026).row(of: time) == "2026-11")
    }

    @Test("a report needs its period, with substitutes also its quarter and the year before")
    func needs() {
        let november = ReportPeriod.month(year: 2026, month: 11)
        let times = [
            ReportTime(12, 31, 23, year: 2024), ReportTime(1, 1, 0, year: 2025), ReportTime(10, 31, 23),
            ReportTime(11, 1, 0), ReportTime(11, 30, 23), ReportTime(12, 31, 23), ReportTime(1, 1, 0, year: 2027),
        ].map(\.civil)
        #expect(
            times.map { november.needs($0, substituting: false) } == [false, false, false, true, true, false, false])
        #expect(times.map { november.needs($0, substituting: true) } == [false, true, true, true, true, true, false])
        let february = ReportPeriod.month(year: 2026, month: 2)
        #expect(february.needs(ReportTime(3, 31, 23).civil, substituting: true))
        #expect(!february.needs(ReportTime(4, 1, 0).civil, substituting: true))
    }

    @Test("no hour that is needed lies outside the bounds, whatever the zone")
    func bounds() {
        for substituting in [false, true] {
            let period = ReportPeriod.year(2026)
            let bounds = period.bounds(substituting: substituting)
            for offset in stride(from: -12, through: 14, by: 1) {
                for hour in [0, 8_759, -8_760] {
                    let time = ReportTime(1, 1, hour).civil
                    guard period.needs(time, substituting: substituting) else { continue }
                    #expect(bounds.contains(time.localMilliseconds - Int64(offset) * 3_600_000))
                }
            }
        }
    }
}

@Suite struct ReportRecordsTests {
    private static func hours(_ lines: [String]) throws -> ReportRecords {
        var hours = ReportRecords(period: .month(year: 2026, month: 11), substituting: false)
        for line in lines { if let hour = try PeriodRecord(json: line.utf8) { hours.take(hour) } }
        return hours
    }

    @Test("what is missing between the first and the last hour has a place too, whatever the order")
    func slots() throws {
        let lines = [5, 0, 2].map { hourLine(ReportTime(11, 30, $0), factor("a21026", Double($0))) }
        let slots = try Self.hours(lines).slots
        #expect(slots.map(\.dataTime.hour) == [0, 1, 2, 3, 4, 5])
        #expect(slots.map { $0.record != nil } == [true, false, true, false, false, true])
        #expect(slots.map(\.start) == (0..<6).map { ReportTime(11, 30, $0).start })
        #expect(try Self.hours([]).slots.isEmpty)
    }

    @Test("a later record of an hour adds its factors and outdoes the same ones")
    func merged() throws {
        let time = ReportTime(11, 1, 0)
        let hours = try Self.hours([
            hourLine(time, factor("a21026", nil, valid: false) + "," + factor("a19001", 6), mark: "F"),
            hourLine(time, factor("a21026", 12)),
        ])
        let record = try #require(hours.slots.first?.record)
        #expect(record.factors["a21026"]?.measured.average == 12)
        #expect(record.factors["a19001"]?.measured.average == 6)
        #expect(record.mark == .stopped)
    }

    @Test("hours of other months are not kept")
    func others() throws {
        let lines = [ReportTime(10, 31, 23), ReportTime(12, 1, 0), ReportTime(11, 1, 0, year: 2025)]
            .map { hourLine($0, factor("a21026", 1)) }
        #expect(try Self.hours(lines).slots.isEmpty)
    }

    @Test("an hour that the clock shows twice is two, and a half-hour step makes no hour")
    func clockSteps() throws {
        let first = ReportTime(11, 1, 1)
        let twice = hourLine(first, factor("a21026", 1))
        let again = twice.replacing("\"ts\":\(first.start)", with: "\"ts\":\(first.start + 3_600_000)")
        #expect(try Self.hours([twice, again]).slots.map(\.dataTime.hour) == [1, 1])
        let half = twice.replacing("\"ts\":\(first.start)", with: "\"ts\":\(first.start + 5_400_000)")
        #expect(try Self.hours([twice, half]).slots.count == 2)
    }
}
