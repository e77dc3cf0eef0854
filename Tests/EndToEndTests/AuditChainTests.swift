import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Audit records", .timeLimit(.minutes(2)))
struct AuditChainTests {
    @Test("start, acknowledgement, mark and stop are audit records in the chain; any of them altered is found")
    func chain() throws {
        let directory = TemporaryDirectory()
        let configuration = try directory.write(
            """
            gateway: { id: g, data_directory: \(directory.file("data")), language: en }
            instruments: [ { id: dust-1, connect: "127.0.0.1:1", mn: "0123" } ]
            outlets: [ { id: stack-1, st: "31", factors: [ { code: a34013, from: dust-1.a34013 } ] } ]
            alarms: { instrument_gap: 1s }

            """, to: "gateway.yaml")
        func run(_ words: String...) throws -> (code: Int32, output: String, errors: String) {
            try Program.run(words + ["--config", configuration])
        }
        let daemon = try Program.start(["run", "--config", configuration])
        #expect(try eventually { try run("alarms", "--active").output.contains("dust-1.D1.") })
        let alarm = try run("alarms", "--active").output.split(separator: "\n").last?.trimmingPrefix("  ") ?? ""
        #expect(try run("alarm", "ack", String(alarm), "--by", "Li", "--note", "seen").code == 0)
        #expect(
            try run("mark", "stack-1", "--plant", "St", "--for", "1h", "--by", "Wang", "--note", "start-up").code == 0)
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)

        var events: [String: [String: Any]] = [:]
        for line in try run("journal", "export", "--kinds", "audit", "--hashes").output.split(separator: "\n") {
            let row = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect((row["hash"] as? String)?.count == 64)
            #expect(row["place"] as? String == "_gateway")
            let record = try #require(row["record"] as? [String: Any])
            var event = try #require(record["event"] as? [String: Any])
            event["seq"] = record["seq"]
            if let name = event["name"] as? String { events[name] = event }
        }
        #expect((events["start"]?["config"] as? String)?.count == 16)
        #expect(events["alarm-acknowledged"]?["by"] as? String == "Li")
        #expect(events["alarm-acknowledged"]?["id"] as? String == String(alarm))
        #expect(events["mark"]?["by"] as? String == "Wang")
        #expect(events["stop"] != nil)

        let database = directory.file("data/journal.db")
        for name in ["start", "alarm-acknowledged", "mark", "stop"] {
            let sequence = try #require(events[name]?["seq"] as? Int)
            func alter(_ old: String, _ new: String) throws {
                let sql = "UPDATE record SET body = replace(body, '\(old)', '\(new)') WHERE seq = \(sequence)"
                #expect(try ChildProcess("sqlite3", [database, sql]).wait() == 0)
            }
            #expect(try run("journal", "verify").code == 0)
            try alter("\"\(name)\"", "\"none\"")
            let found = try run("journal", "verify")
            #expect(found.code == 1 && found.output.contains("\(sequence)"), "\(name): \(found.output)")
            try alter("\"none\"", "\"\(name)\"")
        }
    }
}
