import Foundation
import Glibc
import TestSupport
import Testing

/// A daemon whose platform may command it, and a platform that does.
private final class CommandSite {
    let directory = TemporaryDirectory()
    let broker: Broker
    let subscriber: Subscriber
    let daemon: ChildProcess

    init(commands: String = "[replay, status, ack_alarm, config_fingerprint]") throws {
        broker = try Broker()
        subscriber = try Subscriber(port: broker.port, topic: "+/v1/#")
        let configuration = try directory.write(
            """
            gateway: { id: p, data_directory: data, realtime_interval: 1s, commit_interval: 10ms, language: en }
            uplinks:
              - { id: province, mqtt: { url: "\(broker.url)" }, commands: \(commands) }
              - { id: quiet, mqtt: { url: "\(broker.url)", topic_prefix: quiet }, kinds: [audit] }
            instruments: [ { id: m, listen: "127.0.0.1:\(freePort())" } ]
            outlets: [ { id: stack-1, st: "31", factors: [ { code: a21026, from: m.a21026 } ] } ]
            alarms: { instrument_gap: 1s }
            """, to: "gateway.yaml")
        daemon = try Program.start(["run", "--config", configuration])
        #expect(eventually { daemon.errors.count(of: "uplink connected") == 2 }, "\(daemon.errors)")
    }

    deinit {
        daemon.signal(SIGTERM)
        daemon.wait()
    }

    func publish(_ payload: String, topic: String = "cems/v1/p/command") throws {
        let arguments = ["-p", "\(broker.port)", "-q", "1", "-t", topic, "-m", payload]
        #expect(try ChildProcess("mosquitto_pub", arguments).wait() == 0)
    }

    /// Everything on `reply`, in order.
    var replies: [String] {
        subscriber.messages.filter { $0.topic == "cems/v1/p/reply" }.map(\.payload)
    }

    /// Sends a command and returns its answer.
    func ask(_ id: String, _ name: String, _ arguments: String = "{}") throws -> [String: Any] {
        try publish(#"{"id":"\#(id)","name":"\#(name)","args":\#(arguments)}"#)
        var answer: String?
        #expect(
            eventually {
                answer = replies.last { $0.hasPrefix(#"{"id":"\#(id)","#) }
                return answer != nil
            }, "\(name): \(replies)")
        return try #require(JSONSerialization.jsonObject(with: Data((answer ?? "{}").utf8)) as? [String: Any])
    }

    func result(_ id: String, _ name: String, _ arguments: String = "{}") throws -> [String: Any] {
        let answer = try ask(id, name, arguments)
        #expect(answer["ok"] as? Bool == true, "\(answer)")
        return answer["result"] as? [String: Any] ?? [:]
    }

    func error(_ id: String, _ name: String, _ arguments: String = "{}") throws -> String {
        let answer = try ask(id, name, arguments)
        #expect(answer["ok"] as? Bool == false)
        return answer["error"] as? String ?? ""
    }

    /// Payloads of records on topics that contain `part`.
    func records(_ part: String) -> [String] {
        subscriber.messages.filter { $0.topic.contains(part) }.map(\.payload)
    }
}

extension String {
    fileprivate func count(of word: String) -> Int { components(separatedBy: word).count - 1 }
}

@Suite("Commands from the platform", .timeLimit(.minutes(2)))
struct PlatformCommandTests {
    @Test("each is carried out, answered once and audited; what is not allowed says so; without a list nobody listens")
    func commands() throws {
        let site = try CommandSite(commands: "[set_response_level, status, ack_alarm, config_fingerprint]")
        #expect(try site.result("s1", "status")["gateway"] as? String == "p")
        let fingerprint = try site.result("c1", "config_fingerprint")["config"] as? String
        #expect(
            eventually {
                site.records("cems/v1/p/status").contains { $0.contains(#""config":"\#(fingerprint ?? "?")""#) }
            })

        var alarm: String?
        #expect(
            eventually {
                alarm = site.records("/m/alarm").lazy.compactMap { $0.firstMatch(of: /"id":"(m\.D1\.[0-9]+)"/) }
                    .first.map { String($0.1) }
                return alarm != nil
            })
        let acknowledgement = #"{"id":"\#(alarm ?? "")","by":"centre","note":"seen"}"#
        #expect(try site.result("a1", "ack_alarm", acknowledgement)["id"] as? String == alarm)
        #expect(try site.error("a2", "ack_alarm", acknowledgement).contains("waits for an acknowledgement"))
        #expect(eventually { site.records("/audit").contains { $0.contains(#""name":"alarm-acknowledged""#) } })

        let until = Int(Date().timeIntervalSince1970 * 1_000) + 3_600_000
        let level = #"{"level":"orange","until":\#(until),"order":"2026-12"}"#
        #expect(try site.result("l1", "set_response_level", level)["level"] as? String == "orange")
        #expect(
            try site.error("l2", "set_response_level", #"{"level":"pink","until":1}"#).contains("no response level"))
        let status = try site.result("s0", "status")["response"] as? [String: Any]
        #expect(status?["level"] as? String == "orange" && status?["by"] as? String == "2026-12")
        #expect(eventually { site.records("/audit").contains { $0.contains(#""name":"response-level""#) } })

        #expect(try site.error("n1", "replay").contains("not allowed"))
        #expect(try site.error("n2", "reboot").contains("no command"))
        try site.publish("{oops")
        #expect(
            eventually { site.replies.contains { $0.hasPrefix(#"{"id":null,"ok":false,"error":"the message is not"#) } }
        )

        // The other uplink's topic; its platform gets no answer, though a later command is answered.
        try site.publish(#"{"id":"q1","name":"status"}"#, topic: "quiet/v1/p/command")
        _ = try site.result("s2", "status")
        #expect(!site.subscriber.messages.contains { $0.topic == "quiet/v1/p/reply" })

        for (id, outcome) in [
            ("s1", "ok"), ("a1", "ok"), ("a2", "no alarm"), ("l1", "ok"), ("n1", "\\\"replay"), ("n2", ""),
        ] {
            let words = #""event":{"name":"command","uplink":"province","command":"#
            #expect(
                eventually {
                    site.records("cems/v1/p/live/_gateway/audit").count {
                        $0.contains(words) && $0.contains(#""id":"\#(id)","outcome":"\#(outcome)"#)
                    } == 1
                }, "\(id)")
        }
        for id in ["s1", "c1", "a1", "a2", "n1", "n2", "s2"] {
            #expect(site.replies.count { $0.hasPrefix(#"{"id":"\#(id)","#) } == 1, "\(id)")
        }
    }

    @Test("a replay sends the same bytes again, as history, by numbers and by time, and owes nothing for it")
    func replay() throws {
        let site = try CommandSite()
        #expect(eventually { site.records("live/stack-1/realtime").count >= 3 })
        // What was journalled before the broker had accepted the uplink comes as history.
        let first = { site.records("cems/v1/p/live/") + site.records("cems/v1/p/history/") }
        #expect(
            eventually {
                let published = first()
                return (1...3).allSatisfy { seq in published.contains { $0.contains("\"seq\":\(seq),") } }
            })
        let published = first()
        let begin = Int(Date().timeIntervalSince1970 * 1_000) - 600_000
        let wanted = (1...3).compactMap { seq in published.first { $0.contains("\"seq\":\(seq),") } }
        let times = { wanted.map { payload in site.records("cems/v1/p/history/").count { $0 == payload } } }
        let before = times()
        #expect(try site.result("r1", "replay", #"{"from_seq":1,"to_seq":3}"#)["records"] as? Int == 3)
        #expect(eventually { times() == before.map { $0 + 1 } })

        let period = #"{"outlet":"stack-1","kind":"realtime","from":\#(begin),"to":\#(begin + 3_600_000)}"#
        let count = try #require(try site.result("r2", "replay", period)["records"] as? Int)
        #expect(count >= 3)
        #expect(eventually { site.records("history/stack-1/realtime").count >= count })
        let again = site.records("history/stack-1/realtime")
        #expect(
            eventually {
                let live = Set(site.records("live/stack-1/realtime"))
                return again.allSatisfy { payload in live.contains(payload) || again.count { $0 == payload } >= 2 }
            })

        let none = #"{"outlet":"stack-9","kind":"hour","from":\#(begin),"to":\#(begin + 1)}"#
        #expect(try site.result("r3", "replay", none)["records"] as? Int == 0)
        let status = try site.result("s1", "status")
        let uplinks = try #require(status["uplinks"] as? [[String: Any]])
        #expect(uplinks[0]["owed"] as? Int ?? .max < 5)
    }

    @Test("an id that is delivered twice is answered twice with the same words and carried out once")
    func redelivery() throws {
        let site = try CommandSite()
        let command = #"{"id":"twice","name":"replay","args":{"from_seq":1,"to_seq":2}}"#
        try site.publish(command)
        #expect(eventually { site.replies.count == 1 })
        try site.publish(command)
        #expect(eventually { site.replies.count == 2 })
        #expect(Set(site.replies).count == 1)
        _ = try site.result("after", "status")
        #expect(
            eventually { site.records("cems/v1/p/live/_gateway/audit").count { $0.contains(#""id":"twice""#) } == 1 })
    }

    @Test("R24: of ten thousand commands each is answered or refused, and the gateway goes on")
    func flood() throws {
        let site = try CommandSite()
        let line = #"seq 10000 | sed 's/.*/{"id":&,"name":"status"}/' | mosquitto_pub -p \#(site.broker.port) -q 1 "#
        #expect(try ChildProcess("sh", ["-c", line + "-t cems/v1/p/command -l"]).wait() == 0)
        #expect(eventually(within: .seconds(60)) { site.subscriber.lineCount >= 20_000 }, "\(site.replies.count)")
        // Records are among the lines.
        #expect(eventually { site.replies.count >= 10_000 }, "\(site.replies.count)")
        let replies = site.replies
        let ids = replies.compactMap { $0.firstMatch(of: /^\{"id":([0-9]+),"ok":(true|false)/).flatMap { Int($0.1) } }
        #expect(ids.count == 10_000 && Set(ids).count == 10_000)
        let refused = replies.count { $0.contains("32 commands wait already") }
        #expect(refused > 9_000 && refused < 10_000)
        // Records are made and taken, and a command that comes now has its turn.
        let before = try journalled(site.directory.file("data")).count
        #expect(try eventually { try journalled(site.directory.file("data")).count > before })
        try site.publish(#"{"id":"after","name":"status"}"#)
        #expect(eventually { site.subscriber.hasHeard(#"/reply {"id":"after","ok":true"#) })
        let status = try Program.run(["status", "--config", site.directory.file("gateway.yaml")])
        #expect(status.code == 0)
    }
}
