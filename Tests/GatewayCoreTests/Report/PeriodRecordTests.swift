import Emissions
import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

@Suite struct PeriodRecordTests {
    private static let line =
        #"{"v":1,"gateway":"g","seq":9,"outlet":"stack-1","kind":"hour","ts":1795226400000,"#
        + #""dataTime":"20261121100000","period":3600,"mark":"St","data":{"a21026":{"Avg":12.5,"Min":1,"Max":20,"#
        + #""ZsAvg":13.5,"ZsMin":2,"ZsMax":21,"Cou":0.073,"Flag":"M","Count":44,"Valid":false,"#
        + #""Reason":"44 valid minutes","ZsValid":false,"ZsReason":"40 valid minutes","CouValid":false,"#
        + #""CouReason":"no valid flow"},"a19001":{"Flag":"N","Count":0}},"quality":["x"]}"#

    @Test("every field of a record is read")
    func fields() throws {
        let hour = try #require(try PeriodRecord(json: Self.line.utf8))
        #expect(hour.outlet == "stack-1" && hour.start == 1_795_226_400_000 && hour.mark == .startUp)
        #expect(hour.dataTime == CivilTime(year: 2026, month: 11, day: 21, hour: 10))
        let gas = try #require(hour.factors["a21026"])
        #expect(
            gas.measured
                == PeriodStatistics(average: 12.5, minimum: 1, maximum: 20, count: 44, flag: .maintenance))
        #expect(gas.validity.reason == "44 valid minutes")
        #expect(
            gas.converted
                == ConvertedPeriod(
                    average: 13.5, minimum: 2, maximum: 21, validity: .invalid(reason: "40 valid minutes")))
        #expect(gas.amount == PeriodAmount(value: 0.073, validity: .invalid(reason: "no valid flow")))
        let oxygen = try #require(hour.factors["a19001"])
        #expect(oxygen.measured.average == nil && oxygen.converted == nil && oxygen.amount == nil)
        #expect(oxygen.validity.isValid)
    }

    @Test("records of other kinds are passed over")
    func otherKinds() throws {
        #expect(try PeriodRecord(json: #"{"kind":"minute"}"#.utf8) == nil)
        #expect(try PeriodRecord(json: #"{"kind":"alarm","alarm":{}}"#.utf8) == nil)
    }

    @Test(
        "what is no record is refused with the reason",
        arguments: [
            ("", "no JSON"), ("{", "no JSON"), ("[1]", "a record is an object"), ("7", "a record is an object"),
            ("{}", "kind is missing"), (#"{"kind":7}"#, "kind is missing"), (#"{"kind":"hour"}"#, "outlet is missing"),
            (#"{"kind":"hour","outlet":"s"}"#, "ts is"), (#"{"kind":"hour","outlet":"s","ts":-1}"#, "ts is"),
            (#"{"kind":"hour","outlet":"s","ts":1.5}"#, "ts is"),
            (#"{"kind":"hour","outlet":"s","ts":9223372036854775807}"#, "ts is"),
            (#"{"kind":"hour","outlet":"s","ts":1}"#, "dataTime is"),
            (#"{"kind":"hour","outlet":"s","ts":1,"dataTime":"20261131000000"}"#, "dataTime is"),
            (#"{"kind":"hour","outlet":"s","ts":1,"dataTime":"202611210000001"}"#, "dataTime is"),
            (#"{"kind":"hour","outlet":"s","ts":1,"dataTime":"20261121000000"}"#, "data is"),
            (#"{"kind":"hour","outlet":"s","ts":1,"dataTime":"20261121000000","data":[]}"#, "data is"),
        ])
    func refused(line: String, reason: String) {
        let problem = #expect(throws: PeriodRecord.Problem.self) { try PeriodRecord(json: line.utf8) }
        #expect(problem?.message.contains(reason) == true, "\(problem?.message ?? "")")
        #expect(problem?.text.zh.hasChinese == true, "\(problem?.message ?? "")")
    }

    @Test(
        "a factor that is wrong is named",
        arguments: [
            (#""a":7"#, "a is a number"), (#""a":{"Avg":"x"}"#, "Avg is a string"),
            (#""a":{"Avg":null}"#, "Avg is null"),
            (#""a":{"Flag":7}"#, "Flag is a number"), (#""a":{"Flag":""}"#, "no data flag"),
            (#""a":{"Valid":0}"#, "Valid is a number"), (#""a":{"ZsValid":"no"}"#, "ZsValid is a string"),
            (#""a":{"CouValid":false,"CouReason":1}"#, "CouReason is a number"), (#""a":{"Cou":true}"#, "Cou is true"),
        ])
    func wrongFactor(data: String, reason: String) {
        let line = hourLine(ReportTime(11, 1, 0), data)
        let problem = #expect(throws: PeriodRecord.Problem.self) { try PeriodRecord(json: line.utf8) }
        #expect(problem?.message.contains(reason) == true, "\(problem?.message ?? "")")
    }

    @Test("a mark that is none is refused")
    func mark() {
        let line = hourLine(ReportTime(11, 1, 0), "", mark: "X")
        let problem = #expect(throws: PeriodRecord.Problem.self) { try PeriodRecord(json: line.utf8) }
        #expect(problem?.message == "mark X: there are N, F, St, Sd, B")
    }

    @Test("changed and cut records never trap")
    func mutations() {
        var random = SeededGenerator()
        let good = Array(Self.line.utf8)
        for _ in 0..<randomCases(3_000) {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = Bool.random(using: &random) ? .random(in: 0...255, using: &random) : good[place]
            }
            _ = try? PeriodRecord(json: bytes.prefix(.random(in: 0...bytes.count, using: &random)))
        }
    }
}

@Suite struct PeriodRecordStreamTests {
    private static func read(_ text: String, chunk: Int = .max) -> (hours: [PeriodRecord], stream: PeriodRecordStream) {
        var stream = PeriodRecordStream(outlet: "stack-1")
        var hours: [PeriodRecord] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            hours += stream.feed(Array(rest.prefix(chunk)))
            rest = rest.dropFirst(chunk)
        }
        return (hours + stream.finish(), stream)
    }

    private static let mixed = [
        hourLine(ReportTime(11, 1, 0), factor("a21026", 1)), hourLine(ReportTime(11, 1, 1), "", kind: "minute"), "",
        hourLine(ReportTime(11, 1, 1), factor("a21026", 2), outlet: "stack-2"), " \t\r",
        #"{"v":1,"kind":"alarm","alarm":{"message":"the \"hour\" is over"}}"#,
        hourLine(ReportTime(11, 1, 2), factor("a21026", 3)) + "\r",
    ]

    @Test("hours of the outlet come out, whatever else is there, and however the file is cut")
    func mixture() {
        let text = Self.mixed.joined(separator: "\n")
        let whole = Self.read(text)
        #expect(whole.hours.map { $0.factors["a21026"]?.measured.average } == [1, 3])
        #expect(whole.stream.badLines == 0)
        for chunk in [1, 2, 3, 7, 64, 100] { #expect(Self.read(text, chunk: chunk).hours == whole.hours) }
        #expect(Self.read(text + "\n").hours == whole.hours)
        #expect(Self.read("").hours.isEmpty)
    }

    @Test("a bad line is counted with its number, the others are read")
    func badLines() {
        let good = hourLine(ReportTime(11, 1, 0), factor("a21026", 1))
        let text = ["so2 12.3", good, #"{"v":1,"kind":"#, "", #"{"kind":"hour"}"#, good].joined(separator: "\n")
        let (hours, stream) = Self.read(text)
        #expect(hours.count == 2)
        #expect(stream.badLines == 3)
        #expect(stream.reported.map(\.number) == [1, 3, 5])
        #expect(stream.reported.last?.message.en == "outlet is missing")
    }

    @Test("many bad lines are counted and the first reported; a line without end does not fill the memory")
    func bounds() {
        let (_, stream) = Self.read(String(repeating: "x\n", count: 100))
        #expect(stream.badLines == 100 && stream.reported.count == PeriodRecordStream.reportedLines)
        let long = String(repeating: "x", count: PeriodRecord.longest + 1)
        let good = hourLine(ReportTime(11, 1, 0), factor("a21026", 1))
        let (hours, other) = Self.read(long + "\n" + good, chunk: 65_536)
        #expect(hours.count == 1)
        #expect(
            other.reported == [
                .init(
                    number: 1,
                    message: .init("longer than \(PeriodRecord.longest) bytes", zh: "超过 \(PeriodRecord.longest) 字节"))
            ])
    }
}
