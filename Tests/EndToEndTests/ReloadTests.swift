import Foundation
import Glibc
import TestSupport
import Testing

/// Two simulated devices, a broker, a subscriber and the built daemon, whose configuration the test rewrites.
private final class ReloadSite {
    let directory = TemporaryDirectory()
    let broker: Broker
    let subscriber: Subscriber
    let rack = ReloadSite.device()
    let hall = ReloadSite.device()
    let instrumentPort = freePort()
    let daemon: ChildProcess
    /// As the daemon has it.
    private(set) var text = ""

    init(_ change: (String) -> String = { $0 }) throws {
        broker = try Broker()
        subscriber = try Subscriber(port: broker.port)
        text = change(
            """
            gateway: { id: plant-01, data_directory: \(directory.file("data")), realtime_interval: 1s, commit_interval: 10ms }
            uplinks:
              - { id: province, mqtt: { url: "\(broker.url)" }, history_delay: 0s }
            buses:
              - id: rack
                tcp: 127.0.0.1:\(rack.port)
                devices: [ { id: cems-1, unit: 1, poll: 50ms, raw: true, registers: [ { name: so2, input: 0, type: uint16 } ] } ]
              - id: hall
                tcp: 127.0.0.1:\(hall.port)
                devices: [ { id: dust-1, unit: 1, poll: 50ms, raw: true, registers: [ { name: dust, input: 0, type: uint16 } ] } ]
            outlets:
              - { id: stack-1, st: "31", factors: [ { code: a21026, from: cems-1.so2 } ] }

            """)
        try text.write(toFile: directory.file("gateway.yaml"), atomically: true, encoding: .utf8)
        daemon = try Program.start(["run", "--config", directory.file("gateway.yaml")])
        let daemon = daemon
        #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
    }

    deinit {
        rack.stop()
        hall.stop()
    }

    /// A Modbus TCP unit that answers every read with sevens.
    private static func device() -> ScriptedPeer {
        ScriptedPeer { request in
            let bytes = request.bytes
            guard bytes.count >= 12 else { return [.hangUp] }
            let data = [UInt8](repeating: 7, count: 2 * Int(bytes[11]))
            var answer = Array(bytes[..<4])
            answer += [0, UInt8(3 + data.count), bytes[6], bytes[7], UInt8(data.count)]
            return [.send(answer + data)]
        }
    }

    var configuration: String { directory.file("gateway.yaml") }
    var data: String { directory.file("data") }

    /// Writes the file; the daemon has it only after a reload that succeeds.
    func write(_ text: String) throws {
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    /// Replaces a part of the file and reloads.
    @discardableResult
    func change(_ old: String, to new: String) throws -> (code: Int32, output: String, errors: String) {
        try #require(text.contains(old), "\(text)")
        let changed = text.replacingOccurrences(of: old, with: new)
        try write(changed)
        let result = try reload()
        if result.code == 0 { text = changed }
        return result
    }

    func reload(_ more: String...) throws -> (code: Int32, output: String, errors: String) {
        try Program.run(["reload", "--config", configuration] + more)
    }

    /// Whether another message on a topic with this end arrives.
    func flows(_ topic: String) -> Bool {
        let before = count(topic)
        return eventually { count(topic) > before }
    }

    func count(_ topic: String) -> Int { subscriber.messages.count { $0.topic.hasSuffix(topic) } }

    /// Whether the platform has everything, and the journal no hole and no double.
    func isComplete() throws -> Bool {
        let stored = try journalled(data)
        return stored == Set(1...(stored.max() ?? 0)) && stored.isSubset(of: subscriber.sequences)
    }

    func stop() {
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
    }
}

@Suite("The configuration is read again", .timeLimit(.minutes(2)))
struct ReloadTests {
    @Test("A reload that is asked for while the gateway starts comes after the start, and nothing runs twice")
    func atStart() throws {
        let site = try ReloadSite()
        site.daemon.signal(SIGTERM)
        #expect(site.daemon.wait() == 0)
        let daemon = try Program.start(["run", "--config", site.configuration])
        #expect(eventually { FileManager.default.fileExists(atPath: site.data + "/control.sock") })
        try site.write(
            site.text.replacingOccurrences(of: "poll: 50ms", with: "poll: 60ms")
                .replacingOccurrences(of: "history_delay: 0s", with: "history_delay: 1s"))
        #expect(try site.reload().output.contains("poll: 50ms → 60ms"))
        #expect(daemon.errors.contains("gateway started"))
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.pid)/task").map {
            try String(contentsOfFile: "/proc/\(daemon.pid)/task/\($0)/comm", encoding: .utf8)
        }
        for name in ["bus-rack\n", "bus-hall\n", "uplink-province\n"] {
            #expect(threads.count { $0 == name } == 1, "\(threads)")
        }
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
    }

    @Test("Each change is applied alone: an untouched bus keeps its connection, and no number is lost or doubled")
    func changes() throws {
        let site = try ReloadSite()
        #expect(site.flows("/cems-1/raw") && site.flows("/dust-1/raw"))
        #expect(try site.reload().output.hasSuffix("nothing has changed\n"))

        // A poll interval, by the signal.
        try site.write(
            site.text.replacingOccurrences(of: "dust-1, unit: 1, poll: 50ms", with: "dust-1, unit: 1, poll: 60ms"))
        site.daemon.signal(SIGHUP)
        #expect(eventually { site.daemon.errors.contains("configuration applied") })
        #expect(site.daemon.errors.contains("buses[hall].devices[dust-1].poll: 50ms → 60ms"))
        #expect(eventually { site.hall.connections == 2 })
        #expect(site.flows("/dust-1/raw"))
        try site.write(site.text)
        #expect(try site.reload().code == 0)

        let outlet = try site.change(
            "outlets:\n",
            to: "outlets:\n  - { id: stack-0, st: \"31\", factors: [ { code: a34013, from: dust-1.dust } ] }\n")
        #expect(outlet.output.contains("outlets[stack-0]: added\n"))
        #expect(outlet.output.hasSuffix("applied; nothing had to be restarted\n"))
        #expect(site.flows("/stack-0/realtime") && site.flows("/stack-1/realtime"))
        #expect(site.hall.connections == 3)

        let kinds = try site.change("history_delay: 0s", to: "history_delay: 0s, kinds: [realtime, audit, alarm]")
        #expect(kinds.output.contains("uplink province: restarted\n"))
        #expect(site.flows("/stack-1/realtime"))
        let raw = site.count("/raw")
        #expect(site.flows("/stack-1/realtime"))
        #expect(site.count("/raw") == raw)

        let front = "  - { id: stack-0, st: \"31\", factors: [ { code: a34013, from: dust-1.dust } ] }\n"
        let hall = String(
            site.text[(site.text.range(of: "  - id: hall")!.lowerBound)..<(site.text.range(of: "outlets:")!.lowerBound)]
        )
        try site.write(site.text.replacingOccurrences(of: front, with: "").replacingOccurrences(of: hall, with: ""))
        let removal = try site.reload()
        #expect(
            removal.output.contains("bus hall: stopped\n") && removal.output.contains("outlets[stack-0]: removed\n"))
        let status = try Program.run(["status", "--config", site.configuration]).output
        #expect(status.contains("cems-1") && !status.contains("dust-1"))
        #expect(site.flows("/stack-1/realtime"))

        #expect(site.rack.connections == 1)
        let told = site.subscriber.messages.filter { $0.payload.contains("\"name\":\"configuration\"") }
        #expect(told.count == 5)
        #expect(told.last?.payload.contains("buses[hall]: removed") == true)
        site.stop()
        let stored = try journalled(site.data)
        #expect(stored == Set(1...(stored.max() ?? 0)))
    }

    @Test("What cannot be used changes nothing, is explained, and is in the evidence")
    func refusals() throws {
        let site = try ReloadSite()
        #expect(site.flows("/cems-1/raw"))
        let typo = try site.change("unit: 1, poll", to: "unti: 1, poll")
        #expect(typo.code == 1)
        #expect(typo.errors.contains("gateway.yaml:7:30: error: unknown key `unti`"))
        let chinese = try Program.run(
            ["reload", "--dry-run", "--config", site.configuration], environment: Program.chinese)
        #expect(chinese.errors.contains("gateway.yaml:7:30: error: 未知的键 `unti` (是不是 `unit`？)"))
        #expect(typo.errors.contains("the configuration of before goes on"))
        let zone = try site.change("realtime_interval: 1s", to: "realtime_interval: 2s, timezone: UTC")
        #expect(zone.code == 1 && zone.errors.contains("`timezone` cannot change while the gateway runs"))
        // A port that somebody else has: known before anything is stopped.
        let other = try Broker()
        let port = try site.change(
            "outlets:", to: "instruments: [ { id: i-1, listen: \"127.0.0.1:\(other.port)\" } ]\noutlets:")
        #expect(port.code == 1 && port.errors.contains("\(other.port)"))
        let secret = try site.change("history_delay", to: "reconnect_limit: 2s, history_delay")
        #expect(secret.code == 0)
        let missing = try site.change("url: ", to: "username: u, password_file: /nonexistent/pw, url: ")
        #expect(missing.code == 1 && missing.errors.contains("password_file"))
        try site.write(site.text.replacingOccurrences(of: "poll: 50ms", with: "poll: 40ms"))
        let trial = try site.reload("--dry-run")
        #expect(trial.code == 0 && trial.output.contains("bus rack: restarted\nbus hall: restarted\n"))
        #expect(trial.output.hasSuffix("can be applied\n"))
        #expect(site.flows("/cems-1/raw"))
        #expect(site.rack.connections == 1 && site.hall.connections == 1)
        #expect(eventually { site.subscriber.messages.count { $0.payload.contains("\"refused\":") } == 4 })
        site.stop()
    }

    @Test("A refusal is told with its first error and the number of errors, whatever warnings stand before them")
    func firstError() throws {
        let site = try ReloadSite()
        #expect(site.flows("/cems-1/raw"))
        // `http` is a warning above the two errors.
        let text = "http: { listen: 127.0.0.1:1 }\n" + site.text
        try site.write(text.replacingOccurrences(of: "poll: 50ms", with: "pol: 50ms"))
        let result = try site.reload()
        #expect(result.code == 1 && result.errors.contains("warning") && result.errors.contains("for 2 errors"))
        let first = "error: unknown key `pol`"
        #expect(
            eventually {
                site.subscriber.messages.contains {
                    $0.payload.contains(#""refused":"\#(site.configuration):8:"#) && $0.payload.contains(first)
                        && $0.payload.contains("(the first of 2 errors)") && $0.payload.contains(#""errors":"2""#)
                }
            }, "\(result.errors)")
        #expect(eventually { site.daemon.errors.contains(first) && site.daemon.errors.contains("errors=2") })
        site.stop()
    }

    @Test("Another password is a difference that is never shown, and its uplink connects anew")
    func passwords() throws {
        let directory = TemporaryDirectory()
        try directory.write("battery-staple\n", to: "pw")
        let site = try ReloadSite {
            $0.replacingOccurrences(of: "url: ", with: "username: u, password_file: \(directory.file("pw")), url: ")
        }
        #expect(site.flows("/cems-1/raw"))
        try directory.write("correct-horse\n", to: "pw")
        let result = try site.reload()
        #expect(result.code == 0)
        #expect(
            result.output.contains(
                "uplinks[province].mqtt.password_file: its content changed\nuplink province: restarted\n"))
        #expect(site.flows("/cems-1/raw"))
        site.stop()
        for text in [result.output, site.daemon.errors] {
            #expect(!text.contains("battery") && !text.contains("horse"))
        }
        #expect(try eventually { try site.isComplete() })
    }

    @Test("Any setting may change while a backlog exists: the backlog arrives, whole (R06)")
    func backlog() throws {
        let site = try ReloadSite()
        #expect(site.flows("/cems-1/raw"))
        site.broker.stop()
        let changes = [
            ("history_delay: 0s", "history_delay: 0s, window: 5"), ("window: 5", "window: 50, history_rate: 10000"),
            ("realtime_interval: 1s", "realtime_interval: 2s"),
            ("cems-1, unit: 1, poll: 50ms", "cems-1, unit: 1, poll: 20ms"),
            ("commit_interval: 10ms", "commit_interval: 50ms"), ("code: a21026", "decimals: 1, code: a21026"),
            ("id: hall", "id: yard"), ("mqtt: {", "mqtt: { keep_alive: 20s, "),
        ]
        for (old, new) in changes {
            let before = try journalled(site.data).count
            #expect(try site.change(old, to: new).code == 0, "\(new)")
            #expect(try eventually { try journalled(site.data).count > before }, "\(new)")
        }
        let owed = try journalled(site.data)
        #expect(owed.count > 20)
        try site.broker.start()
        #expect(try eventually { try site.isComplete() })
        #expect(owed.isSubset(of: site.subscriber.sequences))
        site.stop()
        #expect(try eventually { try site.isComplete() })
    }

    @Test("Files that are broken at random are refused with file, line and hint, and everything goes on (R26)")
    func mutations() throws {
        let site = try ReloadSite()
        #expect(site.flows("/cems-1/raw"))
        let fingerprint = try Program.run(["reload", "--dry-run", "--config", site.configuration]).output
        var random = SeededGenerator()
        var refused = 0
        while refused < 20 {
            // A character that means nothing somewhere.
            var bytes = Array(site.text.utf8)
            let odd = Array("&%@!?".utf8).randomElement(using: &random) ?? 0
            bytes.insert(odd, at: .random(in: 0..<bytes.count, using: &random))
            try site.write(String(decoding: bytes, as: UTF8.self))
            guard try Program.run(["check", "--config", site.configuration]).code == 1 else { continue }
            refused += 1
            // Even where the file says no more where the socket is.
            let result = try Program.run(["reload", "--socket", site.data + "/control.sock"])
            #expect(result.code == 1, "\(random)")
            #expect(result.errors.contains(#/gateway\.yaml:\d+:\d+: error: /#), "\(random) \(result.errors)")
        }
        try site.write(site.text)
        #expect(try Program.run(["reload", "--dry-run", "--config", site.configuration]).output == fingerprint)
        #expect(site.flows("/cems-1/raw"))
        #expect(site.rack.connections == 1)
        site.stop()
    }
}

@Suite("Devices come and go", .timeLimit(.minutes(5)))
struct DeviceReloadPropertyTests {
    @Test("Added, renamed, removed again and again: data flow each time, ports and descriptors are freed (R20)")
    func cycles() throws {
        let site = try ReloadSite()
        let plain = site.text
        #expect(site.flows("/cems-1/raw"))
        let listener = "instruments: [ { id: i-1, listen: \"127.0.0.1:\(site.instrumentPort)\" } ]\noutlets:"
        var used: (descriptors: Int, threads: Int)?
        let rounds = min(randomCases(20), 100)
        for round in 1...rounds {
            let name = "cems-1-\(round)"
            let hasListener = round % 2 == 0
            var text = plain.replacingOccurrences(of: "cems-1", with: name)
            if hasListener { text = text.replacingOccurrences(of: "outlets:", with: listener) }
            if round % 3 == 0 {
                // The other bus goes and comes back.
                text = text.replacingOccurrences(of: "hall", with: "yard").replacingOccurrences(
                    of: "dust-1", with: "dust-\(round)")
            }
            try site.write(text)
            let result = try site.reload()
            try #require(result.code == 0, "\(round): \(result.errors)")
            try #require(site.flows("/\(name)/raw"), "\(round)")
            #expect(accepts(port: site.instrumentPort) == hasListener, "\(round)")
            if round == 6 { used = resources(of: site.daemon.pid) }
        }
        try site.write(plain.replacingOccurrences(of: "outlets:", with: listener))
        #expect(try site.reload().code == 0)
        let isFreed = eventually(within: .seconds(10)) {
            used.map { isWithin(resources(of: site.daemon.pid), $0) } ?? false
        }
        #expect(isFreed, "\(used ?? (0, 0)) and \(resources(of: site.daemon.pid))")
        site.stop()
        #expect(try eventually { try site.isComplete() })
    }

    private func isWithin(_ a: (descriptors: Int, threads: Int), _ b: (descriptors: Int, threads: Int)) -> Bool {
        a.descriptors <= b.descriptors && a.threads <= b.threads
    }

    private func resources(of pid: Int32) -> (descriptors: Int, threads: Int) {
        func count(_ folder: String) -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/\(folder)").count) ?? 0
        }
        return (count("fd"), count("task"))
    }
}
