import TestSupport
import Testing

@testable import Protocol

/// Segments put together from the signs that structure them, in any order: whatever is read from one, writing it down does
/// not make it say something else.
@Suite struct PacketPropertyTests {
    private static let pieces = [
        "CP=&&", "cp=&&", "C", "P", "CP", "=", "&&", "&", ";", ",", "//", "/", " ", "\t", "\r", "\0", "a", "QN", "-",
        "é",
    ]

    private func segment(_ random: inout SeededGenerator) -> String {
        let count = Int.random(in: 0...14, using: &random)
        return (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
    }

    @Test("a packet that was written once is written the same again")
    func packetAgain() throws {
        var random = SeededGenerator()
        for _ in 0..<randomCases(20_000) {
            let text = segment(&random)
            let once = Packet(segment: Array(text.utf8)[...]).segment
            try #require(Packet(segment: once[...]).segment == once, "\(random) \(text.debugDescription)")
        }
    }

    @Test("a data area that was written is read the same")
    func areaAgain() throws {
        var random = SeededGenerator()
        for _ in 0..<randomCases(20_000) {
            let text = segment(&random)
            let area = DataSegment(parsing: Array(text.utf8)[...])
            try #require(DataSegment(parsing: area.bytes[...]) == area, "\(random) \(text.debugDescription)")
        }
    }
}
