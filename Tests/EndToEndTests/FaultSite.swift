import Foundation
import Glibc
import TestSupport
import Testing

/// A simulated plant, a broker and an independent subscriber around a daemon that is killed, starved and lied to.
final class FaultSite {
    let directory = TemporaryDirectory()
    let broker: Broker
    let subscriber: Subscriber
    let layer: FaultLayer
    private let plant: ChildProcess
    private(set) var daemon: ChildProcess?

    /// Polls five times a second, publishes every second and keeps the evidence. `gateway`: further lines of that section.
    init(gateway lines: [String] = []) throws {
        broker = try Broker()
        subscriber = try Subscriber(port: broker.port)
        layer = try FaultLayer()
        plant = try Program.start([
            "simulate", "--plant", "demo", "--seconds", "600", "--write-config", directory.file("gateway.yaml"),
            "--data", directory.file("data"), "--broker", broker.url,
        ])
        let plant = plant
        try #require(eventually { plant.output.contains("the plant runs") })
        var text = try String(contentsOfFile: configuration, encoding: .utf8)
        text = text.replacing(try Regex("poll: [0-9]+m?s"), with: "poll: 200ms")
        text = text.replacing(
            "realtime_interval: 2s",
            with: (["realtime_interval: 1s", "keep_raw: 1d"] + lines).joined(separator: "\n  "))
        text = text.replacing("history_delay: 1s", with: "history_delay: 0s")
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    var configuration: String { directory.file("gateway.yaml") }
    var data: String { directory.file("data") }

    /// Starts the daemon; `isReady`: and waits until it runs.
    func start(untilReady isReady: Bool = true) throws {
        let daemon = try Program.start(["run", "--config", configuration], environment: layer.environment)
        self.daemon = daemon
        if isReady { #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)") }
    }

    func kill() {
        daemon?.signal(SIGKILL)
        daemon?.wait()
    }

    /// SIGTERM; whether it ended in order.
    func stop() -> Bool {
        daemon?.signal(SIGTERM)
        return daemon?.wait() == 0
    }

    func command(_ words: String...) throws -> (code: Int32, output: String, errors: String) {
        try Program.run(words + ["--config", configuration])
    }

    /// The running daemon's answer to `status`.
    func status() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(try command("status", "--json").output.utf8)) as? [String: Any]
            ?? [:]
    }

    /// Good polls and frames of all sources so far.
    func successes() throws -> Int {
        (try status()["sources"] as? [[String: Any]] ?? []).compactMap { $0["good"] as? Int }.reduce(0, +)
    }

    /// Active alarms of a rule, as the daemon lists them.
    func isActive(_ rule: String) throws -> Bool {
        let json = try command("alarms", "--active", "--json").output
        let alarms = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]] ?? []
        return alarms.contains { $0["rule"] as? String == rule }
    }

    /// The journal's records that an uplink carries, by number.
    func journalledBodies() throws -> [Int64: String] {
        var bodies: [Int64: String] = [:]
        for line in try command("journal", "export").output.split(separator: "\n") {
            guard !line.contains("\"kind\":\"evidence\""), let sequence = Self.sequence(line) else { continue }
            bodies[sequence] = String(line)
        }
        return bodies
    }

    /// What the platform has, by number; the test fails when one number came with two contents.
    func receivedBodies() throws -> [Int64: String] {
        let previous = try Regex("\"prev\":[0-9]+,")
        var bodies: [Int64: String] = [:]
        for message in subscriber.messages {
            guard let sequence = Self.sequence(message.payload) else { continue }
            let body = message.payload.replacing(previous, with: "")
            if let known = bodies[sequence] { #expect(known == body, "number \(sequence) has two contents") }
            bodies[sequence] = body
        }
        return bodies
    }

    /// That the platform gets every record of the journal, as it stands there, and nothing else.
    func expectNothingLostOrDoubled(_ comment: Comment? = nil) throws {
        let stored = try journalledBodies()
        #expect(!stored.isEmpty, comment)
        #expect(try eventually { try receivedBodies().count >= stored.count }, comment)
        let received = try receivedBodies()
        let missing = stored.filter { received[$0.key] == nil }.sorted { $0.key < $1.key }
        #expect(missing.isEmpty, "\(missing.count) lost, such as \(missing.prefix(3))")
        let foreign = received.filter { stored[$0.key] != $0.value }.sorted { $0.key < $1.key }
        #expect(foreign.isEmpty, "\(foreign.count) not as in the journal, such as \(foreign.prefix(3))")
        let verified = try command("journal", "verify")
        #expect(verified.code == 0, "\(verified.output) \(comment?.rawValue ?? "")")
    }

    private static func sequence(_ text: some StringProtocol) -> Int64? {
        text.firstRange(of: "\"seq\":").flatMap { range in
            Int64(String(text[range.upperBound...].prefix { $0.isNumber }))
        }
    }
}
