import Protocol
import Testing

@testable import GatewayCore

@Suite struct KeepingConfigurationTests {
    private func keeping(_ lines: String) throws -> KeepingSettings {
        try validConfiguration("gateway:\n  id: g\n\(lines)").gateway.keeping
    }

    @Test("without a word minutes are kept five years, what is much for less, hours and alarms for ever")
    func defaults() throws {
        let keeping = try keeping("")
        #expect(keeping.days == [.realtime: 90, .raw: 30, .frame: 30, .minute: 1_830])
        #expect(!keeping.keepsRaw)
        #expect(keeping.maximumBytes == nil)
        #expect(keeping.minimumFreeBytes == 100_000_000)
    }

    @Test("each kind has its time; forever takes a default back")
    func times() throws {
        let keeping = try keeping(
            """
              retention: { realtime: 7d, minute: forever, hour: 10y }
              keep_raw: 3d
              journal_limit: 20GB
              keep_free: 0MB
            """)
        #expect(keeping.days == [.realtime: 7, .raw: 30, .frame: 30, .hour: 3_660, .evidence: 3])
        #expect(keeping.keepsRaw)
        #expect(keeping.maximumBytes == 20_000_000_000)
        #expect(keeping.minimumFreeBytes == 0)
    }

    @Test("evidence may be kept for ever, and every source keeps it")
    func evidence() throws {
        let read = try validConfiguration(
            smallPlant.replacing("id: plant-01,", with: "id: plant-01, keep_raw: forever,"))
        #expect(read.gateway.keeping.keepsRaw)
        #expect(read.gateway.keeping.days[.evidence] == nil)
        #expect(read.buses.flatMap(\.devices).allSatisfy { $0.keepsAnswers })
        #expect(read.instruments.allSatisfy { $0.keepsFrames })
        let off = try validConfiguration(smallPlant)
        #expect(!off.buses.flatMap(\.devices).contains { $0.keepsAnswers })
        #expect(!off.instruments.contains { $0.keepsFrames })
    }

    @Test(
        "what is wrong is told with a hint",
        arguments: [
            ("keep_raw: 30", "`keep_raw`: `30` is not a time to keep records (such as 30d, 5y or forever)"),
            ("keep_raw: 12h", "`12h` is not a time to keep records"),
            ("keep_raw: 0d", "`0d` is not between 1d and 100y (or forever)"),
            ("keep_raw: 99999999999999999999y", "is not between 1d and 100y"),
            ("retention: { alarm: 30d }", "unknown key `alarm`"),
            ("retention: { minutes: 5y }", "did you mean `minute`?"),
            ("retention: 30d", "`retention` must be a mapping"),
            ("journal_limit: 20", "`20` is not a size (such as 500MB or 20GB)"),
            ("journal_limit: 9MB", "`9MB` is not between 10MB and 100000GB"),
            ("journal_limit: 9223372036854775807GB", "is not between"),
        ])
    func problems(line: String, message: String) {
        let result = readConfiguration("gateway:\n  id: g\n  \(line)\n".utf8)
        #expect(result.errors.count == 1)
        #expect(result.lines.contains { $0.contains(message) && $0.contains(":3:") }, "\(result.lines)")
    }

    @Test("less than five years of monitoring records is worth a warning, not an error")
    func law() {
        for (line, warns) in [("minute: 1y", true), ("hour: 1000d", true), ("minute: 5y", false), ("raw: 1d", false)] {
            let result = readConfiguration("gateway:\n  id: g\n  retention: { \(line) }\n".utf8)
            #expect(result.errors.isEmpty)
            #expect(result.lines.contains { $0.contains("at least five years") } == warns, "\(line)")
        }
    }

    @Test("no uplink carries evidence")
    func uplinks() throws {
        let text = "gateway: { id: g }\nuplinks: [ { id: u, mqtt: { url: mqtt://h }"
        #expect(try validConfiguration(text + " } ]").uplinks[0].kinds.contains(.evidence) == false)
        let result = readConfiguration((text + ", kinds: [ evidence ] } ]").utf8)
        #expect(result.errors.first?.message.contains("unknown value `evidence`") == true)
    }
}
