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
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
            INSERT INTO record(seq, lane, kind, outlet, ts, body)
            SELECT (SELECT max(seq) FROM record) + i, 2, 'raw', 'x', 0, '{"x":"' || hex(zeroblob(1000)) || '"}' FROM n;
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
    }
}
