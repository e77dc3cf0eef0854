import Testing

@testable import Protocol

/// Every frame that was collected from standards, source code and device logs.
@Suite struct CorpusTests {
    @Test("Strict framing accepts exactly the frames that are marked valid", arguments: CorpusFrame.all)
    func strict(_ line: CorpusFrame) {
        let items = scan(line.wire)
        let isOneGoodFrame = items.count == 1 && items.first?.frame != nil
        #expect(isOneGoodFrame == (line.valid && !line.isEncrypted))
    }

    @Test("Ciphertext cannot be verified without its key and is a defect that says so")
    func encrypted() throws {
        let lines = CorpusFrame.all.filter(\.isEncrypted)
        #expect(lines.count == 2)
        for line in lines {
            let items = scan(line.wire)
            #expect(items.count == 1)
            let defect = try #require(items.first?.defect)
            guard case .encrypted(_, let stated) = defect.faults.first else {
                Issue.record("not recognised: \(defect.detail)")
                continue
            }
            // The plain frame is in the corpus too, with the checksum that the ciphertext carries.
            let plain = CorpusFrame.good.contains { other in
                let frame = scan(other.wire).first?.frame
                return frame?.statedCRC == stated && frame?.segmentRange == defect.frame?.segmentRange
            }
            #expect(plain)
        }
    }

    /// Line and the errors of its defects, for the frames that are marked malformed.
    static let malformed: [(Int, [String])] = [
        (1, ["length"]), (15, ["length"]), (23, ["crc"]), (24, ["length"]), (25, ["length"]), (34, ["length"]),
        (35, ["length"]), (63, ["length"]), (69, ["oversize"]), (70, ["truncated"]), (73, ["length"]), (77, ["length"]),
        (205, ["length"]), (207, ["length"]), (208, ["garbage"]), (209, ["crc"]), (210, ["truncated"]),
        (211, ["length"]), (212, ["garbage"]), (213, ["tail"]), (214, ["tail"]), (215, ["crc"]), (216, ["grammar"]),
        (217, ["length"]),
    ]

    @Test("Malformed lines are named by what is wrong with them", arguments: malformed)
    func errors(line: Int, errors: [String]) {
        let items = scan(CorpusFrame.all[line - 1].wire)
        #expect(items.compactMap { $0.defect?.kind.rawValue } == errors)
    }

    @Test("Frames whose checksum is Modbus' are recognised as such, in either byte order")
    func modbus() {
        for line in CorpusFrame.all where line.why.contains("Modbus CRC") {
            let faults = scan(line.wire).first?.defect?.faults ?? []
            let lowFirst = faults.contains {
                if case .modbusCRC(_, _, let lowByteFirst) = $0 { lowByteFirst } else { false }
            }
            #expect(lowFirst == line.why.contains("low byte first"), "line \(line.line)")
            #expect(scan(line.wire, tolerance: .everything).first?.frame != nil, "line \(line.line)")
            #expect(scan(line.wire, tolerance: .intake).first?.frame == nil, "line \(line.line)")
        }
    }

    @Test("The edition follows the Flag, as listed", arguments: CorpusFrame.good)
    func edition(_ line: CorpusFrame) throws {
        let frame = try #require(scan(line.wire).first?.frame)
        let packet = Packet(segment: frame.segment)
        let name = packet.edition == .surfaceWater ? "2025" : packet.edition.name
        #expect(name == line.version)
        #expect(packet.mn != nil || line.kind == "other")
        #expect(packet.cn != nil)
    }

    @Test("A good frame is rebuilt byte for byte from its packet where the sender writes as the standard does")
    func rebuilt() throws {
        var same = 0
        for line in CorpusFrame.good {
            let frame = try #require(scan(line.wire).first?.frame)
            let packet = Packet(segment: frame.segment)
            if FrameEncoder.frame(packet) == frame.bytes { same += 1 }
            // What differs (blanks, stray separators, lower case) is gone for good after one round.
            #expect(Packet(segment: packet.segment[...]) == packet, "line \(line.line)")
        }
        #expect(same >= 120, "only \(same) of \(CorpusFrame.good.count)")
    }
}
