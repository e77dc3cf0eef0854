import Telemetry
import TestSupport
import Testing

@testable import Protocol

/// Messages that were damaged after they were made: whatever they have become, nothing traps, and what is still read can be
/// written and read again.
@Suite struct MessageFuzzTests {
    private static let pieces = [
        "&&", ";", ",", "=", "//", "-", "CP=&&", "PNUM=2;PNO=1;", "QN=", "99999999999999999999", "-1", "1e9", "é", "",
        "DataTime=20240231000000", "PolId=", "-Info=", "Flag=255", "CTime=99",
    ]

    private func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 2: bytes.replaceSubrange(place..<end, with: (Self.pieces.randomElement(using: &random) ?? "").utf8)
            default: bytes.insert(contentsOf: bytes[place..<end], at: place)
            }
        }
        return bytes
    }

    private func packets() throws -> [[UInt8]] {
        let requests = try MessageSamples.requestsByEdition.map { request, edition in
            try request.packet(to: MessageSamples.station(edition), qn: "20240601085857223").segment
        }
        let messages = try MessageSamples.messagesByEdition.map { message, edition in
            try message.packet(from: MessageSamples.station(edition), qn: "20240601085857223", asksForAnswer: true)
                .segment
        }
        return requests + messages
    }

    @Test("Damaged messages are read or not, and what is read is written and read alike")
    func decoding() throws {
        var random = SeededGenerator()
        let samples = try packets()
        var understood = 0
        for _ in 0..<20_000 {
            let packet = Packet(segment: damaged(samples.randomElement(using: &random) ?? [], &random)[...])
            _ = Answer(packet)
            if let request = HostRequest(packet) {
                understood += 1
                for edition in request.editions {
                    guard let again = try? request.packet(to: MessageSamples.station(edition), qn: "1") else {
                        continue
                    }
                    #expect(HostRequest(Packet(segment: again.segment[...])) == request, "\(random)")
                }
            }
            if let message = FieldMessage(packet) {
                understood += 1
                for edition in message.editions {
                    guard
                        let again = try? message.packet(
                            from: MessageSamples.station(edition), qn: "1", asksForAnswer: false)
                    else { continue }
                    #expect(FieldMessage(Packet(segment: again.segment[...])) == message, "\(random)")
                }
            }
        }
        #expect(understood > 1_000)
    }

    @Test("A session survives damaged requests with right checksums, and goes on serving")
    func session() throws {
        var random = SeededGenerator()
        let samples = try packets()
        for edition in MessageSamples.stations.keys {
            var bench = CentreBench(edition) { _, settings in settings.mn = MessageSamples.station(edition).mn }
            bench.open()
            for index in 0..<2_000 {
                let segment = damaged(samples.randomElement(using: &random) ?? [], &random)
                guard let frame = FrameEncoder.frame(segment: segment) else { continue }
                for case .execute(let id, _) in bench.receive(frame) where Bool.random(using: &random) {
                    _ = bench.session.complete(id, result: .success, at: bench.now, civil: bench.civil)
                }
                if index % 10 == 0 { _ = bench.pass(.seconds(7)) }
                #expect(bench.session.executions.count <= 4)
            }
            let settings = bench.session.settings
            let request = try HostRequest.getRealtimeInterval.packet(
                to: Station(edition: edition, st: "32", mn: settings.mn, password: settings.password),
                qn: "20240601999999999")
            _ = bench.pass(.seconds(11))
            let answers = CentreBench.brief(bench.receive(try #require(FrameEncoder.frame(request))))
            #expect(answers.count == 3, "\(random) \(edition.name)")
        }
    }
}
