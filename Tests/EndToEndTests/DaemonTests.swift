import Foundation
import Glibc
import TestSupport
import Testing

/// A simulated plant, a real broker, an independent subscriber and the built daemon between them.
private final class Site {
    let directory = TemporaryDirectory()
    let broker: Broker
    let subscriber: Subscriber
    let plant: ChildProcess
    var daemon: ChildProcess?

    init() throws {
        broker = try Broker()
        subscriber = try Subscriber(port: broker.port)
        plant = try Program.start([
            "simulate", "--plant", "demo", "--seconds", "30", "--write-config", directory.file("gateway.yaml"),
            "--data", directory.file("data"), "--broker", broker.url,
        ])
        #expect(eventually { plant.output.contains("the plant runs") })
        try start()
    }

    var configuration: String { directory.file("gateway.yaml") }
    var data: String { directory.file("data") }

    func start() throws {
        daemon = try Program.start(["run", "--config", configuration])
        #expect(eventually { daemon?.errors.contains("gateway started") == true })
    }

    /// Whether the subscriber has everything that the journal holds, and that is more than `count` records.
    func isComplete(beyond count: Int) throws -> Bool {
        let stored = try journalled(data)
        return stored.count > count && stored.isSubset(of: subscriber.sequences)
    }
}

@Suite("The daemon on a simulated plant", .timeLimit(.minutes(2)))
struct DaemonTests {
    @Test("records flow, SIGTERM ends it in order, and even the last record arrives")
    func orderlyStop() throws {
        let site = try Site()
        #expect(eventually { site.subscriber.sequences.count > 10 })
        let begin = ContinuousClock.now
        site.daemon?.signal(SIGTERM)
        #expect(site.daemon?.wait() == 0)
        #expect(ContinuousClock.now - begin < .seconds(10))
        #expect(try eventually { try site.isComplete(beyond: 10) })
        let messages = site.subscriber.messages
        #expect(messages.contains { $0.payload.contains("\"name\":\"stop\"") })
        #expect(messages.last { $0.topic.hasSuffix("/status") }?.payload == #"{"online":false}"#)
        for kind in ["raw", "realtime", "audit"] {
            #expect(messages.contains { $0.topic.hasSuffix("/\(kind)") }, "\(kind)")
        }
    }

    @Test("killed during a broker outage and started again, it delivers everything it had journalled (R01, R03)")
    func killedInOutage() throws {
        let site = try Site()
        #expect(eventually { site.subscriber.sequences.count > 5 })
        site.broker.stop()
        let before = try journalled(site.data).count
        #expect(try eventually { try journalled(site.data).count > before + 5 })
        site.daemon?.signal(SIGKILL)
        #expect(site.daemon?.wait() == 128 + SIGKILL)
        let owed = try journalled(site.data)
        try site.start()
        try site.broker.start()
        #expect(try eventually { try site.isComplete(beyond: before + 5) })
        #expect(owed.isSubset(of: site.subscriber.sequences))
        // What was owed came as history, and the journal has no hole.
        #expect(site.subscriber.messages.contains { $0.topic.contains("/history/") })
        site.daemon?.signal(SIGTERM)
        #expect(site.daemon?.wait() == 0)
        let all = try journalled(site.data)
        #expect(all == Set(1...(all.max() ?? 0)))
    }

    @Test("status shows values, sources, uplinks and the journal, as a table and as JSON")
    func status() throws {
        let site = try Site()
        #expect(eventually { site.subscriber.messages.contains { $0.topic.hasSuffix("/realtime") } })
        let table = try Program.run(["status", "--config", site.configuration])
        #expect(table.code == 0)
        for word in ["a21026", "w01018", "cems-1", "dust-meter", "province", "journal"] {
            #expect(table.output.contains(word), "\(word)")
        }
        let json = try Program.run(["status", "--json", "--config", site.configuration])
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect((object?["outlets"] as? [Any])?.count == 2)
        #expect((object?["journal"] as? [String: Any])?["head"] as? Int ?? 0 > 0)
    }

    @Test("an alarm is listed, acknowledged once, and the acknowledgement is published and audited")
    func alarms() throws {
        let site = try Site()
        let config = ["--config", site.configuration]
        func active() throws -> [[String: Any]] {
            let json = try Program.run(["alarms", "--active", "--json"] + config).output
            return try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]] ?? []
        }
        #expect(try eventually { try active().contains { $0["rule"] as? String == "L6" } })
        let id = try #require(try active().first { $0["rule"] as? String == "L6" }?["id"] as? String)
        let ack = ["alarm", "ack", id, "--by", "Li", "--note", "lime pump"] + config
        #expect(try Program.run(ack).code == 0)
        #expect(try Program.run(ack).errors.contains("waits for an acknowledgement"))
        #expect(try Program.run(["alarms"] + config).output.contains("acknowledged by Li: lime pump"))
        #expect(eventually { site.subscriber.messages.contains { $0.payload.contains("\"alarm-acknowledged\"") } })
        #expect(
            eventually {
                site.subscriber.messages.contains { $0.payload.contains("\"acknowledgement\":{\"by\":\"Li\"") }
            })
        let since = try Program.run(["alarms", "--since", "2020-01-01"] + config).output
        #expect(since.contains("raised") && since.contains("updated") && since.contains(id))
        #expect(try Program.run(["alarms", "--since", "24h"] + config).output.contains(id))
        #expect(try Program.run(["alarms", "--since", "0s"] + config).output == "no alarms since 0s\n")
        #expect(try Program.run(["alarms", "--since", "soon"] + config).code == 2)
        // The journal does not reach back to the first days of 2020.
        let gaps = try Program.run(["gaps", "--day", "2020-01-01", "--outlet", "water-1"] + config)
        #expect(gaps.code == 1 && (gaps.output + gaps.errors).contains("nothing is known of that day"))
        #expect(try Program.run(["alarm", "ack", id] + config).code == 2)
    }

    @Test("killed and started again, an active alarm goes on under its id and is raised once")
    func alarmAfterKill() throws {
        let directory = TemporaryDirectory()
        let configuration = try directory.write(
            """
            gateway: { id: g, data_directory: \(directory.file("data")) }
            instruments: [ { id: dust-1, connect: "127.0.0.1:1", mn: "0123" } ]
            alarms: { instrument_gap: 2s }

            """, to: "gateway.yaml")
        func alarms(_ arguments: String...) throws -> String {
            try Program.run(["alarms", "--config", configuration] + arguments).output
        }
        let first = try Program.start(["run", "--config", configuration])
        #expect(try eventually { try alarms("--active").contains("dust-1.D1.") })
        let id = try alarms("--active").split(separator: "\n").last.map { $0.trimmingPrefix("  ") } ?? "none"
        #expect(try eventually { try alarms("--since", "2020-01-01").contains(id) })
        first.signal(SIGKILL)
        #expect(first.wait() == 128 + SIGKILL)
        let second = try Program.start(["run", "--config", configuration])
        #expect(eventually { second.errors.contains("gateway started") })
        #expect(try alarms("--active").contains(id))
        // Longer than the gap: a forgotten alarm would be raised again.
        let end = ContinuousClock.now + .seconds(4)
        #expect(eventually { ContinuousClock.now > end })
        #expect(try alarms("--active").contains(id))
        let lines = try alarms("--since", "2020-01-01").split(separator: "\n")
        #expect(lines.count { $0.contains("  raised  ") && $0.contains("  D1  ") } == 1)
        second.signal(SIGTERM)
        #expect(second.wait() == 0)
    }

    @Test("the service manager hears READY and the watchdog's food, and STOPPING at the end")
    func notification() throws {
        let directory = TemporaryDirectory()
        let socket = try NotifySocket(path: directory.file("notify"))
        let configuration = try directory.write(
            "gateway: { id: g, data_directory: \(directory.file("data")) }\n", to: "gateway.yaml")
        let daemon = try Program.start(
            ["run", "--config", configuration],
            environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "2000000"])
        #expect(socket.hears("READY=1"))
        #expect(socket.hears("WATCHDOG=1"))
        daemon.signal(SIGTERM)
        #expect(socket.hears("STOPPING=1"))
        #expect(daemon.wait() == 0)
    }

    @Test("a wrong password is told in words, and the password appears nowhere")
    func password() throws {
        let directory = TemporaryDirectory()
        let secret = "correct-horse-battery"
        let users = try directory.write("", to: "users")
        chmod(users, 0o600)
        let broker = try Broker(settings: ["allow_anonymous false", "password_file \(users)"])
        try directory.write(secret + "\n", to: "province.pw")
        let configuration = try directory.write(
            """
            gateway: { id: g, data_directory: data }
            uplinks:
              - id: province
                mqtt: { url: "\(broker.url)", username: plant, password_file: province.pw }

            """, to: "gateway.yaml")
        let daemon = try Program.start(["run", "--config", configuration, "--verbose"])
        #expect(eventually { daemon.errors.contains("uplink disconnected") })
        let status = try Program.run(["status", "--json", "--config", configuration])
        #expect(status.output.contains("\"connected\":false"))
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
        for text in [daemon.errors, daemon.output, status.output] { #expect(!text.contains(secret)) }
    }

    @Test("a second daemon on the same data is refused, and says what to do")
    func second() throws {
        let directory = TemporaryDirectory()
        let configuration = try directory.write(
            "gateway: { id: g, data_directory: \(directory.file("data")) }\n", to: "gateway.yaml")
        let first = try Program.start(["run", "--config", configuration])
        #expect(eventually { first.errors.contains("gateway started") })
        let second = try Program.run(["run", "--config", configuration])
        #expect(second.code == 1)
        #expect(second.errors.contains("another process"))
        first.signal(SIGTERM)
        #expect(first.wait() == 0)
    }
}

/// The receiving end of sd_notify.
private final class NotifySocket {
    let path: String
    private let descriptor: Int32
    private var heard = ""

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
    }

    deinit { close(descriptor) }

    func hears(_ word: String) -> Bool {
        eventually {
            var buffer = [UInt8](repeating: 0, count: 1_024)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 { heard += String(decoding: buffer[..<count], as: UTF8.self) + "\n" }
            return heard.contains(word)
        }
    }
}
