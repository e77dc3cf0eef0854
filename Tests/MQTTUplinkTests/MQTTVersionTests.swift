import Foundation
import Telemetry
import TestSupport
import Testing

@testable import MQTTUplink

@Suite(.timeLimit(.minutes(1))) struct MQTTVersionTests {
    private func endpoint(_ broker: ScriptedBroker) -> MQTTEndpoint {
        MQTTEndpoint(host: "127.0.0.1", port: broker.port, clientID: "g-u")
    }

    @Test("a broker that speaks 5 is spoken to with 5")
    func five() throws {
        let broker = try Broker()
        let peer = try MQTTPeer(MQTTEndpoint(broker))
        #expect(peer.connect())
        #expect(peer.connection.version == .v5)
        #expect(try peer.deliver("t", "1"))
    }

    @Test("a broker that refuses 5 is spoken to with 3.1.1, which is remembered")
    func fallback() throws {
        let broker = ScriptedBroker(welcome: .onlyOld)
        let peer = try MQTTPeer(endpoint(broker))
        #expect(!peer.connect())
        #expect(peer.lastError?.reason == .refused)
        #expect(peer.lastError?.description == "connect: the broker does not speak this version of MQTT")
        #expect(peer.connect())
        #expect(peer.connection.version == .v311)
        #expect(try peer.deliver("t", "1"))
        peer.connection.drop(MQTTError("test", reason: .timeout, detail: "cut"))
        #expect(peer.run { _ in peer.lastError?.reason == .timeout })
        #expect(peer.connect(), "\(peer.events)")
        #expect(broker.versions == [.v5, .v311, .v311])

        // A connection that takes its place need not find out again.
        let next = try MQTTPeer(endpoint(broker), version: peer.connection.knownVersion)
        #expect(next.connect())
        #expect(broker.versions.last == .v311)
    }

    @Test("a broker that hangs up on 5 without a word is tried with 3.1.1 after the second time")
    func silentFallback() throws {
        let broker = ScriptedBroker(welcome: .hangUpOnNew)
        let peer = try MQTTPeer(endpoint(broker))
        #expect(!peer.connect())
        #expect(!peer.connect())
        #expect(peer.connect())
        #expect(broker.versions == [.v5, .v5, .v311])
    }

    @Test("R36: 3.1.1 is left for 5 again after an hour, by a connection that has to be made anyway")
    func retry() {
        var choice = MQTTVersionChoice()
        let cut = MQTTEvent.disconnected(MQTTError("connect", reason: .closedByBroker, detail: "cut"))
        let start = Uptime.zero + .seconds(100)
        func version(after seconds: Int64) -> MQTTVersion {
            choice.connecting(at: start + .seconds(seconds))
            return choice.current
        }
        for _ in 0..<2 {
            #expect(version(after: 0) == .v5)
            choice.note(cut)
        }
        #expect(version(after: 0) == .v311)
        choice.note(.connected(sessionPresent: false))
        choice.note(cut)
        #expect(version(after: 3_599) == .v311)
        #expect(version(after: 3_600) == .v5)
        // It is still an old one: once is enough.
        choice.note(cut)
        #expect(version(after: 3_601) == .v311)
        #expect(version(after: 7_199) == .v311)
        #expect(version(after: 7_201) == .v5)
        // It was restarting, and is none.
        choice.note(.connected(sessionPresent: false))
        for _ in 0..<3 { choice.note(cut) }
        #expect(version(after: 99_999) == .v5)
    }

    @Test("R36: a version that is asked for stays, however long ago it was refused")
    func fixedForEver() {
        var choice = MQTTVersionChoice(only: .v311)
        choice.connecting(at: Uptime.zero + .seconds(99_999))
        #expect(choice.current == .v311)
    }

    @Test("a version that is asked for is the only one", arguments: [MQTTVersion.v5, .v311])
    func fixed(version: MQTTVersion) throws {
        let broker = ScriptedBroker(welcome: .onlyOld)
        var endpoint = endpoint(broker)
        endpoint.version = version
        let peer = try MQTTPeer(endpoint)
        for _ in 0..<2 { #expect(peer.connect() == (version == .v311)) }
        #expect(Set(broker.versions) == [version == .v5 ? .v5 : .v311])
    }

    @Test("the session of 5 outlives a connection")
    func session() throws {
        let broker = try Broker()
        let first = try MQTTPeer(MQTTEndpoint(broker))
        #expect(first.connect())
        #expect(first.events == [.connected(sessionPresent: false)])
        first.connection.disconnect()
        #expect(first.run { _ in !first.connection.isConnected })
        let second = try MQTTPeer(MQTTEndpoint(broker))
        #expect(second.connect())
        #expect(second.events == [.connected(sessionPresent: true)])
        #expect(second.connection.version == .v5)
    }

    @Test("the reason code of a PUBACK is told, and the next publish goes on")
    func refusal() throws {
        let broker = ScriptedBroker { $0.topic == "bad" ? .acknowledge(0x99) : .acknowledge(0x10) }
        let peer = try MQTTPeer(endpoint(broker))
        #expect(peer.connect())
        let bad = try peer.connection.publish(topic: "bad", payload: [1])
        #expect(peer.run { $0.contains(.refused(bad, code: 0x99)) })
        // 16: nobody has subscribed, which is no refusal.
        #expect(try peer.deliver("good", "1"))
    }

    @Test("a real broker's access list refuses with 135, where 3.1.1 would have said nothing")
    func accessList() throws {
        let directory = TemporaryDirectory()
        let file = try directory.write("topic readwrite open/#\n", to: "acl")
        let broker = try Broker(settings: ["acl_file \(file)"])
        let peer = try MQTTPeer(MQTTEndpoint(broker))
        #expect(peer.connect())
        let id = try peer.connection.publish(topic: "closed/a", payload: [1])
        #expect(peer.run { $0.contains(.refused(id, code: 0x87)) })
        #expect(try peer.deliver("open/a", "1"), "\(peer.events)")
    }

    @Test("user properties and an expiry go with 5 and not with 3.1.1", arguments: [MQTTVersion.v5, .v311])
    func properties(version: MQTTVersion) throws {
        let broker = ScriptedBroker()
        var endpoint = endpoint(broker)
        endpoint.version = version
        let peer = try MQTTPeer(endpoint)
        #expect(peer.connect())
        let properties = MQTTPublishProperties(expiry: .seconds(90), user: [("gateway", "plant-01"), ("seq", "7")])
        let id = try peer.connection.publish(topic: "t", payload: [5], properties: properties)
        #expect(peer.run { $0.contains(.acknowledged(id)) })
        let publish = try #require(broker.publishes.first)
        #expect(publish.payload == [5])
        #expect(publish.user == (version == .v5 ? ["gateway", "plant-01", "seq", "7"] : []))
        #expect(publish.expiry == (version == .v5 ? 90 : nil))
    }

    @Test("what was in flight keeps its properties when it is sent again")
    func repeated() throws {
        let broker = ScriptedBroker { $0.isRepeated ? .acknowledge() : .hangUp }
        let peer = try MQTTPeer(endpoint(broker))
        #expect(peer.connect())
        let properties = MQTTPublishProperties(user: [("seq", "7")])
        let id = try peer.connection.publish(topic: "t", payload: [5], properties: properties)
        #expect(peer.run { _ in peer.lastError != nil })
        #expect(peer.connect())
        #expect(peer.run { $0.contains(.acknowledged(id)) })
        #expect(broker.publishes.map(\.user) == [["seq", "7"], ["seq", "7"]])
    }

    @Test("a message that the broker said is too large is refused here")
    func tooLarge() throws {
        let broker = try Broker(settings: ["max_packet_size 20000"])
        let peer = try MQTTPeer(MQTTEndpoint(broker))
        #expect(peer.connect())
        let error = #expect(throws: MQTTError.self) {
            try peer.connection.publish(topic: "t", payload: [UInt8](repeating: 1, count: 30_000))
        }
        #expect(error?.reason == .tooLarge)
        #expect(
            error?.detail
                == "30000 bytes, a packet of 30010 with its topic, more than the broker takes (packets of 20000)")
        #expect(try peer.deliver("t", "1"))
    }

    @Test("the packet counts, not the payload alone, and the words say so", arguments: [false, true])
    func packetSize(hasProperties: Bool) throws {
        let broker = try Broker(settings: ["max_packet_size 262"])
        let peer = try MQTTPeer(MQTTEndpoint(broker))
        #expect(peer.connect())
        let properties = hasProperties ? MQTTPublishProperties(expiry: .seconds(9), user: [("seq", "12")]) : nil
        let topic = "cems/v1/plant-01/live/stack-1/minute"
        // Fixed header 3, topic 2 + 36, identifier 2, length of the properties 1, properties 5 + 10.
        let overhead = hasProperties ? 59 : 44
        for (size, isTaken) in [(262 - overhead, true), (263 - overhead, false)] {
            let payload = [UInt8](repeating: 0x31, count: size)
            do throws(MQTTError) {
                let id = try peer.connection.publish(topic: topic, payload: payload, properties: properties)
                #expect(isTaken && peer.run { $0.contains(.acknowledged(id)) }, "\(size)")
            } catch {
                #expect(!isTaken)
                #expect(
                    error.detail
                        == "\(size) bytes, a packet of 263 with its topic, more than the broker takes (packets of 262)")
            }
        }
        #expect(peer.isConnected)
    }
}
