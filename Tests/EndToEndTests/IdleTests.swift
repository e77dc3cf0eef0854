import Foundation
import Glibc
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
}
