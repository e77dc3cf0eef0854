import Foundation
import Glibc
import HostSystem
import TestSupport
import Testing

/// A gateway all of whose links wait for something, each in its own way.
private final class WaitingSite {
    /// The threads that serve the links; the system shows 15 bytes of a name.
    let threads: [String]
    let daemon: ChildProcess
    private let directory = TemporaryDirectory()
    private let kept: [AnyObject]
    private let descriptors: [Int32]

    init() throws {
        let certificates = try TestCertificates()
        try certificates.makeAuthority("other")
        let silent = SilentListener()
        let full = SilentListener(isFull: true)
        // A bus and an instrument may not share an address, so the instruments have peers of their own.
        let silentInstrument = SilentListener()
        let fullInstrument = SilentListener(isFull: true)
        let half = ScriptedPeer { _ in [.halfClose] }
        let stuck = ScriptedPeer { _ in [.send([0x16, 3, 3, 0, 80, 2, 0])] }
        let plain = try Broker()
        let secure = try Broker(settings: certificates.brokerSettings())
        let stopped = try Broker(settings: certificates.brokerSettings())
        let refused = freePort()
        let listening = freePort()

        let plainPorts: [(String, UInt16)] = [
            ("refused", refused), ("silent", silent.port), ("full", full.port), ("half", half.port),
            ("live", plain.port), ("late", secure.port),
        ]
        let securePorts: [(String, UInt16)] = [
            ("refused", refused), ("silent", silent.port), ("full", full.port), ("half", half.port),
            ("stuck", stuck.port), ("live", secure.port), ("stopped", stopped.port),
        ]
        var uplinks: [(id: String, mqtt: String)] = [
            ("cert", "url: \"mqtts://localhost:\(secure.port)\", ca_file: \(certificates.file("other.pem"))"),
            ("name", "url: \"mqtt://no-such-host.invalid\""),
            ("file", "url: \"mqtts://localhost:\(secure.port)\", ca_file: /nonexistent/ca.pem"),
        ]
        for (id, port) in plainPorts { uplinks.append((id, "url: \"mqtt://127.0.0.1:\(port)\"")) }
        for (id, port) in securePorts {
            uplinks.append(
                ("s-\(id)", "url: \"mqtts://localhost:\(port)\", ca_file: \(certificates.file("ca.pem"))"))
        }
        let buses = [
            ("refused", "tcp: 127.0.0.1:\(refused)"), ("silent", "tcp: 127.0.0.1:\(silent.port)"),
            ("full", "rtu_over_tcp: 127.0.0.1:\(full.port)"), ("half", "tcp: 127.0.0.1:\(half.port)"),
            ("serial", "serial: { path: /dev/nonexistent-bus }"),
        ]
        let instruments = [
            ("refused", "connect: 127.0.0.1:\(freePort())"), ("silent", "connect: 127.0.0.1:\(silentInstrument.port)"),
            ("full", "connect: 127.0.0.1:\(fullInstrument.port)"), ("listen", "listen: 127.0.0.1:\(listening)"),
            ("taken", "listen: 127.0.0.1:\(plain.port)"), ("serial", "serial: { path: /dev/nonexistent-line }"),
        ]
        var text = "gateway: { id: g, data_directory: \(directory.file("data")) }\nuplinks:\n"
        for uplink in uplinks { text += "  - { id: \(uplink.id), mqtt: { \(uplink.mqtt) } }\n" }
        text += "buses:\n"
        for (id, transport) in buses {
            let register = "registers: [ { name: r, input: 0, type: uint16 } ]"
            text += "  - { id: \(id), \(transport), devices: [ { id: d-\(id), unit: 1, poll: 60s, \(register) } ] }\n"
        }
        text += "instruments:\n"
        for (id, transport) in instruments { text += "  - { id: i-\(id), \(transport) }\n" }
        let configuration = try directory.write(text, to: "gateway.yaml")
        daemon = try Program.start(["run", "--config", configuration])
        let daemon = daemon
        try #require(eventually { daemon.errors.contains("uplink connected uplink=s-stopped") }, "\(daemon.errors)")
        stopped.stop()
        // A stranger at the port of the instruments, one who has closed his half, and one at the control socket.
        let talkers = try [false, true].map { hasClosed in
            let address = try SocketAddress.resolve(host: "127.0.0.1", port: listening)[0]
            let descriptor = try Sockets.connect(toOneOf: [address], timeout: .seconds(5)).release()
            if hasClosed { shutdown(descriptor, Int32(SHUT_WR)) }
            return descriptor
        }
        let control = try Sockets.open(for: try SocketAddress(path: directory.file("data/control.sock")))
        _ = try Sockets.connect(control.raw, to: try SocketAddress(path: directory.file("data/control.sock")))
        descriptors = talkers + [control.release()]
        kept = [silent, full, silentInstrument, fullInstrument, half, stuck, plain, secure, stopped]
        threads =
            (uplinks.map { "uplink-\($0.id)" } + buses.map { "bus-\($0.0)" }
            + instruments.map { "line-i-\($0.0)" } + ["line-control", "store", "reload", "signals", "gatewayd"])
            .map { String($0.prefix(15)) }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    /// Seconds that each thread has been computing, by its name.
    func threadTimes() -> [String: Double] {
        let folder = "/proc/\(daemon.pid)/task"
        var times: [String: Double] = [:]
        for task in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            // Behind the name, which is in brackets: user and system time are fields 14 and 15 of proc(5).
            guard let text = try? String(contentsOfFile: "\(folder)/\(task)/stat", encoding: .utf8),
                let name = text.split(separator: "(").last?.split(separator: ")").first,
                let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 12
            else { continue }
            let ticks = (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)
            times[String(name), default: 0] += ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
        return times
    }
}

@Suite("What waiting takes", .timeLimit(.minutes(3)))
struct LinkIdleTests {
    @Test("R23: no link takes a core while it waits: refused, unanswered, silent, stuck, half closed, idle, held")
    func waiting() throws {
        let site = try WaitingSite()
        let seconds = 4.0
        let before = site.threadTimes()
        sleep(UInt32(seconds))
        let after = site.threadTimes()
        for name in site.threads {
            let used = try (#require(after[name], "\(name) in \(after.keys.sorted())")) - (before[name] ?? 0)
            // A few tries to connect, in a build that is not optimised.
            #expect(used < 0.05 * seconds, "\(name): \(used) s in \(seconds) s")
        }
        let all = after.values.reduce(0, +) - before.values.reduce(0, +)
        #expect(all < 0.25 * seconds, "\(all) s in \(seconds) s")
        site.daemon.signal(SIGTERM)
        #expect(site.daemon.wait() == 0)
    }
}
