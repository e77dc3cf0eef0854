import Foundation
import Glibc
import TestSupport
import Testing

@testable import Gatewayd

/// A daemon with two uplinks that may be commanded, a platform that does, and a configuration that the test rewrites.
private final class CommandReloadSite {
    static let limit = Duration.seconds(10)

    let directory = TemporaryDirectory()
    let broker: Broker
    let subscriber: Subscriber
    let daemon: ChildProcess
    private var text: String

    init() throws {
        broker = try Broker()
        subscriber = try Subscriber(port: broker.port, topic: "+/v1/p/reply")
        text = """
            gateway: { id: p, data_directory: \(directory.file("data")), commit_interval: 10ms, language: en }
            uplinks:
              - { id: province, mqtt: { url: "\(broker.url)" }, commands: [replay, status], history_rate: 20, window: 20 }
              - { id: city, mqtt: { url: "\(broker.url)", topic_prefix: city }, commands: [status] }
            instruments: [ { id: m, listen: "127.0.0.1:\(freePort())" } ]

            """
        let configuration = try directory.write(text, to: "gateway.yaml")
        daemon = try Program.start(["run", "--config", configuration])
        let daemon = daemon
        #expect(
            eventually { daemon.errors.components(separatedBy: "uplink connected").count == 3 }, "\(daemon.errors)")
    }

    deinit { stop() }

    func stop() {
        daemon.signal(SIGTERM)
        daemon.wait()
    }

    /// Rewrites a part of the configuration and has it applied.
    func change(_ old: String, to new: String) throws {
        try #require(text.contains(old), "\(text)")
        text = text.replacingOccurrences(of: old, with: new)
        try directory.write(text, to: "gateway.yaml")
        let result = try Program.run(["reload", "--config", directory.file("gateway.yaml")])
        #expect(result.code == 0, "\(result.errors)")
    }

    /// Publishes the command `status` with the numbers `ids`, and returns once the gateway has taken the last of them: it
    /// was answered that too many wait.
    func flood(_ ids: ClosedRange<Int>, _ prefix: String = "cems") throws {
        try publishStatus(ids, prefix)
        #expect(eventually(within: Self.limit) { answers(prefix, id: ids.upperBound).count == 1 })
        #expect(answers(prefix, id: ids.upperBound).first?.contains("32 commands wait") == true)
    }

    func publishStatus(_ ids: ClosedRange<Int>, _ prefix: String = "cems") throws {
        let line =
            #"seq \#(ids.lowerBound) \#(ids.upperBound) | sed 's/.*/{"id":&,"name":"status"}/' | "#
            + "mosquitto_pub -p \(broker.port) -q 1 -t \(prefix)/v1/p/command -l"
        #expect(try ChildProcess("sh", ["-c", line]).wait() == 0)
    }

    func publish(_ payload: String, _ prefix: String = "cems") throws {
        let arguments = ["-p", "\(broker.port)", "-q", "1", "-t", "\(prefix)/v1/p/command", "-m", payload]
        #expect(try ChildProcess("mosquitto_pub", arguments).wait() == 0)
    }

    /// What the platform of `prefix` was answered, in order.
    func answers(_ prefix: String = "cems") -> [String] {
        subscriber.messages.filter { $0.topic.hasPrefix(prefix + "/") }.map(\.payload)
    }

    func answers(_ prefix: String = "cems", id: Int) -> [String] {
        answers(prefix).filter { $0.hasPrefix("{\"id\":\(id),") }
    }

    /// Whether each of `ids` is answered soon, and exactly once.
    func isAnswered(_ ids: ClosedRange<Int>, _ prefix: String = "cems") -> Bool {
        let wanted = ids.map { "{\"id\":\($0)," }
        func count() -> [Int] {
            let answers = answers(prefix)
            return wanted.map { begin in answers.count { $0.hasPrefix(begin) } }
        }
        let isComplete = eventually(within: Self.limit) { count().allSatisfy { $0 >= 1 } }
        return isComplete && count().allSatisfy { $0 == 1 }
    }

    /// Audit events with this name, as they are in the journal.
    func events(_ name: String) throws -> [String] {
        let export = ["journal", "export", "--config", directory.file("gateway.yaml"), "--kinds", "audit"]
        return try Program.run(export).output.split(separator: "\n").map(String.init)
            .filter { $0.contains(#""event":{"name":"\#(name)","#) }
    }

    /// Whether each command of `uplink` that waited is in the evidence, once, whatever became of it.
    func isAudited(_ prefix: String, _ uplink: String) throws -> Bool {
        let events = try events("command").filter { $0.contains(#""uplink":"\#(uplink)""#) }
        let ids = events.compactMap { $0.firstMatch(of: /"id":"([0-9]+)"/).map { String($0.1) } }
        let waited = answers(prefix).filter { !$0.contains("32 commands wait") }
        let answered = waited.compactMap { $0.firstMatch(of: /^\{"id":([0-9]+),/).map { String($0.1) } }
        return ids.count == Set(ids).count && Set(ids) == Set(answered)
    }
}

@Suite("Commands while the configuration is read again", .timeLimit(.minutes(1)))
struct CommandReloadTests {
    @Test("R06: what waits at an uplink that is restarted is carried out and answered once, and its ids are remembered")
    func restart() throws {
        let site = try CommandReloadSite()
        try site.flood(1...60)
        try site.change("window: 20", to: "window: 21")
        #expect(site.isAnswered(1...60), "\(site.answers().count)")
        let first = try #require(site.answers(id: 1).first)
        #expect(site.answers().count { $0.contains(#""ok":true"#) } >= 32)
        #expect(!site.answers().contains { $0.contains("uplink is removed") || $0.contains("gateway stops") })
        try site.publish(#"{"id":1,"name":"status"}"#)
        #expect(eventually(within: CommandReloadSite.limit) { site.answers(id: 1).count == 2 })
        // The status tells the time, so another execution has other words.
        #expect(site.answers(id: 1) == [first, first])
        #expect(try site.events("command").count { $0.contains(#""id":"1","#) } == 1)
        #expect(try site.isAudited("cems", "province"))

        // Those that wait go by the list of the new configuration.
        try site.publishStatus(101...112)
        try site.change("commands: [replay, status]", to: "commands: [replay]")
        #expect(site.isAnswered(101...112))
        #expect(site.answers().contains { $0.contains("is not allowed to this platform") })
    }

    @Test("a replay that a restart of its uplink ends is told of as given up, and another one may begin")
    func replay() throws {
        let site = try CommandReloadSite()
        // Every command that has its turn is a record.
        try site.flood(1...60)
        #expect(site.isAnswered(1...60))
        try site.publish(#"{"id":100,"name":"replay","args":{"from_seq":1,"to_seq":1000}}"#)
        #expect(eventually(within: CommandReloadSite.limit) { site.answers(id: 100).count == 1 })
        let found = site.answers(id: 100).first?.firstMatch(of: /"records":([0-9]+)/).flatMap { Int($0.1) }
        let total = try #require(found)
        try site.change("window: 20", to: "window: 21")
        #expect(try eventually(within: CommandReloadSite.limit) { try site.events("replay-given-up").count == 1 })
        let event = try #require(try site.events("replay-given-up").first)
        let sent = try #require(event.firstMatch(of: /"uplink":"province","sent":"([0-9]+)"/).flatMap { Int($0.1) })
        #expect(sent < total)
        try site.publish(#"{"id":101,"name":"replay","args":{"from_seq":1,"to_seq":1000}}"#)
        #expect(eventually(within: CommandReloadSite.limit) { site.answers(id: 101).count == 1 })
        #expect(site.answers(id: 101).first?.contains(#""ok":true"#) == true)
        site.stop()
        #expect(try site.events("replay-given-up").count == 2)
    }

    @Test("what waits at an uplink that is removed is refused and audited; the other uplink does not notice")
    func removal() throws {
        let site = try CommandReloadSite()
        try site.flood(1...60, "city")
        try site.change(
            "  - { id: city, mqtt: { url: \"\(site.broker.url)\", topic_prefix: city }, commands: [status] }\n", to: "")
        #expect(site.isAnswered(1...60, "city"), "\(site.answers("city").count)")
        #expect(site.answers("city").contains { $0.contains(#""ok":false,"error":"the uplink is removed"#) })
        #expect(try eventually(within: CommandReloadSite.limit) { try site.isAudited("city", "city") })
        #expect(try site.events("commands-refused").count { $0.contains(#""uplink":"city""#) } == 1)
        try site.publish(#"{"id":1,"name":"status"}"#)
        #expect(eventually(within: CommandReloadSite.limit) { site.answers(id: 1).count == 1 })
    }

    @Test("what waits when the gateway stops is refused and audited, and what was refused at once is summed up")
    func stop() throws {
        let site = try CommandReloadSite()
        try site.flood(1...60)
        site.stop()
        #expect(site.isAnswered(1...60), "\(site.answers().count)")
        #expect(site.answers().contains { $0.contains(#""ok":false,"error":"the gateway stops"#) })
        #expect(try site.isAudited("cems", "province"))
        #expect(try site.events("commands-refused").count == 1)
    }

    @Test("answers that a broker does not take any more are summed up in the evidence when the gateway stops")
    func lostAnswers() throws {
        let site = try CommandReloadSite()
        try site.flood(1...60)
        site.broker.freeze(true)
        site.stop()
        site.broker.freeze(false)
        let events = try site.events("answers-lost")
        #expect(events.count == 1 && events.first?.contains(#""uplink":"province""#) == true, "\(events)")
        #expect(try site.events("command").count >= 32)
    }
}

@Suite("Answers over the restart of an uplink", .timeLimit(.minutes(1)))
struct AnswerHandOverTests {
    @Test("those that could not be sent are sent by the runner that comes next")
    func handOver() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker)
        let before = fixture.start()
        #expect(eventually { fixture.isConnected() })
        fixture.broker.stop()
        #expect(eventually { !fixture.isConnected() })
        for number in 1...20 { #expect(before.publish(topicSuffix: "reply", payload: Array("\(number)".utf8))) }
        before.stop(deadline: .seconds(1))
        #expect(!before.replay([1]))
        try fixture.broker.start()
        let next = fixture.makeRunner()
        next.takeOver(from: before)
        next.start()
        let wanted = (1...20).map { "cems/v1/plant-01/reply 0 \($0)" }
        #expect(
            eventually(within: .seconds(10)) {
                platform.lines.filter { $0.contains("/reply ") }.map(String.init) == wanted
            }, "\(platform.lines)")
        #expect(before.takeAnswers().isEmpty)
        fixture.stop()
    }
}
