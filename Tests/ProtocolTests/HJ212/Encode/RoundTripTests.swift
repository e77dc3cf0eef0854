import Testing

@testable import Protocol

@Suite struct RoundTripTests {
    private func decode(_ bytes: [UInt8]) -> [String] {
        var machine = DecodeMachine()
        return machine.feed(bytes) + machine.finish()
    }

    private func encode(_ line: String) -> EncodeMachine.Output? {
        var machine = EncodeMachine()
        return (machine.feed(Array(line.utf8)) + machine.finish()).first
    }

    /// Without what says how the frame was received.
    private func content(_ line: String) -> Substring {
        line.firstRange(of: "\"fields\"").map { line[$0.lowerBound...] } ?? ""
    }

    @Test("what decode prints of a good frame, encode turns into the same frame, or one that is decoded alike")
    func corpus() {
        var same = 0
        for frame in CorpusFrame.good {
            let line = decode(frame.wire).first ?? ""
            guard case .frame(let bytes) = encode(line) else {
                Issue.record("line \(frame.line): \(line) \(String(describing: encode(line)))")
                continue
            }
            if bytes == frame.wire { same += 1 }
            #expect(bytes == frame.wire || !isCanonical(frame.wire), "line \(frame.line): \(line)")
            #expect(decode(bytes).map(content) == [content(line)], "line \(frame.line)")
        }
        #expect(same >= 120, "only \(same) of \(CorpusFrame.good.count)")
    }

    /// Written as the standard writes: upper case CRC, no blanks, no stray separators, header fields ended by `;`, each name
    /// once a group, each pair with its `=`.
    private func isCanonical(_ wire: [UInt8]) -> Bool {
        let segment = wire.dropFirst(6).dropLast(6)
        let packet = Packet(segment: segment)
        let groups = packet.cp.items.map { $0.map(\.key) } + [packet.header.map(\.key)]
        return packet.segment == Array(segment) && groups.allSatisfy { Set($0).count == $0.count }
            && String(decoding: wire.suffix(6), as: UTF8.self).allSatisfy { !$0.isLowercase }
    }
}
