import TestSupport
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

    @Test("any packet written as the standard writes comes back byte for byte")
    func generated() {
        var generator = SeededGenerator()
        for _ in 0..<1_000 {
            let groups = (0..<Int.random(in: 0...5, using: &generator)).map { group in
                (0..<Int.random(in: 1...3, using: &generator)).map { pair in
                    "k\(group)\(pair)-\(Self.word(&generator))=\(Self.value(&generator))"
                }.joined(separator: ",")
            }
            let segment =
                "QN=\(Self.word(&generator));ST=32;MN=\(Self.value(&generator));CP=&&"
                + groups.joined(separator: ";") + "&&"
            guard let wire = FrameEncoder.frame(segment: Array(segment.utf8)) else { continue }
            #expect(decode(wire).map(encode) == [.frame(wire)], "\(generator) \(segment)")
        }
    }

    private static func word(_ generator: inout SeededGenerator) -> String {
        String(
            (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                "aZ09_.化\"\\é".randomElement(using: &generator) ?? "a"
            })
    }

    /// A word, a number, nothing, or a log text with separators in it.
    private static func value(_ generator: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: ""
        case 1: word(&generator)
        case 2: "-\(Int.random(in: 0...99, using: &generator)).10"
        default: "//\(word(&generator));a=1,\(word(&generator)) &//"
        }
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
