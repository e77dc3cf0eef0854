import Foundation
import Glibc
import HostSystem
import Telemetry
import TestSupport
import Testing

@testable import MQTTUplink

@Suite(.timeLimit(.minutes(1))) struct MQTTConnectionTests {
    @Test("a publish is delivered with QoS 1 and acknowledged once")
    func delivery() throws {
        let broker = try Broker()
        let peer = try MQTTPeer(MQTTEndpoint(broker))
        #expect(peer.connect())
        #expect(peer.events == [.connected(sessionPresent: false)])
        let subscriber = try Subscriber(broker.port, "cems/#")
        #expect(try eventually { try peer.deliver("cems/hello", "烟", retain: true) && !subscriber.lines.isEmpty })
        #expect(subscriber.lines.contains { $0.hasSuffix("烟") })
        #expect(Set(peer.acknowledged).count == peer.acknowledged.count)
    }

    @Test("R10: a thousand publishes beyond the window arrive in order, without an empty one lost")
    func thousand() throws {
        let broker = try Broker()
        let subscriber = try Subscriber(broker.port, "cems/#")
        var endpoint = MQTTEndpoint(broker)
        endpoint.window = 20
        let peer = try MQTTPeer(endpoint)
        #expect(peer.connect())
        #expect(try eventually { try peer.deliver("cems/ready", "now") && !subscriber.lines.isEmpty })
        peer.forget()
        for number in 0..<1_000 {
            _ = try peer.connection.publish(topic: "cems/n", payload: Array("\(number)".utf8))
        }
        _ = try peer.connection.publish(topic: "cems/n", payload: [])
        #expect(peer.run { _ in peer.acknowledged.count == 1_001 })
        #expect(eventually { subscriber.lines.count { $0.hasPrefix("cems/n") } == 1_001 })
        let numbers = subscriber.lines.filter { $0.hasPrefix("cems/n") }.compactMap { Int($0.dropFirst(9)) }
        #expect(numbers == Array(0..<1_000))
    }

    @Test("the broker keeps the session under the fixed client id")
    func session() throws {
        let broker = try Broker()
        let first = try MQTTPeer(MQTTEndpoint(broker))
        #expect(first.connect())
        try first.connection.subscribe(to: "plant/command")
        #expect(try first.deliver("x", "1"))
        first.connection.disconnect()
        #expect(first.run { _ in first.lastError != nil })
        #expect(first.lastError?.reason == .closedHere)

        let sender = try MQTTPeer(MQTTEndpoint(broker, client: "platform"))
        #expect(sender.connect())
        #expect(try sender.deliver("plant/command", "while away"))
        let second = try MQTTPeer(MQTTEndpoint(broker))
        #expect(second.connect())
        #expect(second.events.first == .connected(sessionPresent: true))
        let expected = MQTTEvent.message(topic: "plant/command", payload: Array("while away".utf8))
        #expect(second.run { $0.contains(expected) })
    }

    @Test("what is in flight when the broker stops is acknowledged after it is back")
    func survives() throws {
        let broker = try Broker()
        let peer = try MQTTPeer(MQTTEndpoint(broker))
        #expect(peer.connect())
        broker.stop()
        let ids = try (0..<5).map { try peer.connection.publish(topic: "t", payload: Array("\($0)".utf8)) }
        #expect(peer.run { _ in !peer.connection.isConnected })
        #expect(peer.acknowledged.isEmpty)
        let late = try peer.connection.publish(topic: "t", payload: [1])
        try broker.start()
        #expect(peer.connect())
        #expect(peer.run { _ in peer.acknowledged.count == 6 })
        #expect(Set(peer.acknowledged) == Set(ids + [late]))
    }

    @Test("the will is published when the connection is cut, and not after an orderly end", arguments: [true, false])
    func will(isCut: Bool) throws {
        let broker = try Broker()
        var endpoint = MQTTEndpoint(broker)
        endpoint.will = ("cems/v1/g/status", Array(#"{"online":false}"#.utf8))
        let peer = try MQTTPeer(endpoint)
        #expect(peer.connect())
        #expect(try peer.deliver("cems/v1/g/status", #"{"online":true}"#, retain: true))
        if isCut {
            peer.connection.drop(MQTTError("test", reason: .timeout, detail: "cut"))
        } else {
            peer.connection.disconnect()
        }
        #expect(peer.run { _ in !peer.connection.isConnected && peer.lastError != nil })
        #expect(peer.lastError?.reason == (isCut ? .timeout : .closedHere))
        let expected = #"cems/v1/g/status 1 {"online":\#(!isCut)}"#
        #expect(
            try eventually {
                let subscriber = try Subscriber(broker.port, "cems/#", ["-C", "1"])
                subscriber.process.wait()
                return subscriber.lines == [expected]
            })
    }

    @Test("a port that refuses is an error of the network, and trying again works")
    func refused() throws {
        let broker = try Broker()
        broker.stop()
        let peer = try MQTTPeer(MQTTEndpoint(broker))
        for _ in 0..<3 {
            peer.forget()
            #expect(!peer.connect())
            #expect(peer.lastError?.reason == .network)
            #expect(peer.lastError?.code == ECONNREFUSED)
            #expect(peer.lastError?.description == "connect to 127.0.0.1:\(broker.port): Connection refused")
        }
        try broker.start()
        #expect(peer.connect())
    }

    @Test("R04: a peer that accepts and never answers is left when the caller says so")
    func silent() throws {
        let listener = SilentListener()
        let peer = try MQTTPeer(MQTTEndpoint(host: "127.0.0.1", port: listener.port, clientID: "g-u"))
        for _ in 0..<3 {
            peer.forget()
            peer.connection.connect()
            #expect(!peer.run(within: .milliseconds(100)) { !$0.isEmpty })
            peer.connection.drop(MQTTError("connect", reason: .timeout, detail: "no answer"))
            #expect(peer.run { !$0.isEmpty })
            #expect(peer.events == [.disconnected(MQTTError("connect", reason: .timeout, detail: "no answer"))])
        }
    }

    @Test(
        "R31: the reason that a broker gives is told, also when the connection broke before it was read",
        arguments: [
            (UInt8(0x8E), "session taken over: another client connects with the same client identifier"),
            (0x8B, "the broker says: Server shutting down"), (0x98, "the broker says: Administrative action"),
        ])
    func told(code: UInt8, words: String) throws {
        let broker = ScriptedPeer { request in
            request.number == 0 ? [.send([0x20, 3, 0, 0, 0])] : [.send([0xE0, 2, code, 0]), .hangUp]
        }
        var endpoint = MQTTEndpoint(host: "127.0.0.1", port: broker.port, clientID: "g")
        endpoint.version = .v5
        let peer = try MQTTPeer(endpoint)
        #expect(peer.connect())
        _ = try peer.connection.publish(topic: "t", payload: [1])
        #expect(eventually { broker.answers == 2 })
        // The first is answered by a reset, the others fail on it.
        for _ in 0..<3 { _ = try peer.connection.publish(topic: "t", payload: [2]) }
        #expect(peer.run { _ in peer.lastError != nil })
        #expect(peer.lastError?.detail == words, "\(peer.events)")
    }

    @Test(
        "a broker that ends a session without a reason, in two bytes, has ended it", arguments: [MQTTVersion.v5, .v311])
    func endWithoutReason(version: MQTTVersion) throws {
        let welcome: [UInt8] = version == .v5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]
        let broker = ScriptedPeer {
            $0.number == 0 ? [.send(welcome), .pause(.milliseconds(100)), .send([0xE0, 0])] : []
        }
        var endpoint = MQTTEndpoint(host: "127.0.0.1", port: broker.port, clientID: "g")
        endpoint.version = version
        let peer = try MQTTPeer(endpoint)
        #expect(peer.connect())
        #expect(peer.run { _ in peer.lastError != nil })
        #expect(peer.lastError?.detail.hasPrefix("the broker ended the connection") == true, "\(peer.events)")
        #expect(peer.lastError?.reason == .closedByBroker)
    }

    @Test("a peer that hangs up before there is a session may be no broker, or want TLS", arguments: [true, false])
    func noSession(atOnce: Bool) throws {
        let stranger = ScriptedPeer { _ in atOnce ? [.hangUp] : [.send([0x15, 3, 1, 0, 2, 2, 70]), .hangUp] }
        let peer = try MQTTPeer(MQTTEndpoint(host: "127.0.0.1", port: stranger.port, clientID: "g"))
        #expect(!peer.connect())
        let isHangUp = peer.lastError?.detail.contains("whether it wants TLS (mqtts://)") == true
        #expect(atOnce ? isHangUp : peer.lastError?.detail.hasPrefix("that port speaks TLS") == true, "\(peer.events)")
        if atOnce { #expect(peer.lastError?.reason == .closedByBroker || peer.lastError?.reason == .network) }
    }

    @Test("an unknown host is said to be one")
    func unknownHost() throws {
        let peer = try MQTTPeer(MQTTEndpoint(host: "no-such-host.invalid", port: 1_883, clientID: "g-u"))
        #expect(!peer.connect())
        #expect(peer.lastError?.reason == .unknownHost)
    }

    @Test("a frozen broker acknowledges nothing, and thawed everything")
    func frozen() throws {
        let broker = try Broker()
        let peer = try MQTTPeer(MQTTEndpoint(broker))
        #expect(peer.connect())
        broker.freeze(true)
        let id = try peer.connection.publish(topic: "t", payload: [1])
        #expect(!peer.run(within: .milliseconds(200)) { $0.contains(.acknowledged(id)) })
        broker.freeze(false)
        #expect(peer.run { $0.contains(.acknowledged(id)) })
    }

    @Test("a wrong password is refused with a reason that does not hold it")
    func wrongPassword() throws {
        let directory = TemporaryDirectory()
        let file = directory.file("passwords")
        let made = try ChildProcess("mosquitto_passwd", ["-c", "-b", file, "plant-01", "correct horse"])
        #expect(made.wait() == 0)
        let broker = try Broker(settings: ["allow_anonymous false", "password_file \(file)"])
        var endpoint = MQTTEndpoint(broker)
        endpoint.username = "plant-01"
        endpoint.password = Array("wrong horse".utf8)
        let peer = try MQTTPeer(endpoint)
        #expect(!peer.connect())
        #expect(peer.lastError?.reason == .refused)
        #expect(peer.lastError?.description.contains("check user name, password") == true)
        #expect(!"\(peer.events)".contains("horse"))

        endpoint.password = Array("correct horse".utf8)
        #expect(try MQTTPeer(endpoint).connect())
    }

    @Test("a topic with a wildcard is refused by the library, and the connection goes on")
    func invalidTopic() throws {
        let broker = try Broker()
        let peer = try MQTTPeer(MQTTEndpoint(broker))
        #expect(peer.connect())
        let error = #expect(throws: MQTTError.self) { try peer.connection.publish(topic: "a/+", payload: [1]) }
        #expect(error?.reason == .invalid)
        #expect(try peer.deliver("a/b", "1"))
    }

    @Test("a wish to wake ends the waiting")
    func woken() throws {
        let broker = try Broker()
        let peer = try MQTTPeer(MQTTEndpoint(broker))
        #expect(peer.connect())
        peer.wake.wake()
        let took = ContinuousClock().measure {
            _ = peer.connection.wait(for: peer.wake, until: SystemClock.uptime + .seconds(30))
        }
        #expect(took < .seconds(5))
    }

    @Test("descriptors from 1024 on are served")
    func manyDescriptors() async throws {
        let broker = try Broker()
        // In a process of its own, as Foundation's run loops cannot stand such descriptors.
        await #expect(processExitsWith: .success) { [port = broker.port as UInt16] in
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = min(limit.rlim_max, 4_096)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            var last: Int32 = 0
            while last < 1_100 {
                last = dup(0)
                precondition(last >= 0, "the limit of open files is too low")
            }
            let peer = try MQTTPeer(MQTTEndpoint(host: "127.0.0.1", port: port, clientID: "many"))
            try #require(peer.connect())
            try #require(try peer.deliver("t", "1"))
        }
    }
}
