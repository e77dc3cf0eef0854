import Emissions
import GatewayCore
import Telemetry
import TestSupport
import Testing

/// What both ways of reading make of a line.
private struct Parsed {
    var usual: OutletSample?
    var any: Result<OutletSample?, SampleLineProblem>

    init(_ bytes: [UInt8], _ parser: inout SampleLineParser) {
        usual = parser.parseUsual(bytes.span)
        do throws(SampleLineProblem) {
            any = .success(try parser.parseAny(bytes.span))
        } catch {
            any = .failure(error)
        }
    }

    /// Whether the quick way, if it has an answer, has the right one.
    var agree: Bool {
        guard let usual else { return true }
        guard case .success(let sample?) = any else { return false }
        return usual == sample && usual.bits == sample.bits
    }
}

extension OutletSample {
    /// The value's bits, which tell 0 and -0 apart.
    fileprivate var bits: UInt64? {
        guard case .reading(let reading, _) = content else { return nil }
        return reading.value?.bitPattern
    }
}

@Suite struct SampleLineTests {
    private static func parser() throws -> SampleLineParser {
        SampleLineParser(outlets: try replayConfiguration().outlets)
    }

    private static func parse(_ text: String) throws -> OutletSample? {
        var parser = try parser()
        return try parser.parse(Array(text.utf8).span)
    }

    private static func reading(
        _ value: Double?, _ flag: DataFlag = .normal, factor: Int = 0, outlet: Int = 0, at: Int64 = 1_795_227_600_000
    ) -> OutletSample {
        OutletSample(
            at: WallInstant(millisecondsSince1970: at), outlet: outlet,
            content: .reading(
                Reading(value: value, flag: flag, failure: value == nil ? .noData : nil), factor: factor))
    }

    @Test("the line of the contract and its variations, in the usual shape")
    func usual() throws {
        let head = #""ts":1795227600000,"outlet":"stack-1""#
        let cases: [(String, OutletSample)] = [
            (#"{\#(head),"factor":"a21026","value":12.3,"flag":"N"}"#, Self.reading(12.3)),
            (#"{\#(head),"factor":"a21026","value":12.3}"#, Self.reading(12.3)),
            (#"{"flag":"D","value":-4,"factor":"a19001",\#(head)}"#, Self.reading(-4, .fault, factor: 1)),
            (" { \(head) ,\t\"factor\" : \"a21003\" , \"value\" : 0 } \r", Self.reading(0, factor: 2)),
            (#"{\#(head),"factor":"a21026","value":null,"flag":"B"}"#, Self.reading(nil, .noCommunication)),
            (#"{\#(head),"factor":"a21026","flag":"Td"}"#, Self.reading(nil, DataFlag("Td")!)),
            (#"{\#(head),"factor":"a21026","value":1e2,"unit":"mg/m3"}"#, Self.reading(100)),
            (#"{"id":1,\#(head),"factor":"a21026","value":1}"#, Self.reading(1)),
            (#"{"new":true,\#(head),"factor":"a21026","value":1}"#, Self.reading(1)),
            (#"{"ts":0,"outlet":"water-1","factor":"w01018","value":1}"#, Self.reading(1, outlet: 1, at: 0)),
            (
                #"{"ts":4102444799999,"outlet":"stack-1","factor":"a21026","value":1}"#,
                Self.reading(1, at: 4_102_444_799_999)
            ),
        ]
        for (text, expected) in cases {
            var parser = try Self.parser()
            let parsed = Parsed(Array(text.utf8), &parser)
            #expect(parsed.usual == expected, "\(text)")
            #expect(parsed.agree, "\(text)")
        }
    }

    @Test(
        "what is unusual is read too",
        arguments: [
            #"{"t\u0073":1795227600000,"outlet":"stack-1","factor":"a21026","value":12.3}"#,
            #"{"ts":1795227600000,"outlet":"stack\u002d1","factor":"a21026","value":12.3}"#,
            #"{"ts":1795227600000,"outlet":"stack-1","factor":"a21026","value":12.3,"by":{"a":[1,2]},"see":[]}"#,
            #"{"ts":1795227600000,"outlet":"stack-1","factor":"a21026","value":12.3,"name":"二氧化硫"}"#,
            #"{"ts":1795227600000,"outlet":"stack-1","factor":"a21026","value":12.3,"x":1,"y":2,"z":"\"}"}"#,
        ])
    func unusual(text: String) throws {
        var parser = try Self.parser()
        #expect(parser.parseUsual(Array(text.utf8).span) == nil)
        #expect(try parser.parse(Array(text.utf8).span) == Self.reading(12.3))
    }

    @Test("a plant mark is a sample without a factor", arguments: PlantMark.allCases)
    func mark(mark: PlantMark) throws {
        let text = #"{"ts":1795227600000,"outlet":"water-1","mark":"\#(mark.rawValue)"}"#
        let expected = OutletSample(at: morning, outlet: 1, content: .mark(mark))
        var parser = try Self.parser()
        #expect(parser.parseUsual(Array(text.utf8).span) == expected)
        #expect(try parser.parseAny(Array(text.utf8).span) == expected)
    }

    @Test(
        "a reading of a meter is a sample without an outlet",
        arguments: [
            (#"{"ts":1795227600000,"meter":"fan","value":20.5}"#, Reading(value: 20.5)),
            (#"{"value":null,"flag":"B","meter":"fan","ts":1795227600000}"#, .failed(.noData)),
        ])
    func meter(text: String, reading: Reading) throws {
        var parser = SampleLineParser(outlets: [], meters: try configuration(PowerAlarmTests.plant).power.meters)
        let parsed = Parsed(Array(text.utf8), &parser)
        #expect(parsed.agree)
        let sample = try #require(try parser.parse(Array(text.utf8).span))
        guard case .meter(let taken, index: 1) = sample.content else { return #expect(Bool(false), "\(sample)") }
        #expect(sample.at == morning && taken.value == reading.value && taken.failure == reading.failure)
    }

    @Test(
        "what is wrong with a meter's line is told",
        arguments: [
            (#"{"ts":1,"meter":"fam","value":1}"#, 9, "unknown meter 'fam' (did you mean fan?)"),
            (#"{"ts":1,"meter":3,"value":1}"#, 9, "meter is a string, not a number"),
            (#"{"ts":1,"meter":"fan"}"#, 1, "value is missing"),
            (#"{"ts":1,"outlet":"stack-1","meter":"fan","value":1}"#, 9, "either a meter or an outlet"),
        ])
    func badMeter(text: String, column: Int, message: String) throws {
        var parser = SampleLineParser(outlets: [], meters: try configuration(PowerAlarmTests.plant).power.meters)
        #expect {
            try parser.parse(Array(text.utf8).span)
        } throws: { error in
            guard let problem = error as? SampleLineProblem else { return false }
            return problem.column == column && problem.message.contains(message)
        }
    }

    @Test("a blank line is no sample", arguments: ["", " ", "\t \r"])
    func blank(text: String) throws {
        #expect(try Self.parse(text) == nil)
    }

    /// Line, column and what the message says.
    private static let bad: [(String, Int, [String])] = [
        ("ts,outlet,factor", 2, ["not JSON"]),
        (#"{"ts":1795227600000,"outlet":"stack-1""#, 38, ["not JSON"]),
        (#"{"ts":1,"ts":2,"outlet":"stack-1","factor":"a21026","value":1}"#, 12, ["not JSON", "duplicate"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026","value":NaN}"#, 56, ["not JSON"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026","value":01}"#, 54, ["not JSON"]),
        ("[1,2]", 1, ["a list", "an object with ts, outlet"]), ("12", 1, ["a number"]),
        (#"{"outlet":"stack-1","factor":"a21026","value":1}"#, 1, ["ts is missing"]),
        (#"{"time":1,"outlet":"stack-1","factor":"a21026","value":1}"#, 1, ["ts is missing"]),
        (#"{"tS":1,"outlet":"stack-1","factor":"a21026","value":1}"#, 2, ["ts is missing", "tS"]),
        (#"{"ts":"1","outlet":"stack-1","factor":"a21026","value":1}"#, 2, ["whole milliseconds"]),
        (#"{"ts":1.5,"outlet":"stack-1","factor":"a21026","value":1}"#, 2, ["whole milliseconds"]),
        (#"{"ts":1.0,"outlet":"stack-1","factor":"a21026","value":1}"#, 2, ["whole milliseconds"]),
        (#"{"ts":-1,"outlet":"stack-1","factor":"a21026","value":1}"#, 2, ["since 1970"]),
        (
            #"{"ts":1795227600,"outlet":"stack-1","factor":"a21026","value":1}"#, 2,
            ["whole milliseconds", "seconds; write 1795227600000"]
        ),
        (
            #"{"ts":1795227600.25,"outlet":"stack-1","factor":"a21026","value":1}"#, 2,
            ["seconds; write 1795227600250"]
        ),
        (
            #"{"ts":1795227600000000,"outlet":"stack-1","factor":"a21026","value":1}"#, 2,
            ["microseconds; write 1795227600000"]
        ),
        (
            #"{"ts":1795227600000000000,"meter":"fan","value":1}"#, 2, ["nanoseconds; write 1795227600000"]
        ),
        (
            #"{"ts":1,"outlet":"stack-1","factor":"a21026","value":1,"flag":"Q"}"#, 56,
            ["unknown flag 'Q'", "HJ 212 has N, F, M"]
        ),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026","value":1,"flag":"n"}"#, 56, ["unknown flag 'n'", "mean N?"]),
        (#"{"ts":4102444800000,"outlet":"stack-1","factor":"a21026","value":1}"#, 2, ["before the year 2100"]),
        (#"{"ts":1,"factor":"a21026","value":1}"#, 1, ["outlet is missing"]),
        (#"{"ts":1,"outlet":1,"factor":"a21026","value":1}"#, 9, ["outlet is a string, not a number"]),
        (#"{"ts":1,"outlet":"stack-2","factor":"a21026","value":1}"#, 9, ["unknown outlet 'stack-2'", "stack-1?"]),
        (#"{"ts":1,"outlet":"烟囱","factor":"a21026","value":1}"#, 9, ["unknown outlet '烟囱'", "stack-1, water-1"]),
        (#"{"ts":1,"outlet":"stack-1","value":1}"#, 1, ["factor is missing"]),
        (#"{"ts":1,"outlet":"stack-1","facter":"a21026","value":1}"#, 28, ["factor is missing", "facter"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21062","value":1}"#, 28, ["unknown factor 'a21062'", "a21026?"]),
        (#"{"ts":1,"outlet":"water-1","factor":"a21026","value":1}"#, 28, ["unknown factor", "water-1 has w01018"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21002","value":1}"#, 28, ["a21002 of stack-1 is computed"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026"}"#, 1, ["value is missing"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026","value":null}"#, 46, ["the flag is not N"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026","value":null,"flag":"N"}"#, 46, ["the flag is not N"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026","value":"1"}"#, 46, ["a number or null, not a string"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026","value":1e400}"#, 58, ["not JSON"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026","value":1,"flag":"normal"}"#, 56, ["one to four letters"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026","value":1,"flag":""}"#, 56, ["one to four letters"]),
        (#"{"ts":1,"outlet":"stack-1","factor":"a21026","value":1,"flag":0}"#, 56, ["flag is a string"]),
        (#"{"ts":1,"outlet":"stack-1","mark":"X"}"#, 28, ["unknown mark 'X'", "N, F, St, Sd, B"]),
        (#"{"ts":1,"outlet":"stack-1","mark":"F","value":1}"#, 39, ["either a mark or a factor"]),
        (#"{"ts":1,"outlet":"stack-1","mark":"F","factor":"a21026"}"#, 39, ["either a mark or a factor"]),
    ]

    @Test("what is wrong is said, with its place and what to do", arguments: bad.indices)
    func wrong(index: Int) throws {
        let (text, column, words) = Self.bad[index]
        let problem = #expect(throws: SampleLineProblem.self, "\(text)") { try Self.parse(text) }
        #expect(problem?.column == column, "\(text): \(problem?.message ?? "")")
        #expect(problem?.text.zh.hasChinese == true, "\(text)")
        for word in words { #expect(problem?.message.contains(word) == true, "\(text): \(problem?.message ?? "")") }
    }

    @Test(
        "numbers are read to the nearest double",
        arguments: [
            "0", "-0", "-0.0", "0.1", "12.3", "9007199254740993", "9007199254740993.0", "12.300000000000001",
            "123456789012345678901234567890.5", "1e22", "1e23", "1E-22", "1e-23", "4.9e-324", "1e-400",
            "2.2250738585072011e-308", "1e30", "0.000000000000000000000000000000000000000012", "8.5e+3", "0e999",
            "100000000000000000000e-20",
            "0.30000000000000004", "5e-1",
        ])
    func numbers(text: String) throws {
        let value = try #require(Double(text))
        for text in [text, text.hasPrefix("-") ? String(text.dropFirst()) : "-" + text] {
            var parser = try Self.parser()
            let line = #"{"ts":1,"outlet":"stack-1","factor":"a21026","value":\#(text)}"#
            let parsed = Parsed(Array(line.utf8), &parser)
            #expect(parsed.agree, "\(text)")
            guard case .success(let sample?) = parsed.any, case .reading(let reading, _) = sample.content else {
                Issue.record("\(text) is not read")
                continue
            }
            #expect(reading.value?.magnitude == value.magnitude, "\(text)")
        }
    }

    @Test(
        "a number that no measurement can be is left out as a register's is",
        arguments: ["1.0001e30", "-1e31", "1.7e308", "179.76931348623157e306"])
    func tooGreat(text: String) throws {
        let line = #"{"ts":1795227600000,"outlet":"stack-1","factor":"a21026","value":\#(text)"#
        let unflagged = try #require(try Self.parse(line + "}"))
        #expect(unflagged.content == .reading(.failed(.notANumber), factor: 0))
        let flagged = try #require(try Self.parse(line + #","flag":"T"}"#))
        #expect(
            flagged.content == .reading(Reading(value: nil, flag: .overRange, failure: .notANumber), factor: 0))
    }

    @Test("every flag of HJ 212 is taken", arguments: ["N", "F", "M", "S", "D", "C", "T", "B", "Td", "P", "0", "3"])
    func flags(text: String) throws {
        let line = #"{"ts":1795227600000,"outlet":"stack-1","factor":"a21026","value":1,"flag":"\#(text)"}"#
        #expect(try Self.parse(line) == Self.reading(1, try #require(DataFlag(text))))
    }

    @Test(
        "numbers that are none, or too great, have no quick answer",
        arguments: [
            "01", "1.", ".5", "+1", "-", "1e", "1e+", "0x1", "1_000", "Infinity", "1e309", "9223372036854775808", "--1",
            "1.e1", "00",
        ])
    func notNumbers(text: String) throws {
        var parser = try Self.parser()
        let line = #"{"ts":1,"outlet":"stack-1","factor":"a21026","value":\#(text)}"#
        let parsed = Parsed(Array(line.utf8), &parser)
        #expect(parsed.usual == nil)
        #expect(throws: SampleLineProblem.self) { try parsed.any.get() }
    }
}

/// The quick way and the thorough one are the same.
@Suite struct SampleLinePropertyTests {
    private static let spaces = ["", "", "", " ", "\t", "  "]
    private static let extras = [
        #""unit":"mg/m3""#, #""n":-1.5e3"#, #""ok":true"#, #""x":null"#, #""deep":{"a":1}"#, #""说明":"好""#,
        #""unit":"kg""#,
    ]

    private static func number(_ random: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return "\(Int.random(in: -1_000...1_000, using: &random))"
        case 1: return "\(Double.random(in: -500...500, using: &random))"
        case 2: return "\(Double(bitPattern: random.next()))"
        case 3: return "\(Int.random(in: 0...999, using: &random)).\(Int.random(in: 0...99_999, using: &random))"
        case 4:
            return "\(UInt64.random(in: 0 ... .max, using: &random)).\(UInt64.random(in: 0 ... .max, using: &random))"
                + "e\(Int.random(in: -330...330, using: &random))"
        default: return ["null", "0", "-0.0", "1e5", "true", "\"1\""].randomElement(using: &random) ?? ""
        }
    }

    private static func line(_ random: inout SeededGenerator) -> String {
        func space() -> String { spaces.randomElement(using: &random) ?? "" }
        let outlet = ["stack-1", "stack-1", "water-1", "stack-2"].randomElement(using: &random) ?? ""
        let factor = ["a21026", "a19001", "w01018", "a21002", "a1"].randomElement(using: &random) ?? ""
        var members = [
            #""ts":\#(Int64.random(in: -1...4_102_444_800_000, using: &random))"#, #""outlet":"\#(outlet)""#,
        ]
        if Int.random(in: 0..<10, using: &random) > 0 { members.append(#""factor":"\#(factor)""#) }
        if Int.random(in: 0..<10, using: &random) > 0 { members.append(#""value":\#(number(&random))"#) }
        if Bool.random(using: &random) {
            members.append(#""flag":"\#(["N", "B", "D", "Td", "", "x y"].randomElement(using: &random) ?? "")""#)
        }
        if Int.random(in: 0..<10, using: &random) == 0 { members.append(#""mark":"F""#) }
        for _ in 0..<Int.random(in: 0...2, using: &random) where Bool.random(using: &random) {
            members.append(extras.randomElement(using: &random) ?? "")
        }
        members.shuffle(using: &random)
        return space() + "{" + space() + members.joined(separator: space() + "," + space()) + space() + "}" + space()
    }

    @Test("the quick way never says otherwise than the thorough one")
    func agreement() throws {
        var random = SeededGenerator()
        var parser = SampleLineParser(outlets: try replayConfiguration().outlets)
        var quick = 0
        let cases = randomCases(20_000)
        for _ in 0..<cases {
            let text = Self.line(&random)
            let parsed = Parsed(Array(text.utf8), &parser)
            #expect(parsed.agree, "\(text) \(random)")
            if parsed.usual != nil { quick += 1 }
        }
        // So that it does not agree by having no answers.
        #expect(quick > cases / 20)
    }

    @Test("damaged lines never trap, and agree too")
    func damage() throws {
        var random = SeededGenerator()
        var parser = SampleLineParser(outlets: try replayConfiguration().outlets)
        for _ in 0..<randomCases(20_000) {
            var bytes = Array(Self.line(&random).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array("\"\\{}[],:-.eE0 ".utf8).randomElement(using: &random) ?? 0, at: place)
                default: bytes.removeSubrange(place...)
                }
            }
            let parsed = Parsed(bytes, &parser)
            #expect(parsed.agree, "\(String(decoding: bytes, as: UTF8.self)) \(random)")
        }
    }
}
