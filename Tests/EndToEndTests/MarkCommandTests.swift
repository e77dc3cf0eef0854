import Glibc
import TestSupport
import Testing

@Suite("Marking by hand through the command", .timeLimit(.minutes(2)))
struct MarkCommandTests {
    @Test("a mark reaches the running daemon, is told in its records, and a wrong one is refused")
    func marking() throws {
        let directory = TemporaryDirectory()
        let configuration = try directory.write(
            """
            gateway: { id: p, data_directory: \(directory.file("data")), realtime_interval: 1s }
            instruments: [ { id: m, listen: "127.0.0.1:\(freePort())" } ]
            outlets: [ { id: stack-1, st: "31", factors: [ { code: a21026, from: m.a21026 } ] } ]
            """, to: "gateway.yaml")
        let daemon = try Program.start(["run", "--config", configuration])
        defer {
            daemon.signal(SIGTERM)
            _ = daemon.wait()
        }
        #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
        func run(_ words: String...) throws -> (code: Int32, output: String, errors: String) {
            try Program.run(["mark"] + words + ["--config", configuration])
        }
        let good = try run("stack-1.a21026", "--flag", "M", "--for", "2h", "--by", "Wang", "--note", "probe")
        #expect(good.code == 0, "\(good.errors)")
        let status = try Program.run(["status", "--config", configuration]).output
        #expect(status.contains("  a21026        MARKED M by hand, 1 h 59 min left"), "\(status)")
        let json = try Program.run(["status", "--json", "--config", configuration]).output
        #expect(json.contains(#""marks":[{"factor":"a21026","flag":"M","until":"#))
        let unknown = try run("stack-1.a9", "--flag", "M", "--for", "2h", "--by", "Wang")
        #expect(unknown.code == 1)
        #expect(unknown.errors.contains("there is no factor 'a9' (there are: a21026)"))
        let chinese = try Program.run(
            ["mark", "stack-9", "--flag", "M", "--for", "2h", "--by", "Wang", "--config", configuration],
            environment: Program.chinese)
        #expect(chinese.code == 1 && chinese.errors == "gatewayd mark: 没有排口“stack-9”（已配置：stack-1）\n")
        #expect(try run("stack-1", "--flag", "N", "--for", "2h", "--by", "Wang").code == 2)
        // An empty name must not become all factors.
        #expect(try run("stack-1.", "--flag", "M", "--for", "2h", "--by", "Wang").code == 2)
        #expect(try run("stack-1", "--plant", "St", "--by", "Wang").code == 2)
        #expect(
            eventually {
                let records = try? Program.run(["journal", "export", "--config", configuration, "--kinds", "audit"])
                return records?.output.contains(#""by":"Wang""#) == true
            })
        #expect(
            eventually {
                let records = try? Program.run(["journal", "export", "--config", configuration, "--kinds", "realtime"])
                return records?.output.contains("a21026 flagged M by hand") == true
            })
    }
}
