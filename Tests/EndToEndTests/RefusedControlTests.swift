import Foundation
import Glibc
import TestSupport
import Testing

/// A broker that takes a daemon's records and nothing else of it.
@Suite("What a broker refuses beside records", .timeLimit(.minutes(2)))
struct RefusedControlTests {
    private let rights = """
        topic deny cems/v1/p/reply
        topic deny cems/v1/p/alarms
        topic readwrite #

        """

    @Test(
        "R07: a lost answer is logged and journalled once, a refused fact is logged, and status shows how the uplink fares"
    )
    func refused() throws {
        let directory = TemporaryDirectory()
        let broker = try Broker(settings: ["acl_file \(try directory.write(rights, to: "acl"))"])
        let configuration = try directory.write(
            """
            gateway: { id: p, data_directory: data, realtime_interval: 1s, commit_interval: 10ms, language: en }
            uplinks:
              - { id: province, mqtt: { url: "\(broker.url)" }, commands: [status] }
              - { id: city, mqtt: { url: "\(broker.url)", topic_prefix: city, version: "3.1.1" } }
              - { id: away, mqtt: { url: "mqtt://127.0.0.1:\(freePort())" } }
            instruments: [ { id: m, listen: "127.0.0.1:\(freePort())" } ]
            outlets: [ { id: stack-1, st: "31", factors: [ { code: a21026, from: m.a21026 } ] } ]
            """, to: "gateway.yaml")
        let daemon = try Program.start(["run", "--config", configuration])
        defer {
            daemon.signal(SIGTERM)
            daemon.wait()
        }
        func program(_ words: String...) throws -> String {
            try Program.run(words + ["--config", configuration]).output
        }
        #expect(eventually { daemon.errors.components(separatedBy: "uplink connected").count == 3 }, "\(daemon.errors)")
        #expect(eventually { daemon.errors.contains("publication refused") && daemon.errors.contains("topic=alarms") })
        for id in 1...5 {
            let command = ["-p", "\(broker.port)", "-q", "1", "-t", "cems/v1/p/command", "-m"]
            #expect(try ChildProcess("mosquitto_pub", command + [#"{"id":\#(id),"name":"status"}"#]).wait() == 0)
        }
        var audits: [Substring] = []
        #expect(
            try eventually {
                audits = try program("journal", "export", "--kinds", "audit").split(separator: "\n")
                return audits.count { $0.contains(#""name":"command""#) } == 5
                    && audits.contains { $0.contains("answers-refused") }
            }, "\(daemon.errors)")
        let refused = audits.filter { $0.contains("answers-refused") }
        #expect(refused.count == 1, "the others are summed up after a minute")
        #expect(refused.allSatisfy { $0.contains(#""uplink":"province""#) && $0.contains("not authorised") })
        #expect(daemon.errors.contains("answers refused"))

        let status =
            try JSONSerialization.jsonObject(with: Data(try program("status", "--json").utf8)) as? [String: Any]
        let uplinks = try #require(status?["uplinks"] as? [[String: Any]])
        #expect(uplinks.map { $0["mqtt"] as? String } == ["5", "3.1.1", nil])
        #expect(uplinks.allSatisfy { $0["refused"] as? Int == 0 && $0["setAside"] as? Int == 0 })
        #expect(uplinks.map { ($0["unpublished"] as? [[String: String]])?.map(\.["topic"]) } == [["alarms"], [], []])
        #expect(uplinks.map { $0["answersLost"] as? Int } == [5, 0, 0])
        let table = try program("status")
        #expect(table.contains("CANNOT PUBLISH alarms: the broker refuses it") && table.contains("ANSWERS LOST 5"))
        #expect(table.contains("MQTT 5 ") && table.contains("MQTT 3.1.1 ") && table.contains("MQTT - "))
    }

    @Test(
        "R07: alarms and an answer too large for one broker, commands that another does not let through: shown and told"
    )
    func shown() throws {
        let directory = TemporaryDirectory()
        let closed = try Broker(settings: Broker.denyingSubscriptions(in: directory))
        let narrow = try Broker(settings: ["max_packet_size 1500"])
        let subscriber = try Subscriber(port: narrow.port)
        let meters = 1...12
        let configuration = try directory.write(
            """
            gateway: { id: p, data_directory: data, realtime_interval: 1s, commit_interval: 10ms, language: en }
            uplinks:
              - { id: province, mqtt: { url: "\(closed.url)" }, commands: [status] }
              - { id: city, mqtt: { url: "\(narrow.url)" }, commands: [status] }
            instruments:
            \(meters.map { "  - { id: meter-\($0), listen: \"127.0.0.1:\(freePort())\" }" }.joined(separator: "\n"))
            outlets:
              - { id: stack-1, st: "31", factors: [ { code: a21026, from: meter-1.a21026 } ] }
            alarms: { instrument_gap: 1s }
            """, to: "gateway.yaml")
        let daemon = try Program.start(["run", "--config", configuration])
        defer {
            daemon.signal(SIGTERM)
            daemon.wait()
        }
        func program(_ words: String...) throws -> String {
            try Program.run(words + ["--config", configuration]).output
        }
        var table = ""
        #expect(
            try eventually {
                // A reason may need several lines.
                table = try program("status").split(whereSeparator: \.isWhitespace).joined(separator: " ")
                return table.contains("CANNOT LISTEN to command: the broker refuses it: not authorised")
                    && table.contains("more than the broker takes (packets of 1500)")
            }, "\(daemon.errors)\(table)")
        let status =
            try JSONSerialization.jsonObject(with: Data(try program("status", "--json").utf8)) as? [String: Any]
        let uplinks = try #require(status?["uplinks"] as? [[String: Any]])
        func topics(_ key: String) -> [[String?]?] {
            uplinks.map { ($0[key] as? [[String: String]])?.map(\.["topic"]) }
        }
        #expect(topics("unsubscribed") == [["command"], []])
        #expect(topics("unpublished") == [[], ["alarms"]])
        let command = [
            "-p", "\(narrow.port)", "-q", "1", "-t", "cems/v1/p/command", "-m", #"{"id":1,"name":"status"}"#,
        ]
        #expect(try ChildProcess("mosquitto_pub", command).wait() == 0)
        #expect(eventually { subscriber.hasHeard(#"reply {"id":1,"ok":false,"error":"the answer has "#) })
        let audits = try program("journal", "export", "--kinds", "audit").split(separator: "\n")
        for (name, uplink, topic) in [
            ("subscription-refused", "province", "command"), ("publication-refused", "city", "alarms"),
        ] {
            let told = audits.filter { $0.contains(name) && $0.contains(#""uplink":"\#(uplink)""#) }
            #expect(told.count == 1 && told.allSatisfy { $0.contains(topic) }, "\(name)")
        }
        #expect(daemon.errors.contains("subscription refused") && daemon.errors.contains("publication refused"))
        #expect(daemon.errors.contains("answer replaced by an error"))
    }
}
