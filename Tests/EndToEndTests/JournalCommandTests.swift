import Foundation
import Telemetry
import TelemetryStore
import TestSupport
import Testing

@testable import Gatewayd

/// A configuration with two uplinks and a journal of its daemon.
private struct JournalCommandFixture {
    let directory = TemporaryDirectory()
    let configuration: String
    /// 2026-11-21 10:00 on the plant's clock.
    static let start: Int64 = 1_795_226_400_000

    init() throws {
        configuration = try directory.write(
            """
            gateway: { id: plant-01, data_directory: \(directory.file("data")) }
            uplinks:
              - { id: province, mqtt: { url: "mqtt://127.0.0.1:1" }, kinds: [minute, audit] }
              - { id: city, mqtt: { url: "mqtt://127.0.0.1:1" } }
            buses:
              - id: rack
                tcp: 127.0.0.1:1
                devices: [ { id: cems-1, unit: 1, registers: [ { name: so2, input: 0, type: float32 } ] } ]
            outlets:
              - { id: stack-1, st: "31", factors: [ { code: a21026, from: cems-1.so2 } ] }
            """, to: "gateway.yaml")
    }

    var database: String { directory.file("data/journal.db") }

    func journal() throws -> Journal {
        try Journal(directory: directory.file("data"), settings: JournalSettings(commitInterval: .milliseconds(1)))
    }

    /// Two kinds in turn: minutes are odd, realtime even.
    func fill(_ journal: Journal, minutes: Int) {
        for minute in 0..<minutes {
            for kind in ["minute", "realtime"] { append(kind, minute, to: journal) }
        }
    }

    @discardableResult
    func append(_ kind: String, _ minute: Int, _ rest: String = "", to journal: Journal) -> Int64? {
        journal.append(
            kind: kind, lane: .ordinary, outlet: "stack-1", timestamp: Self.start + Int64(minute) * 60_000
        ) { Array(#"{"v":1,"gateway":"plant-01","seq":\#($0),"kind":"\#(kind)"\#(rest)}"#.utf8) }
    }

    func run(
        _ action: String, _ arguments: String..., environment: [String: String] = [:]
    ) throws -> (code: Int32, output: String, errors: String) {
        try Program.run(["journal", action, "--config", configuration] + arguments, environment: environment)
    }

    func sqlite(_ sql: String) throws {
        #expect(try ChildProcess("sqlite3", [database, sql]).wait() == 0)
    }
}

@Suite struct JournalCommandTests {
    @Test("stats counts by kind and by uplink, beside a running daemon")
    func stats() throws {
        let fixture = try JournalCommandFixture()
        let journal = try fixture.journal()
        fixture.fill(journal, minutes: 50)
        journal.saveCursor(uplink: "province", state: "1 90 7-10,21-21")
        journal.flush(deadline: .seconds(5))
        let result = try fixture.run("stats")
        #expect(result.code == 0)
        #expect(result.errors.isEmpty)
        let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.contains("minute 50 1 99 20261121100000 20261121104900 0"))
        #expect(lines.contains("realtime 50 2 100 20261121100000 20261121104900 0"))
        // 7, 9 and 21, and five of 91…100.
        #expect(lines.contains("uplink province: 8 records owed, the oldest is 7"))
        #expect(lines.contains("uplink city: 100 records owed, the oldest is 1"))
        let chinese = try fixture.run("stats", environment: Program.chinese).output.split(separator: "\n")
        #expect(chinese.first?.hasPrefix("种类  ") == true && chinese.first?.hasSuffix("末时间  已删除") == true)
        #expect(Set(chinese.prefix(3).map { String($0).displayWidth }).count == 1, "the columns stay aligned")
        #expect(chinese.contains("上行链路 province：尚欠 8 条，最早为 7") && chinese.contains("最新编号  100"))
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(try fixture.run("stats", "--json").output.utf8))
                as? [String: Any])
        #expect(json["head"] as? Int == 100)
        #expect(((json["kinds"] as? [String: Any])?["minute"] as? [String: Any])?["records"] as? Int == 50)
        #expect(((json["uplinks"] as? [String: Any])?["province"] as? [String: Any])?["owed"] as? Int == 8)
        #expect(journal.close(deadline: .seconds(5)).isClosed)
    }

    @Test("verify is content with an untouched journal, and names the first record that was touched")
    func verify() throws {
        let fixture = try JournalCommandFixture()
        let journal = try fixture.journal()
        fixture.fill(journal, minutes: 30)
        journal.flush(deadline: .seconds(5))
        let running = try fixture.run("verify")
        #expect(running.code == 0)
        #expect(running.output.hasPrefix("60 records checked: none altered, missing or inserted\n"))
        journal.close(deadline: .seconds(5))

        try fixture.sqlite("update record set body = replace(body, 'plant-01', 'plant-02') where seq in (17, 30)")
        let altered = try fixture.run("verify")
        #expect(altered.code == 1)
        #expect(altered.output.hasPrefix("record 17 (minute) altered: "))
        #expect(altered.output.contains("16 records before it are as they were written"))
        let chinese = try fixture.run("verify", environment: Program.chinese).output.split(separator: "\n")
        #expect(chinese.first == "记录 17（minute）已被改动：与其哈希以及所连的记录 15 不符")
        #expect(chinese.dropFirst().first == "其前 16 条记录与写入时一致")

        try fixture.sqlite("delete from record where seq between 11 and 13")
        let missing = try fixture.run("verify")
        #expect(missing.code == 1)
        #expect(missing.output.hasPrefix("records 11 to 13 missing: "))
    }

    @Test("digests in the journal and those that a platform kept are compared")
    func digests() throws {
        let fixture = try JournalCommandFixture()
        let journal = try fixture.journal()
        fixture.fill(journal, minutes: 20)
        journal.flush(deadline: .seconds(5))
        let digest = try JournalInspector(directory: journal.directory).digest(after: 0, through: 40)
        let details = DigestEvent.details(of: digest).map { #""\#($0.name)":"\#($0.value)""# }.joined(separator: ",")
        let event = #","event":{"name":"digest",\#(details)}"#
        fixture.append("audit", 21, event, to: journal)
        journal.close(deadline: .seconds(5))
        let good = try fixture.run("verify")
        #expect(good.code == 0)
        #expect(good.output.contains("2 of 2 hashes in digests compared"))

        let received = #"{"v":1,"seq":41,"prev":40,"kind":"audit"\#(event)}"#
        let kept = try fixture.directory.write("{}\n\(received)\nnonsense\n", to: "kept")
        #expect(try fixture.run("verify", "--digests", kept).code == 0)
        let last = try #require(digest.lines.first { $0.kind == "minute" })
        let other = received.replacing(last.hash.hex, with: String(repeating: "7", count: 64))
        let contradicting = try fixture.directory.write(other, to: "other")
        let bad = try fixture.run("verify", "--digests", contradicting)
        #expect(bad.code == 1)
        #expect(bad.output.contains("record 39 (minute) contradicted: a digest has hash 7777777777777777… for it"))
        let none = try fixture.run("verify", "--digests", fixture.configuration)
        #expect(none.code == 1)
        #expect(none.errors.contains("no line is an audit record with a digest"))
    }

    @Test("export writes the bodies as they are, by number, time and kind")
    func export() throws {
        let fixture = try JournalCommandFixture()
        let journal = try fixture.journal()
        fixture.fill(journal, minutes: 600)
        journal.flush(deadline: .seconds(5))
        func sequences(_ arguments: String...) throws -> [Int] {
            let result = try Program.run(["journal", "export", "--config", fixture.configuration] + arguments)
            #expect(result.code == 0, "\(result.errors)")
            return result.output.split(separator: "\n").compactMap { line in
                line.firstRange(of: "\"seq\":").flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
            }
        }
        #expect(try sequences() == Array(1...1_200))
        #expect(try sequences("--from-seq", "5", "--to-seq", "8") == [5, 6, 7, 8])
        #expect(try sequences("--from-seq", "1199", "--kinds", "minute,audit") == [1_199])
        #expect(try sequences("--from", "2026-11-21T10:01", "--to", "20261121100300") == [3, 4, 5, 6])
        let body = try fixture.run("export", "--from-seq", "3", "--to-seq", "3").output
        #expect(body == #"{"v":1,"gateway":"plant-01","seq":3,"kind":"minute"}"# + "\n")
        let hash = try #require(try JournalInspector(directory: journal.directory).hash("minute", through: 3))
        let hashed = try fixture.run("export", "--from-seq", "3", "--to-seq", "3", "--hashes").output
        #expect(hashed == #"{"hash":"\#(hash.hex)","place":"stack-1","record":\#(body.dropLast())}"# + "\n")
    }

    @Test("without a journal nothing comes to be", arguments: ["stats", "verify", "export"])
    func missing(action: String) throws {
        let fixture = try JournalCommandFixture()
        let result = try fixture.run(action)
        #expect(result.code == 1)
        #expect(result.errors.contains("no journal in \(fixture.directory.file("data"))"))
        #expect(!FileManager.default.fileExists(atPath: fixture.directory.file("data")))
    }

    @Test("wrong usage is told")
    func usage() throws {
        let fixture = try JournalCommandFixture()
        for (words, message) in [
            ([], "say stats, verify, export or show, not nothing"), (["erase"], "not 'erase'"),
            (["stats"], "--config is required"),
            (["export", "--config", fixture.configuration, "--kinds", "minutes"], "did you mean minute?"),
            (["export", "--config", fixture.configuration, "--from", "now"], "--from now: write it like"),
            (
                ["export", "--config", fixture.configuration, "--from-seq", "9", "--to-seq", "8"],
                "--to-seq is before --from-seq"
            ),
        ] {
            let result = try Program.run(["journal"] + words)
            #expect(result.code == 2)
            #expect(result.errors.contains(message))
        }
    }
}
