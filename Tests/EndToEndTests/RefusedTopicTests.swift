import Foundation
import TelemetryStore
import TestSupport
import Testing

@testable import GatewayCore
@testable import Gatewayd

/// Topics and sizes that mosquitto refuses beside records: told, shown, and not taken for done.
@Suite("Refused topics and sizes", .timeLimit(.minutes(2)))
struct RefusedTopicTests {
    private let large = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000)
    private let answer = CommandReply.good(.text("7f3a"), result: [UInt8](repeating: UInt8(ascii: "1"), count: 3_000))

    @Test(
        "R07: a fact too large for the broker is told once, an answer says so shortly, and the next fact is published")
    func tooLarge() throws {
        let fixture = try UplinkFixture(broker: ["max_packet_size 1500"])
        let platform = try Platform(fixture.broker)
        let runner = fixture.start()
        runner.publishRetained(topicSuffix: "alarms", payload: large)
        runner.publish(topicSuffix: "reply", payload: answer)
        // Fixed header 3, length of the topic 2, identifier 2, length of the properties 1.
        let packet = answer.count + "cems/v1/plant-01/reply".utf8.count + 8
        let refusal =
            "\(answer.count) bytes, a packet of \(packet) with its topic, more than the broker takes (packets of 1500)"
        let short = #"cems/v1/plant-01/reply 0 {"id":"7f3a","ok":false,"error":"the answer has \#(refusal)"}"#
        #expect(eventually { platform.lines.contains(Substring(short)) }, "\(platform.lines)")
        let told = [
            "alarms: 3000 bytes, a packet of 3031 with its topic, more than the broker takes (packets of 1500)"
        ]
        #expect(eventually { fixture.events.topics == told })
        #expect(runner.statistics.unpublished["alarms"]?.en.hasPrefix("3000 bytes") == true)
        #expect(runner.statistics.answersLost == 0)

        // What is no answer has no short form, and is lost.
        runner.publish(topicSuffix: "reply", payload: large)
        #expect(eventually { fixture.events.summary.contains { $0.hasPrefix("answersRefused(count: 1") } })
        #expect(runner.statistics.answersLost == 1)
        runner.publishRetained(topicSuffix: "alarms", payload: large + [1])
        #expect(eventually { runner.statistics.unpublished["alarms"]?.en.hasPrefix("3001 bytes") == true })
        runner.publishRetained(topicSuffix: "alarms", payload: Array("[]".utf8))
        #expect(eventually { fixture.events.topics == told + ["alarms: -"] })
        #expect(eventually { runner.statistics.unpublished.isEmpty })
        #expect(platform.lines.contains("cems/v1/plant-01/alarms 0 []"))
        fixture.stop()
    }

    @Test("R07: a limit that is lifted is forgotten with the connection")
    func lifted() throws {
        let fixture = try UplinkFixture(broker: ["max_packet_size 1500"])
        let runner = fixture.start()
        runner.publishRetained(topicSuffix: "alarms", payload: large)
        #expect(eventually { fixture.events.topics.count == 1 })
        fixture.broker.stop()
        let other = try Broker(port: fixture.broker.port)
        #expect(eventually { fixture.events.topics.last == "alarms: -" })
        fixture.append(3)
        #expect(eventually { fixture.isSettled() })
        fixture.stop()
        other.stop()
    }

    @Test("R07: MQTT 3.1.1, a broker that hangs up on a fact and an answer gets all records")
    func hangsUp() throws {
        let fixture = try UplinkFixture(broker: ["max_packet_size 1500"])
        let platform = try Platform(fixture.broker)
        var configuration = fixture.configuration()
        configuration.mqtt.version = .v311
        let runner = fixture.start(configuration)
        #expect(eventually { fixture.isConnected() })
        fixture.append(20)
        runner.publishRetained(topicSuffix: "alarms", payload: large)
        runner.publish(topicSuffix: "reply", payload: answer)
        fixture.append(20)
        let short =
            #"{"id":"7f3a","ok":false,"error":"the answer has \#(answer.count) bytes, and the broker hangs up on them"}"#
        #expect(eventually { platform.lines.contains { $0.hasSuffix(short) } }, "\(fixture.events.summary)")
        #expect(
            fixture.events.topics == ["alarms: the broker hangs up whenever it is published (3000 bytes)"])
        #expect(eventually { platform.hasRecords(40) && fixture.isSettled() })
        runner.publishRetained(topicSuffix: "alarms", payload: Array("[]".utf8))
        #expect(eventually { fixture.events.topics.last == "alarms: -" })
        #expect(fixture.events.setAside.isEmpty)
        #expect(runner.statistics.answersLost == 0)
        fixture.stop()
    }

    @Test(
        "R07: a subscription that the broker refuses is told once, shown, and asked for with each connection",
        arguments: [
            (MQTTVersionSetting.automatic, "the broker refuses it: not authorised for its topic (135)"),
            (.v311, "the broker refuses it: unspecified error (128)"),
        ])
    func subscription(version: MQTTVersionSetting, reason: String) throws {
        let directory = TemporaryDirectory()
        let fixture = try UplinkFixture(broker: try Broker.denyingSubscriptions(in: directory))
        var configuration = fixture.configuration()
        configuration.mqtt.version = version
        let runner = fixture.start(configuration)
        #expect(eventually { fixture.events.topics == ["command: \(reason)"] })
        #expect(eventually { runner.statistics.unsubscribed["command"]?.en == reason })
        fixture.broker.stop()
        try fixture.broker.start()
        #expect(eventually { runner.statistics.connectionsTotal == 2 })
        fixture.append(1)
        #expect(eventually { fixture.isSettled() })
        #expect(fixture.events.topics.count == 1)
        fixture.broker.stop()
        let other = try Broker(port: fixture.broker.port)
        #expect(eventually { fixture.events.topics == ["command: \(reason)", "command: -"] })
        #expect(eventually { runner.statistics.unsubscribed.isEmpty })
        fixture.stop()
        other.stop()
    }

    @Test("R07: a replay whose record the broker does not take says so at its end")
    func replay() throws {
        let fixture = try UplinkFixture()
        fixture.append(1)
        fixture.append(1, padding: 30_000)
        fixture.append(1)
        fixture.start()
        #expect(eventually { fixture.isSettled() })
        fixture.stop()
        let small = try Broker(settings: ["max_packet_size 20000"])
        fixture.port = small.port
        let runner = fixture.start()
        #expect(eventually { fixture.isConnected() })
        #expect(runner.replay([1, 2, 3]))
        #expect(
            eventually { fixture.events.summary.contains("replayEnded(sent: 2, refused: 1, isComplete: true)") },
            "\(fixture.events.summary)")
        fixture.stop()
    }

    @Test("R07, D7: a record that was set aside before does not count as backlog after a restart, nor on a new try")
    func knownRecord() throws {
        let fixture = try UplinkFixture(broker: ["max_packet_size 20000"])
        let written = Int64(Date.now.timeIntervalSince1970 * 1_000) - 3 * 3_600_000
        fixture.journal.append(kind: "minute", lane: .ordinary, outlet: "s", timestamp: written) {
            Array(#"{"v":1,"gateway":"plant-01","seq":\#($0),"kind":"minute","x":""#.utf8) + large + large + large
                + large + large + large + large + Array(#""}"#.utf8)
        }
        fixture.start()
        #expect(eventually { fixture.events.setAside == [1] })
        fixture.stop()
        fixture.journal.close(deadline: .seconds(5))

        // Neither uplink reaches a broker; only the first has had the record refused.
        let file = try fixture.directory.write(
            """
            gateway: { id: plant-01, data_directory: \(fixture.directory.path), language: en }
            uplinks:
              - { id: province, mqtt: { url: "mqtt://127.0.0.1:\(freePort())" } }
              - { id: city, mqtt: { url: "mqtt://127.0.0.1:\(freePort())" } }
            """, to: "gateway.yaml")
        let daemon = try Program.start(["run", "--config", file])
        defer {
            daemon.signal(SIGTERM)
            daemon.wait()
        }
        func alarms() throws -> String {
            try Program.run(["alarms", "--since", "2020-01-01", "--config", file]).output
        }
        #expect(try eventually { try alarms().contains("city.D7.") }, "\(daemon.errors)")
        #expect(!(try alarms().contains("province.D7.")))
    }
}
