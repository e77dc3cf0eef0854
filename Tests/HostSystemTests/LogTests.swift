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
            ("\u{9b}", #""\u{9b}""#), ("\u{202e}abc", #""\u{202e}abc""#), ("\u{200b}", #""\u{200b}""#),
            (#"back\slash"#, #""back\\slash""#), ("一号烟囱", "一号烟囱"), ("a\u{2028}b", #""a\u{2028}b""#),
        ])
    func escapes(value: String, expected: String) {
        #expect(text(LogLine(.info, "m", [.init("v", value)]), .journal) == "<6>m v=\(expected)\n")
    }

    @Test("A dated line begins with the time, and has no priority")
    func dates() {
        let line = LogLine(.error, "no answer", [.init("bus", "rack")])
        let bytes = line.formatted(.dated, at: "2026-11-21T10:20:30.123+08:00")
        #expect(String(decoding: bytes, as: UTF8.self) == "2026-11-21T10:20:30.123+08:00 error: no answer bus=rack\n")
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

@Suite struct LogRepeatsTests {
    private let minute = Duration.seconds(60)

    @Test("The first line passes; its repetitions are summed up after a minute, ten and an hour, as long as they come")
    func sums() {
        var repeats = LogRepeats()
        var written: [(at: Int, line: LogLine)] = []
        for second in stride(from: 0, through: 6 * 3_600, by: 2) {
            let line = LogLine(.warning, "bytes skipped", [.init("line", "l"), .init("bytes", second)])
            let now = Uptime.zero + .seconds(second)
            if let line = repeats.admit(line, at: now) { written.append((second, line)) }
            for line in repeats.takeSums(at: now) { written.append((second, line)) }
        }
        #expect(written.map(\.at) == [0, 60, 660, 4_260, 7_860, 11_460, 15_060, 18_660])
        #expect(written[0].line.fields.map(\.name) == ["line", "bytes"])
        #expect(
            written[2].line.fields
                == [.init("line", "l"), .init("bytes", 660), .init("times", 300), .init("in", "10m")])
    }

    @Test("What stops is summed up once and then forgotten; an hour later it is new")
    func stops() {
        var repeats = LogRepeats()
        let line = LogLine(.error, "no answer", [.init("bus", "b")])
        #expect(repeats.admit(line, at: .zero) == line)
        #expect(repeats.admit(line, at: .zero + .seconds(5)) == nil)
        #expect(repeats.takeSums(at: .zero + .seconds(59)).isEmpty)
        #expect(repeats.takeSums(at: .zero + .seconds(60)).map(\.fields.last) == [.init("in", "1m")])
        #expect(repeats.takeSums(at: .zero + .seconds(4_000)).isEmpty)
        #expect(repeats.admit(line, at: .zero + .seconds(4_001)) == line)
    }

    @Test(
        "Another subject, cause, level or message is another line; other numbers are not",
        arguments: [
            (LogLine(.warning, "m", [.init("unit", 2), .init("reason", "crc 1234")]), true),
            (LogLine(.warning, "m", [.init("unit", 1), .init("reason", "timeout")]), true),
            (LogLine(.error, "m", [.init("unit", 1), .init("reason", "crc 1234")]), true),
            (LogLine(.warning, "n", [.init("unit", 1), .init("reason", "crc 1234")]), true),
            (LogLine(.warning, "m", [.init("unit", 1), .init("reason", "crc 99"), .init("bytes", 3)]), false),
        ])
    func identities(line: LogLine, isOther: Bool) {
        var repeats = LogRepeats()
        _ = repeats.admit(LogLine(.warning, "m", [.init("unit", 1), .init("reason", "crc 1234")]), at: .zero)
        #expect((repeats.admit(line, at: .zero + .seconds(1)) != nil) == isOther)
    }

    @Test("What people did is told each time, and so is what is searched with", arguments: [LogLevel.notice, .debug])
    func always(level: LogLevel) {
        var repeats = LogRepeats()
        let passed = (0..<100).compactMap { repeats.admit(LogLine(level, "m"), at: .zero + .milliseconds($0)) }
        #expect(passed.count == 100)
    }

    @Test("At the end everything that was held back is told")
    func end() {
        var repeats = LogRepeats()
        let line = LogLine(.warning, "m")
        for _ in 0..<4 { _ = repeats.admit(line, at: .zero) }
        #expect(
            repeats.takeRest(at: .zero + .seconds(3))
                == [LogLine(.warning, "m", [.init("times", 3), .init("in", "3.0s")])])
        #expect(repeats.takeRest(at: .zero + .seconds(3)).isEmpty)
    }
}

@Suite struct LogTroublesTests {
    private let trouble = LogTrouble("uplink down", over: "uplink up", [.init("uplink", "u")])

    private func at(_ second: Int) -> Uptime { .zero + .seconds(second) }

    @Test("An outage is one line, few while it lasts, and one when it is over, with how long it took")
    func outage() {
        var troubles = LogTroubles()
        var written: [(at: Int, text: String)] = []
        for second in stride(from: 0, to: 9_000, by: 5) {
            if let line = troubles.failed(trouble, because: "refused", at: at(second)) {
                written.append((second, text(line)))
            }
            for line in troubles.takeSums(at: at(second)) { written.append((second, text(line))) }
        }
        let end = troubles.recovered(trouble, at: at(9_000))
        #expect(written.map(\.at) == [0, 60, 660, 4_260, 7_860])
        #expect(written[0].text == "warning: uplink down uplink=u reason=refused\n")
        #expect(written[2].text == "warning: uplink down uplink=u reason=refused for=11m times=120 in=10m\n")
        #expect(end.map(text) == "notice: uplink up uplink=u after=2h30m failures=1800\n")
        #expect(troubles.recovered(trouble, at: at(9_001)) == nil)
    }

    @Test("A cause that is new is told at once, one that was told is not; numbers make no new cause")
    func causes() {
        var troubles = LogTroubles()
        var told: [String] = []
        for (second, reason) in ["refused", "timeout", "refused", "record 1: too big", "record 2: too big"].enumerated()
        {
            if troubles.failed(trouble, because: reason, at: at(second)) != nil { told.append(reason) }
        }
        #expect(told == ["refused", "timeout", "record 1: too big"])
    }

    @Test("A link that comes and goes does not fill the log, and the last line says how it is")
    func flaps() {
        var troubles = LogTroubles()
        var lines: [(at: Int, isUp: Bool)] = []
        func take(_ line: LogLine?, _ second: Int) {
            if let line { lines.append((second, line.message == trouble.recovery)) }
        }
        for second in 0..<3_600 {
            if second % 5 == 0 { take(troubles.failed(trouble, because: "refused", at: at(second)), second) }
            if second % 5 == 2 { take(troubles.recovered(trouble, at: at(second)), second) }
            for line in troubles.takeSums(at: at(second)) { take(line, second) }
        }
        #expect(lines.map(\.at) == [0, 2, 60, 62, 660, 662])
        #expect(lines.map(\.isUp) == [false, true, false, true, false, true])
        // Calm for ten minutes: what came without a line is summed up.
        var sums: [LogLine] = []
        for second in 3_600..<4_800 { sums += troubles.takeSums(at: at(second)) }
        #expect(sums.map(text) == ["notice: uplink up uplink=u times=587 reason=refused in=58m57s\n"])
        #expect(troubles.failed(trouble, because: "refused", at: at(5_000)) != nil)
    }

    @Test("A link that goes while its lines are held back, and stays away, is told")
    func staysAway() {
        var troubles = LogTroubles()
        _ = troubles.failed(trouble, because: "refused", at: at(0))
        _ = troubles.recovered(trouble, at: at(1))
        #expect(troubles.failed(trouble, because: "refused", at: at(5)) == nil)
        #expect(troubles.takeSums(at: at(59)).isEmpty)
        #expect(
            troubles.takeSums(at: at(60)).map(text)
                == ["warning: uplink down uplink=u reason=refused for=55s times=1 in=1m\n"])
        #expect(troubles.recovered(trouble, at: at(65)) != nil)
    }

    @Test("What never failed has nothing to recover from, and subjects do not mix")
    func separate() {
        var troubles = LogTroubles()
        #expect(troubles.recovered(trouble, at: at(0)) == nil)
        _ = troubles.failed(trouble, because: "refused", at: at(0))
        let other = LogTrouble("uplink down", over: "uplink up", [.init("uplink", "v")])
        #expect(troubles.recovered(other, at: at(1)) == nil)
        #expect(troubles.failed(other, because: "refused", at: at(1)) != nil)
        #expect(troubles.reason(of: trouble) == "refused")
    }

    @Test(
        "Durations are short",
        arguments: [
            (0, "0.0s"), (1_250, "1.2s"), (9_999, "9.9s"), (12_000, "12s"), (60_000, "1m"), (200_000, "3m20s"),
            (3_600_000, "1h"), (7_500_000, "2h5m"), (86_400_000, "1d"), (356_400_000, "4d3h"), (86_460_000, "1d"),
        ])
    func durations(milliseconds: Int, text: String) {
        #expect(Duration.milliseconds(milliseconds).spoken == text)
    }

    private func text(_ line: LogLine) -> String { String(decoding: line.formatted(.plain), as: UTF8.self) }
}

@Suite struct LogSinkTests {
    @Test("A state that is looked at is told when it changes, and not while it stays")
    func notes() throws {
        let pipe = Pipe()
        let sink = LogSink(style: .plain, descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let trouble = LogTrouble("clock is off", over: "clock is good")
        for reason in [nil, "a", "a", "b", nil, nil] { sink.note(trouble, reason) }
        try pipe.fileHandleForWriting.close()
        let lines = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(
            separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.first == "warning: clock is off reason=a")
        #expect(lines.last?.hasPrefix("notice: clock is good after=0.0s failures=2") == true)
    }

    @Test("Lines for searching are worked out only when they are written")
    func debugging() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        var worked = 0
        func facts() -> [LogField] {
            worked += 1
            return [LogField("n", worked)]
        }
        LogSink(style: .plain, descriptor: descriptor).debug("polled", facts())
        #expect(worked == 0)
        let verbose = LogSink(level: .debug, style: .plain, descriptor: descriptor)
        for _ in 0..<100 { verbose.debug("polled", facts()) }
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(worked == 100 && text.hasSuffix("debug: polled n=100\n"))
    }

    @Test("Without the service manager's journal behind them, lines have the time; the variable alone says nothing")
    func dated() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        var about = stat()
        fstat(descriptor, &about)
        LogSink(descriptor: descriptor, stream: "\(about.st_dev):\(about.st_ino + 1)").log(.warning, "first")
        LogSink(descriptor: descriptor, stream: "\(about.st_dev):\(about.st_ino)").log(.warning, "second")
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(
            text.wholeMatch(
                of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d warning: first\n<4>second\n/#) != nil,
            "\(text)")
    }

    @Test("Lines of many threads come out whole")
    func keepsLinesWhole() throws {
        let pipe = Pipe()
        let sink = LogSink(
            style: .plain, descriptor: pipe.fileHandleForWriting.fileDescriptor, rate: LogRateLimit(lines: 10_000))
        let threads = (0..<4).map { writer in
            NamedThread("writer-\(writer)") {
                for number in 0..<50 {
                    sink.log(.notice, "line", [LogField("writer", writer), LogField("number", number)])
                }
            }
        }
        threads.forEach { $0.join() }
        try pipe.fileHandleForWriting.close()
        let lines = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(
            separator: "\n")
        #expect(Set(lines).count == 200)
        #expect(lines.allSatisfy { $0.hasPrefix("notice: line writer=") })
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
        for _ in 0..<1_000 { sink.log(.notice, "flood", [long, long, long]) }
        #expect(ContinuousClock.now - start < .seconds(5))
        let reader = NamedThread("reader") {
            let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(text.contains("warning: log lines lost: nobody read them lines="))
            #expect(
                text.split(separator: "\n").allSatisfy {
                    $0.hasPrefix("notice: flood") || $0.hasPrefix("warning: log") || $0 == "info: heard"
                })
        }
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        #expect(poll(&entry, 1, 10_000) == 1)
        sink.log(.info, "heard")
        try pipe.fileHandleForWriting.close()
        reader.join()
    }
}
