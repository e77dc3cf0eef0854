import GatewayCore
import Protocol
import Telemetry
import TestSupport
import Testing

/// An outfall whose water is counted by a meter, alone or beside a flow, on a clock of samples.
private struct MeteredOutfall {
    private var machine: ReplayMachine
    private(set) var records: [Record] = []

    init(_ factor: String, startingAt start: WallInstant = morning) throws {
        machine = ReplayMachine(
            try configuration(
                """
                gateway: { id: p, data_directory: /tmp/x, language: en }
                buses:
                  - id: b
                    tcp: "127.0.0.1:502"
                    devices:
                      - id: a
                        unit: 1
                        poll: 5s
                        registers: [ { name: flow, input: 0, type: float32 }, { name: total, input: 2, type: float64 } ]
                outlets: [ { id: o, st: "32", factors: [ \(factor) ] } ]
                """), zone: .china, startingAt: start)
    }

    mutating func take(_ second: Int, _ value: Double, isMeter: Bool = false) {
        let reading = Reading(value: value)
        records += machine.take(
            OutletSample(
                at: morning + .seconds(second), outlet: 0,
                content: isMeter ? .total(reading, factor: 0) : .reading(reading, factor: 0)))
    }

    /// A reading of the second factor.
    mutating func takeSecond(_ second: Int, _ value: Double) {
        records += machine.take(
            OutletSample(
                at: morning + .seconds(second), outlet: 0, content: .reading(Reading(value: value), factor: 1)))
    }

    /// A reading every 5 s from `second` on; where the next one would be.
    mutating func take(_ values: [Double], from second: Int) {
        for (index, value) in values.enumerated() { take(second + index * 5, value) }
    }

    mutating func finish() { records += machine.finish() }

    func minutes(_ field: String) -> [Double?] {
        records.filter { $0.kind == .minute }.map { $0.factors["w00000"]?.number(field) }
    }

    func record(_ kind: RecordKind) -> FactorRecord? { records.last { $0.kind == kind }?.factors["w00000"] }

    var alarms: [AlarmReport] {
        records.compactMap { if case .alarm(let alarm) = $0.content { alarm } else { nil } }
    }

    var events: [AuditEvent] {
        records.compactMap { if case .event(let event) = $0.content { event } else { nil } }
    }
}

private let meterAlone = "{ code: w00000, from: a.total, meter: true, range: [0, 50] }"
private let meterBeside =
    "{ code: w00000, from: a.flow, range: [0, 50], meter: { from: a.total, modulus: 1000000 } }"

@Suite("Meters from samples to records")
struct MeterReplayTests {
    @Test("a meter that dips by a tenth books nothing")
    func dip() throws {
        var outfall = try MeteredOutfall("{ code: w00000, from: a.total, meter: true }")
        var values = Array(repeating: 123_456.0, count: 24)
        values[17] = 123_455.9
        outfall.take(values, from: 0)
        outfall.finish()
        #expect(outfall.minutes("Cou") == [0, 0])
        #expect(outfall.record(.minute)?.flag == .normal)
        #expect(outfall.alarms.isEmpty)
    }

    @Test("a reset is booked in the minute of the fall, which waits for the two readings that confirm it")
    func reset() throws {
        var outfall = try MeteredOutfall(meterAlone)
        outfall.take(Array(repeating: 123_456, count: 23), from: 0)
        outfall.take(115, 0.1)
        outfall.take(120, 0.2)
        #expect(outfall.minutes("Cou").count == 1, "it waits")
        outfall.take(125, 0.3)
        outfall.take(Array(repeating: 0.3, count: 11), from: 130)
        outfall.finish()
        #expect(outfall.minutes("Cou") == [0, 0.1, 0.2])
        #expect(outfall.events.map(\.name) == ["meter-reset"])
        #expect(!outfall.alarms.contains { $0.rule == "Q5" })
    }

    @Test("what falls and comes back was no reset, and Q5 tells it")
    func wildFall() throws {
        var outfall = try MeteredOutfall(meterAlone)
        var values = Array(repeating: 123_456.0, count: 36)
        values[23] = 0
        outfall.take(values, from: 0)
        outfall.finish()
        #expect(outfall.minutes("Cou") == [0, 0, 0])
        let told = try #require(outfall.alarms.first { $0.rule == "Q5" })
        #expect(told.message.contains("went from 123456 to 0 m3 within 5 s"), "\(told.message)")
        #expect(outfall.events.isEmpty)
    }

    @Test("a minute waits no longer than half a minute, and a reset that is confirmed later counts then")
    func bounded() throws {
        var outfall = try MeteredOutfall(meterAlone)
        outfall.take(Array(repeating: 5000, count: 11), from: 0)
        outfall.take(55, 0.1)
        outfall.take([0.2, 0.3, 0.4, 0.4], from: 100)
        outfall.finish()
        #expect(outfall.minutes("Cou") == [0, 0.4])
    }

    @Test("a reset that is confirmed after a silence counts in a minute with readings, and was no mistake of the meter")
    func lateReset() throws {
        var outfall = try MeteredOutfall(meterAlone)
        outfall.take(Array(repeating: 5000, count: 23), from: 0)
        outfall.take(115, 0.2)
        outfall.take((0..<12).map { 0.3 + Double($0) / 10 }, from: 240)
        outfall.finish()
        #expect(outfall.minutes("Cou") == [0, 0, nil, nil, 1.4])
        #expect(outfall.records.filter { $0.kind == .minute }.last?.factors["w00000"]?.flag == .normal)
        #expect(!outfall.alarms.contains { $0.rule == "Q5" })
        #expect(outfall.events.map(\.name) == ["meter-reset"])
    }

    @Test("another meter that shows more than can have flowed is told by Q5")
    func exchanged() throws {
        var outfall = try MeteredOutfall(meterAlone)
        outfall.take(Array(repeating: 5000, count: 18), from: 0)
        outfall.take((0..<30).map { 60 + Double($0) / 10 }, from: 90)
        outfall.finish()
        #expect(outfall.minutes("Cou")[1] == nil)
        let told = try #require(outfall.alarms.first { $0.rule == "Q5" })
        #expect(told.message.contains("went from 5000 to 60 m3"), "\(told.message)")
    }

    @Test("a meter that is read less often than the flow is compared too", arguments: [60, 120, 300, 1800])
    func slowBesideTheFlow(interval: Int) throws {
        let midnight = 86_400 - 10 * 3600 - 1200
        var outfall = try MeteredOutfall(meterBeside)
        for second in stride(from: 0, to: midnight + 120, by: 5) {
            outfall.take(second, 10)
            if second % interval == 0 { outfall.take(second, 1000 + Double(second) * 0.012, isMeter: true) }
        }
        outfall.finish()
        let told = try #require(outfall.alarms.first { $0.rule == "C11" })
        #expect(told.message.contains("16.7 % apart"), "\(told.message)")
    }

    @Test("an amount that no pipe can carry has no Cou, flag D, a reason and rule Q5; later minutes are right")
    func impossible() throws {
        var outfall = try MeteredOutfall(meterAlone)
        outfall.take((0..<12).map { 1000 + Double($0) / 10 }, from: 0)
        outfall.take((0..<24).map { 500_000 + Double($0) / 10 }, from: 60)
        outfall.finish()
        let minutes = outfall.records.filter { $0.kind == .minute }.map { $0.factors["w00000"] }
        #expect(minutes.map { $0?.flag } == [.normal, .fault, .normal])
        #expect(outfall.minutes("Cou")[1] == nil)
        #expect(minutes[1]?.shortcomings.contains { $0.reason == "more than the pipe carries" } == true)
        #expect(try #require(outfall.minutes("Cou")[2]).isAbout(2.3))
        #expect(outfall.alarms.contains { $0.rule == "Q5" })
    }

    @Test(
        "a meter beside the flow: present and mean values from the flow, amounts from the meter, a difference told by the day"
    )
    func beside() throws {
        let midnight = 86_400 - 10 * 3600 - 1200
        var outfall = try MeteredOutfall(meterBeside)
        for second in stride(from: 0, to: midnight + 120, by: 5) {
            outfall.take(second, 10)
            outfall.take(second, 999_000 + Double(second) * 0.0108, isMeter: true)
        }
        outfall.finish()
        let minute = try #require(outfall.record(.minute))
        #expect(minute.number("Avg") == 10)
        #expect(try #require(minute.number("Cou")).isAbout(0.648))
        #expect(outfall.record(.realtime)?.number("Rtd") == 10)
        let told = try #require(outfall.alarms.first { $0.rule == "C11" })
        #expect(told.message.contains("7.4 % apart"), "\(told.message)")
        let day = try #require(outfall.records.last { $0.kind == .day })
        guard case .factors(_, let quality) = day.content else { return }
        #expect(quality.contains { $0.hasPrefix("w00000 by the flow ") })
    }

    @Test("the drift of an analyser's zero makes no mass below zero in records, and stays in their means")
    func drift() throws {
        var outfall = try MeteredOutfall("{ code: w01018, from: a.flow }, { code: w00000, from: a.total }")
        for second in stride(from: 0, to: 3 * 3600, by: 5) {
            outfall.take(second, -0.5)
            outfall.takeSecond(second, 10)
        }
        outfall.finish()
        let records = outfall.records.filter { [.minute, .hour].contains($0.kind) }.compactMap { $0.factors["w01018"] }
        #expect(records.count > 100)
        #expect(records.allSatisfy { $0.number("Avg") == -0.5 && $0.number("Cou") == 0 })
    }

    @Test(
        "a day with less than an hour in which both are known is not compared",
        arguments: [(58, 5), (62, 5), (50, 300), (70, 300)])
    func fewMinutes(minutes: Int, interval: Int) throws {
        var outfall = try MeteredOutfall(meterBeside)
        let midnight = 86_400 - 10 * 3600 - 1200
        for second in stride(from: 0, to: minutes * 60, by: 5) {
            outfall.take(second, 10)
            if second % interval == 0 { outfall.take(second, 1000 + Double(second) * 0.012, isMeter: true) }
        }
        for second in stride(from: minutes * 60, to: midnight + 120, by: 60) { outfall.take(second, 10) }
        outfall.finish()
        let day = try #require(outfall.records.last { $0.kind == .day })
        guard case .factors(_, let quality) = day.content else { return }
        #expect(quality.contains { $0.hasPrefix("w00000 by the flow ") } == (minutes > 60), "\(quality)")
        #expect(outfall.alarms.contains { $0.rule == "C11" } == (minutes > 60))
    }

    @Test("what agrees within 5 % is not told")
    func agreeing() throws {
        var outfall = try MeteredOutfall(meterBeside)
        for second in stride(from: 0, to: 15 * 3600, by: 5) {
            outfall.take(second, 10)
            outfall.take(second, 1000 + Double(second) * 0.0104, isMeter: true)
        }
        outfall.finish()
        #expect(outfall.records.contains { $0.kind == .day })
        #expect(!outfall.alarms.contains { $0.rule == "C11" })
    }

    @Test("a meter that falls silent beside a flow that goes on is told as such")
    func silence() throws {
        var outfall = try MeteredOutfall(meterBeside)
        for second in stride(from: 0, to: 300, by: 5) {
            outfall.take(second, 10)
            if second < 60 { outfall.take(second, 1000, isMeter: true) }
        }
        outfall.finish()
        let told = try #require(outfall.alarms.first { $0.rule == "D1" && $0.factor == "w00000.meter" })
        #expect(told.message.contains("(meter)"), "\(told.message)")
    }

    @Test(
        "lines of samples name the meter `w00000.meter`, also where it is alone", arguments: [meterAlone, meterBeside])
    func names(factor: String) throws {
        var parser = SampleLineParser(
            outlets: try configuration(
                """
                gateway: { id: p, data_directory: /tmp/x }
                instruments: [ { id: a, listen: "127.0.0.1:7212" } ]
                outlets: [ { id: o, st: "32", factors: [ \(factor.replacing("a.total", with: "a.w00001").replacing("a.flow", with: "a.w00000")) ] } ]
                """
            ).outlets)
        let line = Array(#"{"ts":0,"outlet":"o","factor":"w00000.meter","value":5}"#.utf8)
        let parsed = try parser.parse(line.span)
        let any = try parser.parseAny(line.span)
        let sample = try #require(parsed)
        #expect(sample == any)
        let reading = Reading(value: 5)
        #expect(
            sample.content == (factor == meterBeside ? .total(reading, factor: 0) : .reading(reading, factor: 0)))
    }
}

extension Double {
    fileprivate func isAbout(_ other: Double) -> Bool { (self - other).magnitude < 0.0015 }
}
