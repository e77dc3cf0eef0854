import Emissions
import Protocol
import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

/// A record with what the journal keeps beside it.
private struct Kept {
    var line: String
    /// Of a21026.
    var unrounded: Double?
}

/// The report for stack-1 of `records`.
private func report(_ records: [Kept], _ options: ReportOptions = .december) throws -> EmissionReport.Factor {
    let plan = try #require(ReportPlan(outlet: "stack-1", of: try validConfiguration(reportPlant)))
    var taken = ReportRecords(period: options.period, substituting: options.isSubstituting)
    for kept in records {
        let unrounded = kept.unrounded.map { UnroundedAmounts(["a21026": $0]) }
        taken.take(try #require(try PeriodRecord(json: kept.line.utf8, unrounded: unrounded)))
    }
    return try EmissionReport(plan, records: taken, options: options).factor("a21026")
}

extension ReportOptions {
    fileprivate static let december = ReportOptions(period: .month(year: 2026, month: 12))
}

@Suite struct ReportAmountsTests {
    /// December: 744 hours of 0.0004 kg, its days of 0.0096 and the month of 0.2976. Printed are 0, 0.01 and 0.298.
    private static func december(_ kinds: Set<String>, keeping: Bool, month: Double = 0.298) -> [Kept] {
        func kept(_ kind: String, _ time: ReportTime, _ printed: Double, _ exact: Double) -> Kept {
            Kept(
                line: hourLine(time, factor("a21026", 5, cou: printed), kind: kind), unrounded: keeping ? exact : nil)
        }
        var records: [Kept] = []
        if kinds.contains("hour") { records += (0..<744).map { kept("hour", ReportTime(12, 1, $0), 0, 0.0004) } }
        if kinds.contains("day") { records += (1...31).map { kept("day", ReportTime(12, $0, 0), 0.01, 0.0096) } }
        if kinds.contains("month") { records.append(kept("month", ReportTime(12, 1, 0), month, 0.2976)) }
        return records
    }

    @Test(
        "a month is the sum of what its hours and days were before rounding, whichever of them there are",
        arguments: [["hour"], ["hour", "day"], ["day"], ["hour", "day", "month"], ["month"]])
    func unrounded(kinds: [String]) throws {
        let gas = try report(Self.december(Set(kinds), keeping: true))
        #expect(gas.total.amount == 0.298)
        #expect(gas.rows.allSatisfy { $0.amount == 0.01 } && gas.rows.count == (kinds == ["month"] ? 0 : 31))
    }

    @Test(
        "of records alone the month's figure is that of its record, else of its days, else of its hours",
        arguments: [(["hour"], 0.0, 0.0), (["hour", "day"], 0.31, 0.01), (["hour", "day", "month"], 0.298, 0.01)])
    func rounded(kinds: [String], total: Double, day: Double) throws {
        let gas = try report(Self.december(Set(kinds), keeping: false))
        #expect(gas.total.amount == total && gas.rows.allSatisfy { $0.amount == day })
    }

    @Test("a month's record is shown as it is, whatever its hours come to")
    func record() throws {
        #expect(
            try report(Self.december(["hour", "day", "month"], keeping: false, month: 0.329)).total.amount == 0.329)
    }

    @Test("a year sums months before rounding, and is its record where there is one")
    func year() throws {
        let options = ReportOptions(period: .year(2026))
        // 1 November has hours alone.
        let november = (0..<24).map {
            Kept(line: hourLine(ReportTime(11, 1, $0), factor("a21026", 5, cou: 0)), unrounded: 0.0004)
        }
        let records = november + Self.december(["hour", "day", "month"], keeping: true)
        let gas = try report(records, options)
        #expect(gas.rows.map(\.amount) == [0.01, 0.298])
        #expect(gas.total.amount == 0.307, "0.0096 and 0.2976")
        let year = Kept(line: hourLine(ReportTime(1, 1, 0), factor("a21026", 5, cou: 0.4), kind: "year"))
        #expect(try report(records + [year], options).total.amount == 0.4)
        #expect(try report(records + [year]).total.amount == 0.298, "the month's report has nothing of it")
    }

    @Test("an unrounded amount that is not what the record prints does not count, and is named")
    func altered() throws {
        let line = hourLine(ReportTime(12, 1, 0), factor("a21026", 5, cou: 1.5))
        for (amount, counts) in [(1.4996, true), (1.5005, true), (1.4994, false), (1.6, false), (-1.5, false)] {
            let record = try #require(
                try PeriodRecord(json: line.utf8, unrounded: UnroundedAmounts(["a21026": amount, "a00000": 1])))
            #expect(record.amount(of: "a21026") == (counts ? amount : 1.5))
            #expect(record.misfits == (counts ? ["a00000"] : ["a00000", "a21026"]))
        }
        // The zero of an analyser has drifted: less than nothing is printed as 0.
        let none = hourLine(ReportTime(12, 1, 0), factor("w01018", 5, cou: 0))
        let record = try PeriodRecord(json: none.utf8, unrounded: UnroundedAmounts(["w01018": -7]))
        #expect(record?.amount(of: "w01018") == -7)
    }

    @Test("hours that are not valid have no part in an amount, however much they hold")
    func invalid() throws {
        let records = [true, false].enumerated().map { hour, isValid in
            Kept(
                line: hourLine(ReportTime(12, 1, hour), factor("a21026", 5, cou: 2, valid: isValid)), unrounded: 2.0004)
        }
        #expect(try report(records).total.amount == 2)
        let substituted = try report(
            records, ReportOptions(period: .month(year: 2026, month: 12), isSubstituting: true))
        #expect(substituted.total.amount == 2 && substituted.total.methods.map(\.hours) == [1])
    }

    @Test("means are those of the day's record until an instrument delivers an hour of it late")
    func late() throws {
        func hour(_ hour: Int, _ values: String, sequence: Int, kind: String = "hour") -> Kept {
            let text = hourLine(ReportTime(12, 1, hour), values, kind: kind)
            return Kept(line: text.replacing("\"seq\":7", with: "\"seq\":\(sequence)"))
        }
        var records = (0..<20).map { hour($0, factor("a21026", 5, cou: 1), sequence: $0 + 1) }
        records.append(hour(0, factor("a21026", 5.5, cou: 20), sequence: 30, kind: "day"))
        #expect(try report(records).rows.first?.mean?.value == 5.5)
        records.append(hour(21, factor("a21026", 26, cou: nil), sequence: 31))
        let row = try #require(try report(records).rows.first)
        #expect(row.mean?.value == 6 && row.amount == 20)
    }

    @Test("a day of which there is its record alone has its numbers, and no hours")
    func dayAlone() throws {
        let gas = try report([Kept(line: hourLine(ReportTime(12, 7, 0), factor("a21026", 5, cou: 3), kind: "day"))])
        #expect(gas.rows.map(\.label) == ["2026-12-07"])
        let row = try #require(gas.rows.first)
        #expect(row.mean == .init(value: 5, isValid: true) && row.amount == 3)
        #expect(row.capture == CaptureRate() && row.capture.rate == nil)
    }
}

@Suite struct OneFigureTests {
    /// A stack that emits 0.0004 kg an hour, from 26 November to the first hour of December, with holes.
    private static func records() throws -> [Record] {
        var gateway = try TestGateway(
            QuotaTests.plant("{ period: month, max: 0.01 }").replacing("poll: 30s", with: "poll: 60s"))
        var random = SeededGenerator()
        gateway.wall = ZoneRules.china.instant(of: CivilTime(year: 2026, month: 11, day: 26))
        let end = ZoneRules.china.instant(of: CivilTime(year: 2026, month: 12, day: 1, hour: 1))
        while gateway.wall < end {
            let hour = ZoneRules.china.civilTime(at: gateway.wall).hour
            let isLost = hour == 7 && Bool.random(using: &random)
            let readings = [isLost ? nil : 1.111, 0.1, 0].map { $0.map { Reading(value: $0) } ?? .failed(.noData) }
            gateway.perform(
                gateway.machine.polled(
                    bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings), at: gateway.now,
                    wall: gateway.wall))
            gateway.tick()
            gateway.pass(.seconds(60))
        }
        gateway.pass(.seconds(2))
        gateway.tick()
        return gateway.records
    }

    private static func amount(_ record: Record) throws -> Double {
        guard case .factors(let factors, _) = record.content else { return .nan }
        let factor = try #require(factors.first { $0.code == "a21026" })
        return try #require(factor.fields.first { $0.name == "Cou" }).value
    }

    @Test(
        "report, month record and quota have one figure for the month, with and without the records of days and month")
    func month() throws {
        let records = try Self.records()
        let month = try Self.amount(try #require(records.first { $0.kind == .month }))
        #expect((0.045...0.048).contains(month))
        let quota = records.compactMap { record -> AlarmReport? in
            guard case .alarm(let alarm) = record.content, alarm.rule == "T1", alarm.state == .cleared else {
                return nil
            }
            return alarm
        }
        #expect(quota.map(\.value) == [month])
        let encoder = RecordEncoder(gateway: "plant-01")
        let configuration = try validConfiguration(QuotaTests.plant("{ period: month, max: 1 }"))
        let plan = try #require(ReportPlan(outlet: "stack-1", of: configuration))
        for kinds: Set<RecordKind> in [[.hour], [.hour, .day], [.day], [.hour, .day, .month]] {
            var taken = ReportRecords(period: ReportOptions.november.period, substituting: false)
            for (index, record) in records.enumerated() where kinds.contains(record.kind) {
                let body = encoder.encode(record, sequence: Int64(index + 1))
                let unrounded = try #require(UnroundedAmounts(of: record))
                #expect(!String(decoding: body, as: UTF8.self).contains("nrounded"))
                taken.take(
                    try #require(try PeriodRecord(json: body, unrounded: UnroundedAmounts(text: unrounded.text))))
            }
            let gas = try EmissionReport(plan, records: taken, options: .november).factor("a21026")
            #expect(gas.total.amount == month, "\(kinds)")
            #expect(gas.rows.count == 5 && gas.rows.allSatisfy { (0.009...0.01).contains($0.amount ?? 0) }, "\(kinds)")
        }
    }
}
