import Emissions
import Foundation
import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

@Suite struct EmissionReportTests {
    private typealias Mean = EmissionReport.Row.Mean

    /// 1 November: 11 hours of 10 mg/m³ at 6 % oxygen, 11 of 20 at 11 %, one invalid, one with the plant stopped.
    private static let day = (0..<24).map { hour -> String in
        let time = ReportTime(11, 1, hour)
        switch hour {
        case 0..<11: return hourLine(time, factor("a21026", 10, zs: 10, cou: 2) + "," + factor("a19001", 6))
        case 11..<22: return hourLine(time, factor("a21026", 20, zs: 30, cou: 3) + "," + factor("a19001", 11))
        case 22:
            return hourLine(
                time, factor("a21026", 999, zs: 999, cou: 999, valid: false) + "," + factor("a19001", 6))
        default: return hourLine(time, factor("a21026", 0, valid: false), mark: "F")
        }
    }

    @Test("a day: mean, conversion of the means, mass of the valid hours, capture rate")
    func dayRow() throws {
        let report = try emissionReport(Self.day, .november)
        let gas = try report.factor("a21026")
        #expect(gas.unit == "mg/m3" && gas.amountUnit == "kg" && gas.isConverted)
        let row = try #require(gas.rows.first)
        #expect(gas.rows.count == 1 && row.label == "2026-11-01")
        #expect(row.mean == Mean(value: 15, isValid: true))
        // 15 · (21 − 6)/(21 − 8.391), of the day's own means, and not the mean 20 of the conversions.
        #expect(row.converted == Mean(value: 17.84, isValid: true))
        #expect(row.amount == 55)
        #expect(row.capture == CaptureRate(hours: 24, stopped: 1, invalid: 1))
        #expect(row.substituted == nil && row.methods.isEmpty)
        #expect(gas.total.label == "2026-11")
        #expect(gas.total.mean == Mean(value: 15, isValid: false), "one valid day is no month")
        #expect(gas.total.amount == 55)
        #expect(try report.factor("a19001").amountUnit == nil)
    }

    @Test("the mean of the conversions where that is configured")
    func meanOfConversions() throws {
        var configuration = try validConfiguration(reportPlant)
        configuration.outlets[0].stack?.convertedMethod = .meanOf
        let plan = try #require(ReportPlan(outlet: "stack-1", of: configuration))
        var hours = ReportRecords(period: ReportOptions.november.period, substituting: false)
        for line in Self.day { if let hour = try PeriodRecord(json: line.utf8) { hours.take(hour) } }
        let report = EmissionReport(plan, records: hours, options: .november)
        #expect(try report.factor("a21026").rows.first?.converted?.value == 20)
    }

    @Test("hours without a record are due and missing")
    func missing() throws {
        let lines = [0, 1, 30].map { hourLine(ReportTime(11, 3, $0), factor("a21026", 5, cou: 1)) }
        let gas = try emissionReport(lines, .november).factor("a21026")
        #expect(gas.rows.map(\.label) == ["2026-11-03", "2026-11-04"])
        #expect(gas.rows.map(\.capture) == [CaptureRate(hours: 24, invalid: 22), CaptureRate(hours: 7, invalid: 6)])
        #expect(gas.rows.map(\.amount) == [2, 1])
        #expect(gas.total.capture == CaptureRate(hours: 31, invalid: 28))
    }

    @Test("a factor that no record has is all missing and has no amount, which is not 0")
    func absent() throws {
        let report = try emissionReport([hourLine(ReportTime(11, 3, 0), factor("a19001", 5))], .november)
        let gas = try report.factor("a21026")
        #expect(gas.total.mean == nil && gas.total.amount == nil && gas.total.capture.rate == 0)
        #expect(try emissionReport([], .november).isEmpty)
        #expect(try emissionReport(Self.day, ReportOptions(period: .month(year: 2026, month: 10))).isEmpty)
    }

    @Test("the mean of a month is that of its valid days, the mean of a year that of its valid months")
    func year() throws {
        var lines: [String] = []
        for (month, days, value) in [(10, 31, 4.0), (11, 30, 8.0)] {
            for hour in 0..<days * 24 {
                lines.append(hourLine(ReportTime(month, 1, hour), factor("a21026", value, cou: 1)))
            }
        }
        // One day of 19 valid hours and another value counts in the mass alone.
        for hour in 0..<19 { lines.append(hourLine(ReportTime(12, 1, hour), factor("a21026", 100, cou: 1))) }
        let gas = try emissionReport(lines, ReportOptions(period: .year(2026))).factor("a21026")
        #expect(gas.rows.map(\.label) == ["2026-10", "2026-11", "2026-12"])
        #expect(
            gas.rows.map(\.mean) == [
                Mean(value: 4, isValid: true), Mean(value: 8, isValid: true), Mean(value: 100, isValid: false),
            ])
        #expect(gas.rows.map(\.amount) == [744, 720, 19])
        #expect(gas.total.mean == Mean(value: 6, isValid: true))
        #expect(gas.total.amount == 1_483)
        #expect(gas.total.capture == CaptureRate(hours: 1_483))
    }

    @Test("every hour counts once, in its row and in the total, and the measured sum is that of the valid hours")
    func conservation() throws {
        var random = SeededGenerator()
        for _ in 0..<5 {
            var sum = 0.0
            var lines: [String] = []
            for hour in 0..<720 where Int.random(in: 0..<20, using: &random) > 0 || hour == 0 || hour == 719 {
                let isValid = Int.random(in: 0..<5, using: &random) > 0
                let mass = Double(Int.random(in: 0...9_999, using: &random)) / 1_000
                if isValid { sum += mass }
                lines.append(
                    hourLine(ReportTime(11, 1, hour), factor("a21026", 1, cou: mass, valid: isValid)))
            }
            let gas = try emissionReport(lines.shuffled(using: &random), .substituted).factor("a21026")
            #expect(gas.rows.count == 30, "\(random)")
            #expect(gas.rows.reduce(0) { $0 + $1.capture.hours } == 720, "\(random)")
            #expect(gas.total.capture.hours == 720, "\(random)")
            #expect(gas.rows.reduce(0) { $0 + $1.capture.invalid } == gas.total.capture.invalid, "\(random)")
            #expect(((gas.total.amount ?? 0) - sum).magnitude < 0.001, "\(random)")
            let rows = gas.rows.reduce(0) { $0 + ($1.amount ?? 0) }
            #expect((rows - sum).magnitude < 0.02, "\(random)")
            #expect(gas.substitutes.count == gas.total.capture.invalid, "\(random)")
        }
    }
}

@Suite struct SubstitutedReportTests {
    /// From 20 October on, so that the window reaches into the month before; gaps in November.
    private static func lines(gap: ClosedRange<Int>, hours: Int = 600) -> [String] {
        (0..<hours).compactMap { hour in
            if gap.contains(hour) { return nil }
            let mass = hour == gap.lowerBound - 10 ? 7.5 : 2.0
            return hourLine(ReportTime(10, 20, hour), factor("a21026", 10, cou: mass))
        }
    }

    @Test("substitutes stand in a column of their own, with method and window")
    func mass() throws {
        // 20 October and 290 hours: 1 November, 2:00.
        let report = try emissionReport(Self.lines(gap: 290...292), .substituted)
        let gas = try report.factor("a21026")
        let first = try #require(gas.rows.first)
        #expect(first.amount == 42, "21 measured hours of 2 kg")
        #expect(first.substituted == 22.5)
        #expect(first.methods == [.init(method: "max-180", hours: 3)])
        #expect(gas.total.substituted == 22.5)
        #expect(gas.total.amount == 2.0 * Double(600 - 288 - 3))
        let substitute = try #require(gas.substitutes.first)
        #expect(gas.substitutes.count == 3)
        #expect(substitute.hour == ReportTime(11, 1, 2).civil && substitute.amount == 7.5)
        #expect(substitute.window == [ReportTime(10, 20, 110).civil, ReportTime(10, 20, 289).civil])
        #expect(try emissionReport(Self.lines(gap: 290...292), .november).factor("a21026").substitutes.isEmpty)
    }

    @Test("a long gap looks back 720 hours, a poor quarter 2 160, a failed one not at all")
    func methods() throws {
        func method(_ gap: ClosedRange<Int>) throws -> String? {
            try emissionReport(Self.lines(gap: gap), .substituted).factor("a21026").total.methods.first?.method
        }
        #expect(try method(300...323) == "max-180")
        #expect(try method(300...324) == "max-720")
        #expect(try method(300...361) == "max-2160")
        #expect(try method(300...455) == "none")
    }

    @Test("only dust, SO2 and NOx have substitutes among gases")
    func others() throws {
        let lines = [0, 2].map { hourLine(ReportTime(11, 1, $0), factor("a05001", 10, cou: 5)) }
        let gas = try emissionReport(lines, .substituted).factor("a05001")
        #expect(gas.substitutes.isEmpty && gas.total.substituted == nil && gas.total.methods.isEmpty)
    }

    private static func water(_ hour: Int, cod: Double?, flow: Double?, mass: Double?) -> String {
        let parts = [
            factor("w00000", flow, cou: flow ?? 9, valid: flow != nil),
            factor("w01018", cod, cou: mass ?? 0, valid: cod != nil && mass != nil),
        ]
        return hourLine(ReportTime(11, 1, hour), parts.joined(separator: ","), outlet: "water-1")
    }

    @Test("of water concentration and volume are substituted each, and their product stands in")
    func waterMass() throws {
        let lines = [
            Self.water(0, cod: 40, flow: 10, mass: 0.4), Self.water(1, cod: 60, flow: 20, mass: 1.2),
            Self.water(2, cod: nil, flow: 30, mass: nil), Self.water(3, cod: nil, flow: nil, mass: nil),
            Self.water(4, cod: 50, flow: 10, mass: 0.5),
        ]
        let report = try emissionReport(lines, outlet: "water-1", .substituted)
        let demand = try report.factor("w01018")
        // The gap of two hours takes 50 mg/L, with 30 m³ measured and 30 m³ substituted.
        #expect(demand.substitutes.map(\.amount) == [1.5, 1.5])
        #expect(demand.substitutes.map(\.method) == ["mean", "mean"])
        #expect(demand.total.amount == 2.1 && demand.total.substituted == 3)
        let flow = try report.factor("w00000")
        #expect(flow.amountUnit == "m3" && flow.total.amount == 70 && flow.total.substituted == 30)
        #expect(try report.factor("w01001").total.substituted == nil)
    }

    @Test("the mean of a concentration in water is weighted by the water, of hours as of days")
    func weightedMean() throws {
        let hours = (0..<24).map {
            Self.water($0, cod: $0 < 12 ? 40 : 60, flow: $0 < 12 ? 10 : 30, mass: $0 < 12 ? 0.4 : 1.8)
        }
        let demand = try emissionReport(hours, outlet: "water-1", .november).factor("w01018")
        #expect(demand.total.amount == 26.4)
        #expect(demand.rows.first?.mean == .init(value: 55, isValid: true), "26.4 kg in 480 m³")
        let days = [(1, 40.0, 100.0, 4.0), (2, 60.0, 300.0, 18.0)].map { day, cod, flow, mass in
            hourLine(
                ReportTime(11, day, 0),
                factor("w00000", flow / 3.6, cou: flow) + "," + factor("w01018", cod, cou: mass), outlet: "water-1",
                kind: "day")
        }
        let month = try emissionReport(days, outlet: "water-1", .november).factor("w01018")
        #expect(month.rows.map(\.mean?.value) == [40, 60])
        #expect(month.total.mean?.value == 55 && month.total.amount == 22)
    }

    @Test("hours without discharge are not due")
    func standing() throws {
        let lines = [
            Self.water(0, cod: 40, flow: 10, mass: 0.4), Self.water(1, cod: nil, flow: 0, mass: 0),
            Self.water(2, cod: 50, flow: 10, mass: 0.5),
        ]
        let report = try emissionReport(lines, outlet: "water-1", .substituted)
        #expect(try report.factor("w01018").total.capture == CaptureRate(hours: 3, stopped: 1))
        #expect(try report.factor("w01018").substitutes.isEmpty)
        #expect(try report.factor("w00000").total.capture == CaptureRate(hours: 3))
    }
}

@Suite struct ReportOutputTests {
    private static let gases = [0, 1].map { hour in
        hourLine(
            ReportTime(11, 1, hour),
            [
                factor("a21026", 10.054, zs: 10, cou: 2.5), factor("a19001", 6), factor("a05001", 200_000, cou: 1_000),
                factor("a05002", 3, cou: 2, valid: hour == 0),
            ].joined(separator: ","))
    }

    @Test("CO2e names its set", arguments: [(WarmingPotentials.ar5, 2_056.0), (.ar6, 2_055.8)])
    func equivalent(set: WarmingPotentials, expected: Double) throws {
        let options = ReportOptions(period: ReportOptions.november.period, potentials: set)
        let equivalent = try #require(try emissionReport(Self.gases, options).equivalent)
        #expect(equivalent.codes == ["a05001", "a05002"])
        #expect(equivalent.total == expected && equivalent.rows == [expected])
        #expect(equivalent.potentials == set)
        #expect(try emissionReport([], outlet: "water-1", options).equivalent == nil)
    }

    @Test("fossil methane counts more, and the report names the potentials it used")
    func fossilMethane() throws {
        let text = reportPlant.replacing(
            "{ code: a05002, from: cems.d }", with: "{ code: a05002, from: cems.d, fossil: true }")
        let plan = try #require(ReportPlan(outlet: "stack-1", of: try validConfiguration(text)))
        var hours = ReportRecords(period: ReportOptions.november.period, substituting: false)
        for line in Self.gases { if let hour = try PeriodRecord(json: line.utf8) { hours.take(hour) } }
        let report = EmissionReport(plan, records: hours, options: .november)
        let equivalent = try #require(report.equivalent)
        #expect(equivalent.weights == [1, 29.8] && equivalent.total == 2_059.6)
        #expect(
            report.table(in: .en).contains(
                "CO2e  a05001 × 1 + a05002 × 29.8  IPCC AR6 (2021), WG I, table 7.SM.7, GWP100")
        )
    }

    @Test("a factor whose configured name says N2O counts as nitrous oxide")
    func nitrousOxide() throws {
        var configuration = try validConfiguration(
            reportPlant.replacing("{ code: a05002, from: cems.d }", with: "{ code: a05099, from: cems.d }"))
        configuration.factors = [
            FactorOverride(code: "a05099", name: BilingualText(en: "N2O", zh: "氧化亚氮"), unit: "mg/m3")
        ]
        let plan = try #require(ReportPlan(outlet: "stack-1", of: configuration))
        var hours = ReportRecords(period: ReportOptions.november.period, substituting: false)
        let line = hourLine(ReportTime(11, 1, 0), factor("a05099", 1, cou: 2))
        if let hour = try PeriodRecord(json: line.utf8) { hours.take(hour) }
        #expect(EmissionReport(plan, records: hours, options: .november).equivalent?.total == 546)
    }

    @Test("the table of a factor")
    func table() throws {
        let lines = try emissionReport(Self.gases, .november).table(in: .en)
        #expect(
            Array(lines.prefix(5)) == [
                "stack-1  1号烟囱  2026-11  monthly report", "", "a21026  Sulfur dioxide (SO2)  mg/m3",
                "day           mean  converted  measured kg  valid/due h  capture %",
                "2026-11-01  10.05*     10.05*        5.000          2/2     100.00",
            ])
        #expect(lines.contains("2026-11-01  2055.800"))
        #expect(lines.contains { $0.hasPrefix("* fewer valid hours") })
        #expect(!lines.contains { $0.hasPrefix("Substituted") })
    }

    @Test("the table in Chinese has columns that stand under one another")
    func chinese() throws {
        let missing = [0, 2].map { hourLine(ReportTime(11, 1, $0), factor("a21026", 10, cou: 2)) }
        let lines = try emissionReport(missing, .substituted).table(in: .zh)
        let start = try #require(lines.firstIndex { $0.hasPrefix("a21026") })
        let table = lines[(start + 1)...].prefix { !$0.isEmpty }
        #expect(table.count == 3)
        #expect(Set(table.map(\.displayWidth)).count == 1, "\(table)")
        #expect(table.first?.contains("补代排放量 kg") == true)
        #expect(table.last?.contains("none×1") == true, "two of three hours are too few for a substitute")
        #expect(lines.last?.hasPrefix("补代排放量") == true)
    }

    @Test("the JSON has the same numbers, measured and substituted apart")
    func json() throws {
        let options = ReportOptions(period: ReportOptions.november.period, isSubstituting: true, potentials: .ar6)
        let bytes = try emissionReport(Self.gases, options).json
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(object["outlet"] as? String == "stack-1" && object["period"] as? String == "2026-11")
        let factors = try #require(object["factors"] as? [[String: Any]])
        #expect(factors.map { $0["code"] as? String } == ["a21026", "a19001", "a05001", "a05002", "a01011", "a00000"])
        let total = try #require(factors[0]["total"] as? [String: Any])
        #expect(total["mean"] as? Double == 10.05 && total["meanValid"] as? Bool == false)
        #expect(total["measured"] as? Double == 5 && total["capture"] as? Double == 1)
        #expect(total["substituted"] == nil && total["methods"] == nil)
        let missing = try #require((factors[3]["rows"] as? [[String: Any]])?.first)
        #expect(missing["measured"] as? Double == 2 && missing["invalid"] as? Int == 1)
        let equivalent = try #require(object["co2e"] as? [String: Any])
        #expect(equivalent["set"] as? String == "AR6" && equivalent["total"] as? Double == 2_055.8)
        #expect(equivalent["potentials"] as? [String: Double] == ["a05001": 1, "a05002": 27.9])
    }
}
