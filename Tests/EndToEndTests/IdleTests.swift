import Foundation
import Glibc
import TelemetryStore
import TestSupport
import Testing

/// What a process has used so far.
private struct Usage {
    let cpuSeconds: Double
    let residentBytes: Int

    init(_ pid: Int32) throws {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        try #require(fields.count > 21)
        // Behind the name: user and system time are fields 14 and 15 of proc(5), resident pages 24.
        let ticks = (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)
        cpuSeconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        residentBytes = (Int(fields[21]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

@Suite("What the daemon takes", .timeLimit(.minutes(60 * 24)))
struct IdleTests {
    /// `make soak` gives more.
    private static let soak = ProcessInfo.processInfo.environment["GATEWAY_SOAK_SECONDS"].flatMap { UInt32($0) }
    private static let seconds = soak ?? 2
    /// In seconds memory says little; a short run finds coarse leaks alone.
    private static let growth = soak == nil ? 16_000_000 : 2_000_000

    @Test("R23: with nothing to do it takes less than two percent of a core")
    func idle() throws {
        let directory = TemporaryDirectory()
        let broker = try Broker()
        let configuration = try directory.write(
            """
            gateway: { id: g, data_directory: \(directory.file("data")) }
            uplinks: [ { id: u, mqtt: { url: "\(broker.url)" } } ]
            """, to: "gateway.yaml")
        let daemon = try Program.start(["run", "--config", configuration])
        #expect(eventually { daemon.errors.contains("uplink connected") })
        let before = try Usage(daemon.pid)
        sleep(Self.seconds)
        let used = try Usage(daemon.pid).cpuSeconds - before.cpuSeconds
        #expect(used < 0.02 * Double(Self.seconds) + 0.05, "\(used) s in \(Self.seconds) s")
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
    }

    @Test("R23: under load its memory does not grow")
    func memory() throws {
        let site = try FaultSite()
        try site.start()
        let daemon = try #require(site.daemon)
        let subscriber = site.subscriber
        #expect(eventually { subscriber.sequences.count > 50 })
        sleep(Self.seconds)
        let before = try Usage(daemon.pid).residentBytes
        sleep(Self.seconds * 2)
        let grown = try Usage(daemon.pid).residentBytes - before
        #expect(grown < Self.growth, "\(grown) bytes in \(Self.seconds * 2) s")
        #expect(site.stop())
    }

    /// Private memory of a daemon that has sent a journal of so many records, or is sending it.
    private func memory(owing rows: Int, _ broker: Broker) throws -> Int {
        let directory = TemporaryDirectory()
        let data = directory.file("data")
        try Journal(directory: data).close(deadline: .seconds(10))
        let body = String(repeating: "x", count: 200)
        let fill = """
            WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
            INSERT INTO record(seq, lane, kind, outlet, ts, body) SELECT i, 1, 'minute', 'stack-1', 0,
            '{"v":1,"gateway":"g","seq":' || i || ',"outlet":"stack-1","kind":"minute","x":"\(body)"}' FROM n;
            """
        if rows > 0 { #expect(try ChildProcess("sqlite3", [directory.file("data/journal.db"), fill]).wait() == 0) }
        let configuration = try directory.write(
            """
            gateway: { id: g\(rows), data_directory: \(data) }
            uplinks: [ { id: u, history_delay: 0s, history_rate: 100000, mqtt: { url: "\(broker.url)" } } ]
            """, to: "gateway.yaml")
        let daemon = try Program.start(["run", "--config", configuration])
        defer {
            daemon.signal(SIGTERM)
            daemon.wait()
        }
        let wanted = min(rows + 1, 5_000)
        #expect(
            try eventually {
                let status = try Program.run(["status", "--json", "--config", configuration]).output
                let count = try status.firstMatch(of: Regex("\"acknowledged\":([0-9]+)"))?[1].substring
                return count.flatMap { Int($0) } ?? 0 >= wanted
            })
        let status = try String(contentsOfFile: "/proc/\(daemon.pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) * 1_024
    }

    @Test("R09: memory is the same with an empty journal and with a large one that is owed")
    func backlogMemory() throws {
        let broker = try Broker()
        let empty = try memory(owing: 0, broker)
        // SQLite would keep two megabytes of such a file if it were let.
        let full = try memory(owing: 50_000, broker)
        #expect(full - empty < 1_300_000, "\(empty) and \(full) bytes")
    }
}
