import Foundation
import Glibc
import HostSystem
import Telemetry
import TestSupport
import Testing

@Suite struct LogLineTests {
    @Test("A line is a level, a fixed message and fields")
    func formats() {
        let line = LogLine(.warning, "device does not answer", [.init("bus", "rack"), .init("unit", 1)])
        #expect(text(line, .journal) == "<4>device does not answer bus=rack unit=1\n")
        #expect(text(line, .plain) == "warning: device does not answer bus=rack unit=1\n")
    }

    @Test(
        "Values that could be misread are quoted and escaped",
        arguments: [
            ("plain-1.5", "plain-1.5"), ("", #""""#), ("two words", #""two words""#), ("a=b", #""a=b""#),
            (#"say "x""#, #""say \"x\"""#),
            ("line\nbreak\r", #""line\nbreak\r""#), ("tab\t", #""tab\t""#), ("\u{1b}[31m", #""\u{1b}[31m""#),
            ("\u{9b}", #""\u{9b}""#),
            (#"back\slash"#, #""back\\slash""#), ("一号烟囱", "一号烟囱"), ("a\u{2028}b", #""a\u{2028}b""#),
        ])
    func escapes(value: String, expected: String) {
        #expect(text(LogLine(.info, "m", [.init("v", value)]), .journal) == "<6>m v=\(expected)\n")
    }

    @Test("A message cannot forge a second line")
    func escapesMessage() {
        #expect(text(LogLine(.info, "a\n<2>b"), .journal) == "<6>a\\n<2>b\n")
    }

    @Test("Values and lines have a greatest length, cut between characters")
    func bounds() {
        let long = String(repeating: "烟", count: 10_000)
        let line = LogLine(.info, "m", (0..<20).map { .init("f\($0)", long) })
        let bytes = line.formatted(.journal)
        #expect(bytes.count <= LogLine.longestLine)
        #expect(bytes.last == 0x0A)
        #expect(bytes.filter { $0 == 0x0A }.count == 1)
        #expect(String(validating: bytes, as: UTF8.self)?.hasSuffix("…\n") == true)
        #expect(LogLine(.info, "m", [.init("v", long)]).formatted(.plain).count <= LogLine.longestValue + 20)
    }

    @Test("Levels are ordered and named", arguments: LogLevel.allCases)
    func ordersLevels(level: LogLevel) {
        #expect(LogLevel(name: level.name) == level)
        #expect(LogLevel.critical >= level && LogLevel.debug <= level)
        #expect(LogLevel(name: "loud") == nil)
    }

    private func text(_ line: LogLine, _ style: LogLine.Style) -> String {
        String(decoding: line.formatted(style), as: UTF8.self)
    }
}

@Suite struct LogRateLimitTests {
    private let line = LogLine(.error, "no answer")

    @Test("Ten of a kind pass in a minute; the next minute's first says how many were held back")
    func limits() {
        var limit = LogRateLimit()
        let verdicts = (0..<100).map { limit.admit(line, at: .zero + .milliseconds(100 * $0)) }
        #expect(
            verdicts == [LogRateLimit.Verdict](repeating: .pass(suppressed: 0), count: 10)
                + [LogRateLimit.Verdict](repeating: .suppress, count: 90))
        #expect(limit.admit(line, at: .zero + .seconds(60)) == .pass(suppressed: 90))
        #expect(limit.admit(line, at: .zero + .seconds(61)) == .pass(suppressed: 0))
    }

    @Test("Other messages and levels have their own count")
    func separates() {
        var limit = LogRateLimit(lines: 1)
        #expect(limit.admit(line, at: .zero) == .pass(suppressed: 0))
        #expect(limit.admit(LogLine(.warning, "no answer"), at: .zero) == .pass(suppressed: 0))
        #expect(limit.admit(LogLine(.error, "bad answer"), at: .zero) == .pass(suppressed: 0))
        #expect(limit.admit(line, at: .zero) == .suppress)
    }

    @Test("What does not come again is summed up after its minute")
    func summarises() {
        var limit = LogRateLimit(lines: 1)
        for _ in 0..<5 { _ = limit.admit(line, at: .zero) }
        #expect(limit.takeSummaries(at: .zero + .seconds(59)).isEmpty)
        #expect(
            limit.takeSummaries(at: .zero + .seconds(60)) == [LogLine(.error, "no answer", [.init("suppressed", 4)])])
        #expect(limit.takeSummaries(at: .zero + .seconds(60)).isEmpty)
    }

    @Test("Messages that are never the same neither fill the memory nor are lost")
    func bounds() {
        var limit = LogRateLimit(lines: 1)
        for number in 0..<5_000 {
            #expect(limit.admit(LogLine(.info, "message \(number)"), at: .zero) == .pass(suppressed: 0))
        }
    }
}

@Suite struct LogSinkTests {
    @Test("Lines of many threads come out whole")
    func keepsLinesWhole() throws {
        let pipe = Pipe()
        let sink = LogSink(
            style: .plain, descriptor: pipe.fileHandleForWriting.fileDescriptor, rate: LogRateLimit(lines: 10_000))
        let threads = (0..<4).map { writer in
            NamedThread("writer-\(writer)") {
                for number in 0..<50 {
                    sink.log(.info, "line", [LogField("writer", writer), LogField("number", number)])
                }
            }
        }
        threads.forEach { $0.join() }
        try pipe.fileHandleForWriting.close()
        let lines = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(
            separator: "\n")
        #expect(Set(lines).count == 200)
        #expect(lines.allSatisfy { $0.hasPrefix("info: line writer=") })
    }

    @Test("Lines below the minimum are not written, and suppressed ones are told at the end")
    func filters() throws {
        let pipe = Pipe()
        let sink = LogSink(
            level: .warning, style: .journal, descriptor: pipe.fileHandleForWriting.fileDescriptor,
            rate: LogRateLimit(lines: 1, period: .zero))
        sink.log(.info, "unimportant")
        sink.log(.error, "important")
        sink.flush()
        try pipe.fileHandleForWriting.close()
        #expect(String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) == "<3>important\n")
    }

    @Test("A reader that does not read holds nobody up, and learns what it missed")
    func survivesStalledReader() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        let sink = LogSink(style: .plain, descriptor: descriptor, rate: LogRateLimit(lines: 1_000_000))
        let long = LogField("text", String(repeating: "x", count: 500))
        let start = ContinuousClock.now
        for _ in 0..<1_000 { sink.log(.info, "flood", [long, long, long]) }
        #expect(ContinuousClock.now - start < .seconds(5))
        let reader = NamedThread("reader") {
            let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(text.contains("warning: log lines lost: nobody read them lines="))
            #expect(
                text.split(separator: "\n").allSatisfy {
                    $0.hasPrefix("info: flood") || $0.hasPrefix("warning: log") || $0 == "info: heard"
                })
        }
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        #expect(poll(&entry, 1, 10_000) == 1)
        sink.log(.info, "heard")
        try pipe.fileHandleForWriting.close()
        reader.join()
    }
}
