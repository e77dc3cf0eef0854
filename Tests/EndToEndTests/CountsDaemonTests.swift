import Foundation
import TestSupport
import Testing

/// The counts of an hour and a day that end while the daemon runs, against what platforms have.
@Suite("Counts at midnight", .timeLimit(.minutes(2)))
struct CountsDaemonTests {
    private struct Received {
        var kinds: [String: Int] = [:]
        var sequences: [Int64] = []
    }

    /// What came of the numbers in `(after, through]`, doubles counted once.
    private func received(_ lines: some Sequence<Substring>, _ after: Int64, _ through: Int64) throws -> Received {
        var records: [Int64: String] = [:]
        for line in lines {
            guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let sequence = object["seq"] as? Int64, let kind = object["kind"] as? String
            else { continue }
            if sequence > after, sequence <= through { records[sequence] = kind }
        }
        return Received(
            kinds: records.values.reduce(into: [:]) { $0[$1, default: 0] += 1 }, sequences: records.keys.sorted())
    }

    /// Seconds from now to the next 24:00 of the plant, which is 16:00 UTC.
    private func untilMidnight() -> Int {
        86_400 - (Int(Date().timeIntervalSince1970) + 8 * 3_600) % 86_400
    }

    private func counts(_ site: FaultSite) throws -> [[String: Any]] {
        try site.subscriber.messages.filter { $0.topic.hasSuffix("/counts") }.compactMap {
            try JSONSerialization.jsonObject(with: Data($0.payload.utf8)) as? [String: Any]
        }
    }

    @Test("the records of the hour and the day say what each platform received, and what it is owed")
    func midnight() throws {
        let site = try FaultSite()
        let text = try String(contentsOfFile: site.configuration, encoding: .utf8)
        let more = """
              - { id: nowhere, mqtt: { url: "mqtt://127.0.0.1:\(freePort())" } }
              - id: part
                kinds: [realtime, minute]
                factors: [a34013]
                history_delay: 0s
                mqtt: { url: "\(site.broker.url)", topic_prefix: part }
            buses:
            """
        try text.replacing("buses:", with: more).write(toFile: site.configuration, atomically: true, encoding: .utf8)
        let part = try Platform(site.broker, "part/v1/#")
        site.layer.setClock(off: untilMidnight() - 1_800)
        try site.start()
        #expect(eventually { site.subscriber.sequences.count > 20 && part.records.count > 1 })
        site.layer.setClock(off: untilMidnight() - 2)
        #expect(try eventually { try counts(site).count >= 2 })

        for record in try counts(site) {
            let report = try #require(record["counts"] as? [String: Any])
            let after = try #require(report["after"] as? Int64)
            let through = try #require(report["through"] as? Int64)
            #expect(after == 0 && through > 20)
            let exported = try site.command("journal", "export", "--to-seq", "\(through)").output.split(separator: "\n")
            #expect(report["kinds"] as? [String: Int] == (try received(exported, after, through)).kinds)
            let uplinks = try #require(report["uplinks"] as? [String: [String: Any]])
            func check(_ uplink: String, _ received: Received) throws {
                let told = try #require(uplinks[uplink])
                let kinds = try #require(told["kinds"] as? [String: Int])
                #expect(kinds == received.kinds, "\(uplink)")
                #expect(told["records"] as? Int == received.sequences.count)
                #expect(told["first"] as? Int64 == received.sequences.first)
                #expect(told["last"] as? Int64 == received.sequences.last)
                let gaps = try #require(told["gaps"] as? [[Int64]]).map { $0[0]...$0[1] }
                let settled = received.sequences.filter { number in !gaps.contains { $0.contains(number) } }
                #expect(told["acknowledged"] as? Int == settled.count, "\(uplink): \(gaps)")
            }
            let lines = site.subscriber.messages.map { Substring($0.payload) }
            try check("province", received(lines, after, through))
            let partly = part.lines.compactMap { $0.split(separator: " ", maxSplits: 2).last }
            try check("part", received(partly, after, through))
            let nowhere = try #require(uplinks["nowhere"])
            #expect(nowhere["acknowledged"] as? Int == 0 && nowhere["gaps"] as? [[Int64]] == [[1, through]])
            #expect(nowhere["kinds"] as? [String: Int] == uplinks["province"]?["kinds"] as? [String: Int])
        }
        #expect(Set(try counts(site).compactMap { $0["period"] as? Int }) == [3_600, 86_400])
        #expect(try counts(site).allSatisfy { ($0["dataTime"] as? String)?.hasSuffix("0000") == true })
        #expect(site.stop())
        try site.expectNothingLostOrDoubled()
    }
}
