import HostSystem
import Telemetry
import TestSupport
import Testing

/// A crowded line: who gets a place, who loses one.
@Suite struct AdmissionTests {
    private static func limits(_ connections: Int, ofHost: Int?) -> LineLimits {
        var limits = LineLimits()
        limits.connections = connections
        limits.connectionsOfHost = ofHost
        return limits
    }

    /// `a b! c`: connections 1, 2, 3 of the hosts a, b and c, of which the second has proved itself.
    private static func seats(_ text: String) -> [Admission.Seat] {
        text.split(separator: " ").enumerated().map { index, word in
            Admission.Seat(
                ConnectionID(number: UInt64(index + 1)), host: String(word.prefix(1)), isProven: word.hasSuffix("!"))
        }
    }

    @Test(
        "Of four places two are of one address; the oldest that has not proved itself gives way",
        arguments: [
            ("a", "a", nil), ("a b c", "d", nil), ("a b c d", "e", 1), ("a! b c! d", "e", 2), ("a! b! c! d!", "e", 0),
            ("a a", "a", 1), ("a! a", "a", 2), ("a! a!", "a", 0), ("b a! a! c", "a", 0), ("a! a! b c", "d", 3),
        ] as [(String, String, UInt64?)])
    func verdicts(seats: String, host: String, gone: UInt64?) {
        switch Admission(Self.limits(4, ofHost: 2)).verdict(on: host, among: Self.seats(seats)) {
        case .welcome: #expect(gone == nil)
        case .inPlace(let connection): #expect(gone == connection.number)
        case .refused: #expect(gone == 0)
        }
    }

    @Test("Where nobody must prove himself nobody gives way, and one address may have all places")
    func withoutProof() {
        let admission = Admission(Self.limits(2, ofHost: nil))
        #expect(admission.verdict(on: "a", among: Self.seats("a")) == .welcome)
        #expect(
            admission.verdict(on: "a", among: Self.seats("a a"))
                == .refused(.init("a refused: 2 connections are open", zh: "拒绝 a：已有 2 个连接")))
    }

    @Test("R38: silent peers that hold all places do not lock out an instrument")
    func silentPeers() throws {
        let handler = RecordingHandler(answer: { bytes in
            var reply = LineReply.send(Array(bytes))
            reply.isProof = true
            return reply
        })
        let running = try RunningLine(listeningWith: handler, limits: Self.limits(4, ofHost: 2))
        let port = try #require(running.line.port)
        let instrument = PlainClient(port: port)
        instrument.send("a")
        #expect(instrument.receiveText(1) == "a")
        let silent = (2...4).map { PlainClient(port: port, source: 0x7F00_0000 + UInt32($0)) }
        #expect(eventually { running.line.status.connections.count == 4 })
        let second = PlainClient(port: port, source: 0x7F00_0009)
        second.send("b")
        #expect(second.receiveText(1) == "b")
        #expect(silent[0].isClosedByPeer)
        #expect(eventually { running.handler.record.closed == ["gave its place to another"] })
        #expect(running.handler.record.crowded == ["127.0.0.2"])
        instrument.send("c")
        #expect(instrument.receiveText(1) == "c", "who has proved himself stays")
    }
}
