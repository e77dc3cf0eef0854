import Foundation
import Glibc
import TestSupport
import Testing

/// The built daemon and an instrument written independently of it, in Python: Peers/hj212_instrument.py.
private final class PeerSite {
    let directory = TemporaryDirectory()
    let broker: Broker
    let subscriber: Subscriber
    let port = freePort()
    let daemon: ChildProcess
    private(set) var peer: ChildProcess

    /// `instrument`: further lines of the instrument's entry. `peer`: further arguments of the Python program.
    init(instrument: [String] = [], peer arguments: [String], files: [String: String] = [:]) throws {
        broker = try Broker()
        subscriber = try Subscriber(port: broker.port)
        for (name, text) in files { try text.write(toFile: directory.file(name), atomically: true, encoding: .utf8) }
        let lines = (["listen: 127.0.0.1:\(port)", "mn: \"010000A8900016F000169DC0\""] + instrument)
            .map { "    " + $0 }.joined(separator: "\n")
        let configuration = """
            gateway: { id: plant-01, data_directory: \(directory.file("data")), realtime_interval: 1s, language: en }
            uplinks: [ { id: province, mqtt: { url: "\(broker.url)" }, history_delay: 0s } ]
            instruments:
              - id: cod-meter
            \(lines)
            outlets:
              - id: water-1
                st: "32"
                factors:
                  - { code: w01018, from: cod-meter.w01018 }
                  - { code: w21003, from: cod-meter.w21003 }
            """
        try configuration.write(toFile: directory.file("gateway.yaml"), atomically: true, encoding: .utf8)
        daemon = try Program.start(["run", "--config", directory.file("gateway.yaml")])
        let daemon = daemon
        #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
        peer = try Self.peer(port, arguments)
    }

    private static func peer(_ port: UInt16, _ arguments: [String]) throws -> ChildProcess {
        let python = ProcessInfo.processInfo.environment["GATEWAYD_TEST_PYTHON"] ?? "python3"
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Peers/hj212_instrument.py")
        return try ChildProcess(python, [script.path, "--connect", "127.0.0.1:\(port)"] + arguments)
    }

    func restartPeer(_ arguments: [String]) throws {
        peer.signal(SIGKILL)
        _ = peer.wait()
        peer = try Self.peer(port, arguments)
    }

    /// What the peer says happened, by kind.
    func events(_ kind: String) -> [[String: Any]] {
        peer.output.split(separator: "\n").compactMap { line in
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return object?["event"] as? String == kind ? object : nil
        }
    }

    func requests(_ command: String) -> [[String: Any]] {
        events("request").filter { $0["command"] as? String == command }
    }

    func order(_ words: String...) throws -> (code: Int32, output: String, errors: String) {
        try Program.run(["order", "cod-meter"] + words + ["--config", directory.file("gateway.yaml")])
    }

    /// The payloads of the records of a kind.
    func records(_ kind: String) -> [[String: Any]] {
        subscriber.messages.filter { $0.topic.hasSuffix("/\(kind)") }.compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.payload.utf8)) as? [String: Any]
        }
    }

    /// A number of a record's factor.
    static func number(_ record: [String: Any], _ factor: String, _ field: String) -> Double? {
        ((record["data"] as? [String: Any])?[factor] as? [String: Any])?[field] as? Double
    }
}

@Suite("HJ 212 with an independent instrument", .timeLimit(.minutes(2)))
struct HJ212HostTests {
    @Test(
        "In every edition, plain or encrypted, with garbage in between, values arrive and every upload is acknowledged",
        arguments: [
            ["--edition", "2005"], ["--edition", "2017"], ["--edition", "2025"], ["--edition", "2017", "--noise"],
        ] + (IndependentPeer.knowsSM4 ? [["--edition", "2025", "--key", "fedcba9876543210", "--noise"]] : []))
    func editions(arguments: [String]) throws {
        let site = try PeerSite(
            instrument: ["key_file: keys"], peer: arguments + ["--interval", "0.2"],
            files: ["keys": "# the peer's\n010000A8900016F000169DC0 fedcba9876543210\n"])
        #expect(eventually { site.events("acknowledged").count >= 20 }, "\(site.peer.errors)\(site.daemon.errors)")
        #expect(site.events("acknowledged").allSatisfy { $0["known"] as? Bool == true })
        #expect(site.events("given up").isEmpty && site.events("dropped").isEmpty)
        let arrived = eventually {
            site.records("realtime").contains {
                PeerSite.number($0, "w01018", "Rtd") == 10 && PeerSite.number($0, "w21003", "Rtd") == 11
            }
        }
        #expect(arrived)
    }

    @Test("A missing minute is asked for, delivered and becomes a record; the other minutes too")
    func history() throws {
        let clock = Date().addingTimeInterval(-3_600)
        let formatter = DateFormatter()
        formatter.timeZone = TimeZone(identifier: "Asia/Shanghai")
        formatter.dateFormat = "yyyyMMddHHmm'00'"
        let minutes = [0, 60, 240].map { formatter.string(from: clock.addingTimeInterval($0)) }
        let site = try PeerSite(
            instrument: ["history: true"], peer: ["--minutes", minutes.joined(separator: ",")])
        #expect(eventually { !site.requests("2051").isEmpty })
        let range = site.requests("2051").first?["pairs"] as? [String: String]
        #expect(range?["BeginTime"] == formatter.string(from: clock.addingTimeInterval(120)))
        #expect(range?["EndTime"] == formatter.string(from: clock.addingTimeInterval(180)))
        // Two minutes more than were sent unasked, all acknowledged.
        #expect(eventually { site.events("sent").filter { $0["command"] as? String == "2051" }.count == 5 })
        let acknowledged = eventually {
            let sent = Set(site.events("sent").compactMap { $0["qn"] as? String })
            return sent.isSubset(of: Set(site.events("acknowledged").compactMap { $0["qn"] as? String }))
                || site.events("end").first?["waiting"] as? Int == 0
        }
        #expect(acknowledged)
        #expect(site.requests("2051").count == 1)
    }

    @Test("Orders: parameters are read, a calibration is started, an unknown one is refused, all are audited")
    func orders() throws {
        // Each request is sent once and at once: none is saved by being repeated.
        let site = try PeerSite(instrument: ["resends: 0"], peer: ["--clock-offset", "7200"])
        #expect(eventually { !site.events("acknowledged").isEmpty })
        let interval = try site.order("read-realtime-interval")
        #expect(interval.code == 0, "\(interval.errors)")
        #expect(interval.output == "RtdInterval=30\nended: success (ExeRtn 1)\n")
        let time = try site.order("read-time")
        #expect(time.code == 0 && time.output.hasPrefix("SystemTime=20"))
        let calibration = try site.order("calibrate", "factor=w01018", "--by", "Li")
        #expect(calibration.code == 0)
        #expect((site.requests("3011").first?["pairs"] as? [String: String])?["PolId"] == "w01018")
        let refused = try site.order("clean", "factor=w01018")
        #expect(refused.code == 1)
        #expect(refused.output == "refused by the device: wrong CN (QnRtn 8)\n")
        let unknown = try Program.run([
            "order", "ph-meter", "read-time", "--config", site.directory.file("gateway.yaml"),
        ])
        #expect(unknown.code == 1 && unknown.errors.contains("there is no HJ 212 instrument 'ph-meter'"))
        let wrong = try site.order("read-tim")
        #expect(wrong.code == 1 && wrong.errors.contains("did you mean read-time?"))
        let chinese = try Program.run(
            ["order", "ph-meter", "read-time", "--config", site.directory.file("gateway.yaml")],
            environment: Program.chinese)
        #expect(chinese.errors.hasPrefix("gatewayd order: 没有 HJ 212 仪表“ph-meter”；已配置："))
        func audits() -> [[String: Any]] {
            site.records("audit").compactMap { $0["event"] as? [String: Any] }.filter {
                $0["name"] as? String == "order"
            }
        }
        #expect(eventually { audits().count >= 4 })
        let told = try #require(audits().first { $0["by"] as? String == "Li" })
        #expect(told["order"] as? String == "calibrate factor=w01018" && told["command"] as? String == "3011")
    }

    @Test("A wrong clock is set, and a request that got no answer is repeated as it was")
    func clock() throws {
        let site = try PeerSite(
            instrument: ["set_time: drift", "timeout: 1s"], peer: ["--clock-offset", "-7200", "--ignore-first"])
        #expect(eventually { site.requests("1012").count >= 2 })
        let numbers = site.requests("1012").prefix(2).compactMap { ($0["fields"] as? [String: String])?["QN"] }
        #expect(numbers.count == 2 && numbers[0] == numbers[1])
        // Set once; now it is right.
        #expect(eventually { site.events("acknowledged").count > 10 })
        #expect(site.requests("1012").count == 2)
    }

    @Test("A device is configured on each connection, in the standard's order")
    func commissioning() throws {
        let site = try PeerSite(
            instrument: ["configure: true", "realtime_interval: 45s", "minute_interval: 10"], peer: [])
        let expected = ["1012", "1000", "1062", "1064", "2011"]
        #expect(eventually { site.events("request").count == expected.count })
        #expect(site.events("request").compactMap { $0["command"] as? String } == expected)
        let interval = (site.requests("1062").first?["pairs"] as? [String: String])?["RtdInterval"]
        #expect(interval == "45")
        try site.restartPeer([])
        #expect(eventually { site.events("request").count == expected.count })
    }

    @Test(
        "A new key is given to the device, which uses it from then on",
        .enabled(if: IndependentPeer.knowsSM4, "needs Python with gmssl: scripts/setup.sh test"))
    func newKey() throws {
        let site = try PeerSite(
            instrument: ["key_file: keys"], peer: ["--edition", "2025", "--key", "0000000000000000"],
            files: ["keys": "* 0000000000000000\n", "new.key": "1111111111111111\n"])
        #expect(eventually { site.events("acknowledged").count > 2 })
        let order = try site.order("set-key", "key-file=\(site.directory.file("new.key"))")
        #expect(order.code == 0, "\(order.output)\(order.errors)")
        let before = site.events("acknowledged").count
        #expect(eventually { site.events("acknowledged").count > before + 4 })
        #expect(eventually { site.subscriber.messages.contains { $0.payload.contains(#""set-key key=…""#) } })
        #expect(!site.subscriber.messages.contains { $0.payload.contains("1111111111111111") })
        #expect(!site.daemon.errors.contains("1111111111111111"))
    }

    @Test("A device with a wrong password or an unknown MN is refused, not answered, and its password is not logged")
    func refused() throws {
        let site = try PeerSite(
            instrument: ["password_file: pw"], peer: ["--pw", "geheim"], files: ["pw": "654321\n"])
        #expect(eventually { site.daemon.errors.contains("wrong password") })
        #expect(site.events("acknowledged").isEmpty)
        // After ten frames it is left, and people are told.
        #expect(eventually { !site.events("closed").isEmpty })
        #expect(eventually { site.subscriber.messages.contains { $0.payload.contains(#""rule":"D13""#) } })
        #expect(eventually { site.subscriber.messages.contains { $0.payload.contains("hj212-refused") } })
        try site.restartPeer(["--pw", "654321", "--mn", "stranger"])
        #expect(eventually { site.daemon.errors.contains("unknown MN") })
        try site.restartPeer(["--pw", "654321"])
        #expect(eventually { !site.events("acknowledged").isEmpty })
        #expect(!site.daemon.errors.contains("geheim") && !site.daemon.errors.contains("654321"))
    }

    @Test("Frames are published as they came where that is asked for")
    func passThrough() throws {
        let site = try PeerSite(instrument: ["pass_through: true"], peer: [])
        let arrived = eventually {
            site.records("frame").contains { record in
                record["device"] as? String == "cod-meter"
                    && (record["frame"] as? String)?.hasPrefix("##") == true
                    && (record["frame"] as? String)?.contains("CN=2011") == true
                    && (record["frame"] as? String)?.hasSuffix("\r\n") == true
            }
        }
        #expect(arrived)
        #expect(site.subscriber.messages.contains { $0.topic.hasSuffix("/cod-meter/frame") })
    }

    @Test("Who is not allowed to connect is turned away")
    func allowList() throws {
        let site = try PeerSite(instrument: ["allow: [192.0.2.0/24]"], peer: ["--seconds", "5"])
        #expect(eventually { !site.events("closed").isEmpty })
        #expect(site.events("acknowledged").isEmpty)
    }
}
