import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The daemon on a bad disk", .timeLimit(.minutes(3)))
struct DiskFaultTests {
    @Test("R02: with a damaged journal it starts, moves the file aside, alarms, polls and publishes on")
    func damaged() throws {
        let site = try FaultSite()
        try site.start()
        let subscriber = site.subscriber
        #expect(eventually { subscriber.sequences.count > 10 })
        #expect(site.stop())
        let last = try journalled(site.data).max() ?? 0
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: site.data + "/journal.db"))
        file.write(Data(repeating: 0x5A, count: 3_000))
        try file.close()

        try site.start()
        #expect(try site.isActive("D10"))
        let count = subscriber.sequences.count
        #expect(eventually { subscriber.sequences.count > count + 10 })
        let files = try FileManager.default.contentsOfDirectory(atPath: site.data)
        #expect(files.contains { $0.hasPrefix("journal.db.damaged-") })
        #expect(try journalled(site.data).allSatisfy { $0 > last })
        #expect(site.stop())
        #expect(try site.command("journal", "verify").code == 0)
    }

    @Test("R02: a damaged log after a kill and a file that is gone: no number twice, D10, an audit record, a hole")
    func lost() throws {
        let site = try FaultSite()
        try site.start()
        let subscriber = site.subscriber
        #expect(eventually { subscriber.sequences.count > 20 })
        site.kill()
        let log = URL(fileURLWithPath: site.data + "/journal.db-wal")
        let bytes = try Data(contentsOf: log)
        try bytes.prefix(bytes.count / 2).write(to: log)
        // Whoever looks before the start changes nothing.
        #expect(try site.command("journal", "stats").code == 0)
        try expectLoss("older", "newest records", at: site)
        #expect(site.stop())

        try FileManager.default.removeItem(atPath: site.data + "/journal.db")
        try expectLoss("missing", "was missing", at: site)
        #expect(site.stop())
        #expect(try site.command("journal", "verify").code == 0)
    }

    /// Starts the daemon, which finds that records are gone, tells so and numbers on above all that the platform has.
    private func expectLoss(_ reason: String, _ words: String, at site: FaultSite) throws {
        let last = site.subscriber.sequences.max() ?? 0
        try site.start()
        #expect(try site.command("alarms", "--active").output.contains(words))
        func audit() throws -> Substring? {
            try site.command("journal", "export", "--kinds", "audit").output.split(separator: "\n")
                .last { $0.contains("\"journal-lost\"") && $0.contains("\"reason\":\"\(reason)\"") }
        }
        #expect(try eventually { try audit() != nil })
        let count = site.subscriber.sequences.count
        #expect(eventually { site.subscriber.sequences.count > count + 20 })
        _ = try site.receivedBodies()
        let next = try #require(site.subscriber.sequences.filter { $0 > last }.min())
        let payload = site.subscriber.messages.first { $0.payload.contains("\"seq\":\(next),") }?.payload ?? ""
        // A hole that the platform sees, up to the number before.
        #expect(payload.contains("\"prev\":\(next - 1),"), "\(payload)")
        #expect(next > last + 1)
    }

    @Test(
        "R08: while the disk fails it polls on, alarms, sends nothing that is not durable; then all of it is there",
        arguments: [ENOSPC, EIO, EROFS])
    func failing(code: Int32) throws {
        let site = try FaultSite()
        try site.start()
        let subscriber = site.subscriber
        #expect(eventually { subscriber.sequences.count > 5 })
        site.layer.failDisk(code)
        #expect(try eventually { try site.isActive("D10") })
        // The set of active alarms does not wait for the disk.
        #expect(
            eventually {
                subscriber.messages.contains { $0.topic.hasSuffix("/alarms") && $0.payload.contains("\"D10\"") }
            })
        let (polled, head) = (try site.successes(), try journalled(site.data).max() ?? 0)
        #expect(try eventually { try site.successes() > polled + 20 })
        #expect(try journalled(site.data).max() ?? 0 == head)
        #expect((subscriber.sequences.max() ?? 0) <= head)
        let journal = try site.status()["journal"] as? [String: Any]
        #expect(journal?["pending"] as? Int ?? 0 > 20)
        #expect(journal?["dropped"] as? Int == 0)

        site.layer.failDisk(0)
        #expect(eventually { (subscriber.sequences.max() ?? 0) > head + 20 })
        #expect(site.stop())
        try site.expectNothingLostOrDoubled()
        let all = try journalled(site.data)
        #expect(all == Set(1...(all.max() ?? 0)))
    }

    @Test("R08: with syncs of two seconds polls keep their pace and records still arrive")
    func slow() throws {
        let site = try FaultSite()
        try site.start()
        let subscriber = site.subscriber
        #expect(eventually { subscriber.sequences.count > 5 })
        site.layer.slowDisk(milliseconds: 2_000)
        let (polled, received) = (try site.successes(), subscriber.sequences.count)
        #expect(try eventually { try site.successes() > polled + 30 })
        #expect(eventually { subscriber.sequences.count > received + 10 })
        let sources = try site.status()["sources"] as? [[String: Any]] ?? []
        #expect(sources.allSatisfy { $0["silent"] as? Bool == false })
        site.layer.slowDisk(milliseconds: 0)
        #expect(site.stop())
        try site.expectNothingLostOrDoubled()
    }

    @Test("R08: on a disk that is nearly full it gives up the oldest bulk records, says which, and keeps the rest")
    func full() throws {
        let site = try FaultSite(gateway: ["journal_limit: 10MB"])
        // What a year at this limit would leave: bulk records up to it, between records that are never given up.
        try site.start()
        let subscriber = site.subscriber
        #expect(eventually { subscriber.sequences.count > 5 })
        #expect(site.stop())
        let fill = """
            WITH RECURSIVE n(i) AS (SELECT max(seq) + 1 FROM record UNION ALL SELECT i + 1 FROM n LIMIT 6000)
            INSERT INTO record(seq, lane, kind, outlet, ts, body)
            SELECT i, 2, 'raw', 'cems-1', 0,
                '{"v":1,"gateway":"demo-plant","seq":' || i || ',"kind":"raw","x":"' || hex(zeroblob(1000)) || '"}' FROM n;
            """
        #expect(try ChildProcess("sqlite3", [site.data + "/journal.db", fill]).wait() == 0)
        try site.start()
        #expect(try eventually { try site.isActive("D10") })
        #expect(
            try eventually {
                try site.command("journal", "export", "--kinds", "audit").output.contains("\"given-up\"")
            })
        let audit = try site.command("journal", "export", "--kinds", "audit").output
        #expect(audit.contains("\"kind\":\"raw\"") || audit.contains("\"kind\":\"evidence\""))
        #expect(audit.contains("\"name\":\"start\""))
        #expect(site.stop(), "\(site.daemon?.errors ?? "")")
        // Nothing of it is forgotten by the stop.
        let told = try site.command("journal", "export", "--kinds", "audit").output.matches(
            of: try Regex("\"given-up\".*?\"records\":\"([0-9]+)\"", as: (Substring, Substring).self)
        ).reduce(0) { $0 + (Int($1.output.1) ?? 0) }
        let accounts = try ChildProcess(
            "sqlite3",
            [site.data + "/journal.db", "SELECT state FROM cursor WHERE uplink LIKE 'journal:given-up:%'"])
        accounts.wait()
        let deleted = accounts.output.split(separator: "\n").reduce(0) {
            $0 + (Int($1.split(separator: " ").first ?? "") ?? 0)
        }
        #expect(deleted > 0)
        #expect(told == deleted)
    }
}
