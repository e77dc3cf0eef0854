import Foundation
import GatewayCore
import Protocol
import Telemetry
import TestSupport
import Testing

@Suite struct ReplayStreamTests {
    private static func stream(
        _ kinds: Set<RecordKind> = Set(RecordKind.allCases), skipsBadLines: Bool = false
    ) throws -> ReplayStream {
        ReplayStream(try replayConfiguration(), zone: .china, kinds: kinds, skipsBadLines: skipsBadLines)
    }

    /// Everything the stream writes of `text`, which comes in the given blocks.
    private static func replay(_ blocks: [[UInt8]], _ stream: inout ReplayStream) throws -> String {
        var output: [UInt8] = []
        for block in blocks {
            try stream.feed(block)
            output += stream.takeOutput()
        }
        try stream.finish()
        return String(decoding: output + stream.takeOutput(), as: UTF8.self)
    }

    private static func replay(_ text: String) throws -> String {
        var stream = try stream()
        return try replay([Array(text.utf8)], &stream)
    }

    /// Ten minutes of the stack with a hole and a mark.
    private static let lines: [String] = {
        var lines: [String] = []
        for second in stride(from: 0, to: 600, by: 5) where second < 200 || second > 300 {
            lines += ["a21026", "a19001", "a21003"].map { sampleLine(second, $0, value: "\(second % 47).25") }
            if second % 30 == 0 { lines.append(sampleLine(second, "w01018", outlet: "water-1")) }
        }
        lines.insert(#"{"ts":\#(morning.millisecondsSince1970),"outlet":"stack-1","mark":"St"}"#, at: 0)
        return lines
    }()

    private static let text = lines.joined(separator: "\n") + "\n"

    @Test("records are numbered from 1 without a hole and are the same each time")
    func numbers() throws {
        let output = try Self.replay(Self.text)
        let lines = output.split(separator: "\n")
        #expect(lines.count > 100)
        for (index, line) in lines.enumerated() {
            #expect(line.hasPrefix(#"{"v":1,"gateway":"plant-01","seq":\#(index + 1),"#))
            #expect(line.contains(#""kind":""#))
        }
        #expect(try Self.replay(Self.text) == output)
    }

    @Test(
        "an instant of a factor is one sample: the first number, or the first that there is",
        arguments: [
            (["1", "1"], 1.0, 0), (["1", "1", "1"], 1, 0), (["1", "3"], 1, 1), (["1", "3", "1", "4"], 1, 2),
            (["null,\"flag\":\"D\"", "5"], 5, 0), (["5", "null,\"flag\":\"D\"", "9,\"flag\":\"M\""], 5, 0),
        ])
    func stamps(values: [String], mean: Double, contradictions: Int) throws {
        var lines = stride(from: 0, through: 60, by: 5).flatMap { second in
            values.map { sampleLine(second, value: $0) }
        }
        // What another factor has at the instant is no repetition.
        lines.insert(sampleLine(0, "a19001", value: "7"), at: 1)
        var stream = try Self.stream([.minute])
        let output = try Self.replay([Array(lines.joined(separator: "\n").utf8)], &stream)
        let line = try #require(output.split(separator: "\n").first { $0.contains("stack-1") })
        let record = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let factor = try #require((record["data"] as? [String: Any])?["a21026"] as? [String: Any])
        #expect(factor["Count"] as? Int == 12)
        #expect(factor["Avg"] as? Double == mean)
        #expect(stream.contradictions == 13 * contradictions)
        #expect(stream.contradicting.count == min(13 * contradictions, ReplayStream.reportedLines))
        for line in stream.contradicting {
            #expect(line.text.en.contains(":1: warning: there is another number at "))
            #expect(line.text.zh.hasChinese)
        }
    }

    @Test("a record never has null, whatever number a file has", arguments: ["1.7e308", "-1.7e308", "1e30", "1e31"])
    func greatNumbers(number: String) throws {
        var stream = try Self.stream()
        let lines = stride(from: 0, through: 7_200, by: 5).map { sampleLine($0, value: number) }
        let output = try Self.replay([Array(lines.joined(separator: "\n").utf8)], &stream)
        #expect(output.contains(#""kind":"hour""#) && !output.contains("null"))
        #expect(output.contains(#""errors":{"a21026":"not a number""#) == (number != "1e30"))
    }

    @Test("how the bytes are cut into blocks changes nothing, nor do line ends and blank lines")
    func blocks() throws {
        let output = try Self.replay(Self.text)
        for variant in [
            Self.text.replacingOccurrences(of: "\n", with: "\r\n"), String(Self.text.dropLast()),
            "\n \n" + Self.text.replacingOccurrences(of: "\n", with: "\n\n") + " ",
        ] {
            #expect(try Self.replay(variant) == output)
        }
        var random = SeededGenerator()
        for longest in [1, 7, 100, 5_000] {
            for _ in 0..<randomCases(longest == 1 ? 1 : 5) {
                var rest = Array(Self.text.utf8)[...]
                var blocks: [[UInt8]] = []
                while !rest.isEmpty {
                    let count = Int.random(in: 0...longest, using: &random)
                    blocks.append(Array(rest.prefix(count)))
                    rest = rest.dropFirst(count)
                }
                var stream = try Self.stream()
                #expect(try Self.replay(blocks, &stream) == output, "\(random)")
            }
        }
    }

    @Test("the choice of kinds renumbers nothing")
    func kinds() throws {
        let all = try Self.replay(Self.text).split(separator: "\n")
        var stream = try Self.stream([.minute, .alarm])
        let chosen = try Self.replay([Array(Self.text.utf8)], &stream).split(separator: "\n")
        let expected = all.filter { $0.contains(#""kind":"minute""#) || $0.contains(#""kind":"alarm""#) }
        #expect(chosen == expected)
        #expect(chosen.count > 10)
        #expect(stream.records == Int64(all.count))
        #expect(stream.samples == Self.lines.count)
    }

    @Test("an empty input has no records")
    func empty() throws {
        for text in ["", "\n", " \r\n"] { #expect(try Self.replay(text).isEmpty) }
    }

    @Test("a bad line ends the stream with its place; what came before it is written")
    func bad() throws {
        var stream = try Self.stream()
        let text = Self.lines[..<90].joined(separator: "\n") + "\n\n{\"ts\":1}\n"
        let error = #expect(throws: BadSampleLine.self) { try Self.replay([Array(text.utf8)], &stream) }
        #expect(error?.description == "92:1: error: outlet is missing")
        let written = stream.takeOutput()
        #expect(!written.isEmpty)
    }

    @Test("a sample before its predecessor is an error that names both times")
    func order() throws {
        var stream = try Self.stream()
        let text = [sampleLine(10), sampleLine(10, "a19001"), sampleLine(5)].joined(separator: "\n")
        let error = #expect(throws: BadSampleLine.self) { try Self.replay([Array(text.utf8)], &stream) }
        #expect(error?.line == 3)
        for word in ["2026-11-21 10:20:05", "2026-11-21 10:20:10", "sort the lines by ts"] {
            #expect(error?.problem.message.contains(word) == true)
        }
    }

    @Test(
        "bad lines can be passed over: they are counted, the first are told, the rest of the input is as without them")
    func skip() throws {
        let output = try Self.replay(Self.text)
        var spoilt = Self.lines
        let long = String(repeating: " ", count: ReplayStream.longestLine + 1)
        for (place, line) in [
            (300, "x"), (250, sampleLine(-3_600)), (100, long), (99, long + "y"), (5, "{}"), (0, "?"),
        ] {
            spoilt.insert(line, at: place)
        }
        let bytes = Array((spoilt.joined(separator: "\n") + "\n" + long).utf8)
        for size in [bytes.count, 70_000, 999] {
            var stream = try Self.stream(skipsBadLines: true)
            let blocks = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            #expect(try Self.replay(blocks, &stream) == output)
            #expect(stream.skippedLines == 7)
            #expect(stream.skipped.map(\.line) == [1, 7, 102, 104, 255, 306, Self.lines.count + 7])
            #expect(stream.samples == Self.lines.count)
        }
    }

    @Test("the report of bad lines is bounded")
    func manyBad() throws {
        var stream = try Self.stream(skipsBadLines: true)
        let text = String(repeating: "{}\n", count: 1_000)
        #expect(try Self.replay([Array(text.utf8)], &stream).isEmpty)
        #expect(stream.skippedLines == 1_000)
        #expect(stream.skipped.count == ReplayStream.reportedLines)
    }
}
