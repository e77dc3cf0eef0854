import TestSupport
import Testing

@testable import MQTTUplink

@Suite("What a broker sends is checked (R33, R34)") struct MQTTPacketFilterTests {
    private func filter(
        _ pieces: [[UInt8]], version: MQTTVersion
    ) -> (ready: [UInt8], fault: MQTTPacketFilter.Fault?) {
        var filter = MQTTPacketFilter(version: version)
        var ready: [UInt8] = []
        for piece in pieces {
            piece.withUnsafeBytes { filter.feed($0) }
            ready += filter.takeReady()
        }
        return (ready, filter.fault)
    }

    private static let stream: [UInt8] =
        [0x20, 13, 0, 0, 10, 0x21, 0, 20, 0x1F, 0, 4, 0x61, 0x62, 0x63, 0x64]
        + [0x40, 10, 0, 1, 0x10, 6, 0x26, 0, 1, 0x61, 0, 0]
        + [0x90, 4, 0, 2, 0, 1]
        + [0x32, 16, 0, 1, 0x74, 0, 9, 7, 0x0B, 5, 0x0B, 6, 0x23, 0, 1, 0x31, 0x32, 0x33]
        + [0xD0, 0]
        + [0xE0, 7, 0x8E, 5, 0x1F, 0, 2, 0x61, 0x62]

    /// Properties stay where the library acts on them, and reason codes everywhere.
    private static let passed: [UInt8] =
        [0x20, 6, 0, 0, 3, 0x21, 0, 20] + [0x40, 3, 0, 1, 0x10] + [0x90, 4, 0, 2, 0, 1]
        + [0x32, 9, 0, 1, 0x74, 0, 9, 0, 0x31, 0x32, 0x33] + [0xD0, 0] + [0xE0, 1, 0x8E]

    @Test("what a broker sends is passed on without the properties that nobody reads, in any pieces")
    func pieces() {
        for size in 1...Self.stream.count {
            let pieces = stride(from: 0, to: Self.stream.count, by: size).map {
                Array(Self.stream[$0..<min($0 + size, Self.stream.count)])
            }
            let result = filter(pieces, version: .v5)
            #expect(result.ready == Self.passed, "pieces of \(size)")
            #expect(result.fault == nil)
        }
    }

    @Test(
        "a packet of which any byte is missing at its end breaks the protocol or is passed on shorter, and never traps")
    func truncated() {
        for end in 2..<15 {
            var packet = Array(Self.stream[..<end])
            packet[1] = UInt8(end - 2)
            let result = filter([packet], version: .v5)
            #expect(result.fault == .malformed(0x20), "\(packet)")
            #expect(result.ready.isEmpty)
        }
    }

    @Test(
        "values that MQTT 5 forbids break the protocol",
        arguments: [
            [0x21, 0, 0], [0x27, 0, 0, 0, 0], [0x24, 2], [0x25, 2], [0x21, 0, 1, 0x21, 0, 1], [0x0B, 1], [0x7F, 0],
            [0x1F, 0, 9],
        ] as [[UInt8]])
    func forbidden(properties: [UInt8]) {
        let packet = [0x20, UInt8(3 + properties.count), 0, 0, UInt8(properties.count)] + properties
        #expect(filter([packet], version: .v5).fault == .malformed(0x20))
    }

    @Test("a refusal in the form of 3.1.1 is passed on to a client that asked for 5")
    func oldRefusal() {
        #expect(filter([[0x20, 2, 0, 1]], version: .v5).ready == [0x20, 2, 0, 1])
        #expect(filter([[0x20, 2, 0, 0]], version: .v5).fault == .malformed(0x20))
    }

    @Test("only CONNACK comes first", arguments: [0x30, 0x40, 0x90, 0xD0, 0x48] as [UInt8])
    func first(byte: UInt8) {
        #expect(filter([[byte]], version: .v311).fault == .noMQTT)
    }

    @Test(
        "of a publish that is too large, its first 65,536 bytes are passed on, in any pieces",
        arguments: [1, 1_000, 70_000, 200_000])
    func large(piece: Int) {
        let body = [0, 1, 0x74] + [UInt8](repeating: 7, count: 131_069)
        // 131,072 in three digits.
        let stream = [0x20, 2, 0, 0, 0x30, 0x80, 0x80, 0x08] + body + [0xD0, 0]
        let pieces = stride(from: 0, to: stream.count, by: piece).map {
            Array(stream[$0..<min($0 + piece, stream.count)])
        }
        let result = filter(pieces, version: .v311)
        // 65,532 in three digits.
        #expect(result.ready == [0x20, 2, 0, 0, 0x30, 0xFC, 0xFF, 0x03] + body.prefix(65_532) + [0xD0, 0])
        #expect(result.fault == nil)
    }

    @Test("mutated streams never trap, and pieces make no difference")
    func mutated() {
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            var stream = Self.stream
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                stream[Int.random(in: 0..<stream.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let version: MQTTVersion = Bool.random(using: &random) ? .v5 : .v311
            let cut = Int.random(in: 0...stream.count, using: &random)
            let whole = filter([stream], version: version)
            let cutUp = filter([Array(stream[..<cut]), Array(stream[cut...])], version: version)
            #expect(whole.ready == cutUp.ready && whole.fault == cutUp.fault, "\(random) \(stream)")
        }
    }
}
