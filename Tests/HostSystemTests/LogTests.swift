import HostSystem
import Testing

@Suite struct LogTests {
    @Test("a line is a message and fields, quoted where they need it")
    func plain() {
        let fields = [LogField("bus", "rack"), LogField("reason", "no answer"), LogField("empty", "")]
        #expect(
            LogSink.line(.warning, "request failed", fields, isForJournald: false)
                == "warning: request failed bus=rack reason=\"no answer\" empty=\"\"\n")
    }

    @Test(
        "journald gets the priority in front", arguments: [(LogLevel.critical, "<2>"), (.error, "<3>"), (.info, "<6>")])
    func journald(level: LogLevel, prefix: String) {
        #expect(LogSink.line(level, "m", [], isForJournald: true) == "\(prefix)m\n")
    }

    @Test("bytes of a peer cannot forge a line")
    func control() {
        let line = LogSink.line(.info, "got", [LogField("mn", "x\n<2>all \"well\"\u{1B}[2J")], isForJournald: true)
        #expect(line.filter { $0 == "\n" }.count == 1)
        #expect(!line.contains("\u{1B}"))
        #expect(line.contains(#"\x0a"#))
    }

    @Test("a value of any length makes a line of bounded length")
    func long() {
        #expect(
            LogSink.line(.info, "m", [LogField("x", String(repeating: "a", count: 9_000))], isForJournald: true).count
                < 600)
    }
}
