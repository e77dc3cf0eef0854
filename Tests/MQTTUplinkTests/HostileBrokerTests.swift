import Foundation
import Glibc
import HostSystem
import Telemetry
import TestSupport
import Testing

@testable import MQTTUplink

/// What a broker may send, and what the client must outlive.
@Suite(.timeLimit(.minutes(1))) struct HostileBrokerTests {
    private static let welcome: [UInt8] = [0x20, 3, 0, 0, 0]
    private static let oldWelcome: [UInt8] = [0x20, 2, 0, 0]

    private func peer(_ broker: ScriptedPeer, version: MQTTVersion? = .v5) throws -> MQTTPeer {
        var endpoint = MQTTEndpoint(host: "127.0.0.1", port: broker.port, clientID: "g")
        endpoint.version = version
        return try MQTTPeer(endpoint)
    }

    /// Packets with the property 127, which MQTT 5 does not have.
    static let unknownProperties: [(name: String, packet: [UInt8])] = [
        ("CONNACK", [0x20, 5, 0, 0, 2, 0x7F, 0]),
        ("PUBLISH", [0x30, 6, 0, 1, 0x74, 2, 0x7F, 0]),
        ("PUBACK", [0x40, 6, 0, 1, 0, 2, 0x7F, 0]),
        ("SUBACK", [0x90, 6, 0, 1, 2, 0x7F, 0, 0]),
        ("DISCONNECT", [0xE0, 4, 0, 2, 0x7F, 0]),
    ]

    @Test(
        "R33: a property that MQTT 5 does not have ends the connection and not the program",
        arguments: unknownProperties)
    func unknownProperty(name: String, packet: [UInt8]) throws {
        let broker = ScriptedPeer { _ in [.send(name == "CONNACK" ? packet : Self.welcome + packet)] }
        let peer = try peer(broker)
        for _ in 0..<2 {
            peer.forget()
            peer.connection.connect()
            #expect(peer.run { _ in peer.lastError != nil })
            #expect(peer.lastError?.reason == .malformed)
            #expect(peer.lastError?.detail == "the broker sent a packet that breaks the protocol (\(name))")
        }
    }

    @Test("R33: a broker whose MQTT 5 cannot be read is spoken to with 3.1.1, which is said")
    func fallback() throws {
        let broker = ScriptedPeer { request in
            // The eighth byte of a CONNECT of this length is the version.
            [.send(request.bytes[8] == 5 ? [0x20, 5, 0, 0, 2, 0x7F, 0] : Self.oldWelcome)]
        }
        let peer = try peer(broker, version: nil)
        #expect(!peer.connect())
        #expect(peer.lastError?.detail.hasSuffix("(CONNACK); MQTT 3.1.1 is tried next") == true, "\(peer.events)")
        #expect(peer.connect())
        #expect(peer.connection.version == .v311)
    }

    @Test(
        "R33: packets that no broker sends end the connection",
        arguments: [
            [0x34, 5, 0, 1, 0x74, 0, 1], [0x50, 2, 0, 1], [0x62, 2, 0, 1], [0x70, 2, 0, 1], [0xB0, 2, 0, 1], [0xC0, 0],
            [0x20, 2, 0, 0], [0x36, 5, 0, 1, 0x74, 0, 1],
        ] as [[UInt8]])
    func forbidden(packet: [UInt8]) throws {
        let broker = ScriptedPeer { _ in [.send(Self.oldWelcome + packet)] }
        let peer = try peer(broker, version: .v311)
        peer.connection.connect()
        #expect(peer.run { _ in peer.lastError != nil })
        #expect(peer.lastError?.detail.hasPrefix("the broker sent a packet that a broker may not send here") == true)
    }

    @Test("a port for TLS that is asked in plain is told as one")
    func portOfTLS() throws {
        let broker = ScriptedPeer { _ in [.send([0x15, 3, 1, 0, 2, 2, 70])] }
        let peer = try peer(broker)
        #expect(!peer.connect())
        #expect(peer.lastError?.detail == "that port speaks TLS; the url must begin with mqtts:// there")
    }

    @Test("R34: MQTT 5 is told that packets may have 65,536 bytes")
    func announced() throws {
        let broker = ScriptedPeer { _ in [.send(Self.welcome)] }
        #expect(try peer(broker).connect())
        let request = try #require(broker.requests.first?.bytes)
        let property: [UInt8] = [0x27, 0, 1, 0, 0]
        #expect(request.indices.contains { request[$0...].starts(with: property) })
    }

    @Test("R34: a publish of 64 MB costs no memory, is acknowledged, and what comes behind it is read")
    func large() async throws {
        // In a process of its own, whose peak is that of nothing else.
        await #expect(processExitsWith: .success) {
            let header = HostileBrokerTests.publishHeader(64 << 20, id: 7)
            let chunk = [UInt8](repeating: 0x20, count: 1 << 20)
            let behind: [UInt8] = [0x30, 4, 0, 1, 0x74, 0x31]
            let broker = ScriptedPeer { request in
                guard request.number == 0 else { return [] }
                return [.send(HostileBrokerTests.oldWelcome + header)] + Array(repeating: .send(chunk), count: 64)
                    + [.send(behind)]
            }
            var endpoint = MQTTEndpoint(host: "127.0.0.1", port: broker.port, clientID: "g")
            endpoint.version = .v311
            let peer = try MQTTPeer(endpoint)
            try #require(peer.connect())
            let before = HostileBrokerTests.peakMemory
            try #require(peer.run { $0.contains(.message(topic: "t", payload: [0x31])) })
            let growth = HostileBrokerTests.peakMemory - before
            try #require(growth < 16 << 20, "\(growth)")
            try #require(eventually { broker.requests.contains { $0.bytes.starts(with: [0x40, 2, 0, 7]) } })
            let cut = peer.events.compactMap { if case .message("t", let payload) = $0 { payload.count } else { nil } }
            try #require(cut == [65_536 - header.count, 1])
        }
    }

    @Test("R34: another packet that is too large is refused from its header")
    func largeAnswer() throws {
        let broker = ScriptedPeer { _ in [.send(Self.oldWelcome + [0x90, 0xFF, 0xFF, 0xFF, 0x7F])] }
        let peer = try peer(broker, version: .v311)
        peer.connection.connect()
        #expect(peer.run { _ in peer.lastError != nil })
        #expect(peer.lastError?.detail.contains("a packet of 268435460 bytes, more than the 65536") == true)
    }

    @Test("R34: a broker that publishes without end and reads no acknowledgement is left")
    func deaf() throws {
        let publishes = Array(repeatElement([0x32, 5, 0, 1, 0x74, 0, 1] as [UInt8], count: 20_000).joined())
        let broker = ScriptedPeer(receiveBuffer: 4_096) { _ in
            [.send(Self.oldWelcome)] + Array(repeating: .send(publishes), count: 100)
        }
        let peer = try peer(broker, version: .v311)
        #expect(peer.connect())
        var size: Int32 = 4_096
        setsockopt(peer.connection.socket, SOL_SOCKET, SO_SNDBUF, &size, 4)
        #expect(peer.run { _ in peer.lastError != nil })
        #expect(peer.lastError?.detail == "the broker publishes on and on without reading the acknowledgements")
        broker.stop()
    }

    /// Fixed header, topic `t` and identifier of a publish with QoS 1 whose payload has `size` bytes.
    private static func publishHeader(_ size: Int, id: UInt8) -> [UInt8] {
        let length = size + 5
        let digits = (0..<4).map { UInt8(length >> (7 * $0) & 0x7F) | ($0 < 3 ? 0x80 : 0) }
        return [0x32] + digits + [0, 1, 0x74, 0, id]
    }

    /// Bytes of the largest resident set so far.
    private static var peakMemory: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
    }
}
