import TestSupport
import Testing

@testable import Protocol

@Suite("ReadReply")
struct ReadReplyTests {
    private let twoRegisters = ReadRequest(table: .holding, address: 0x0102, count: 2)

    private func take(_ bytes: [UInt8], _ request: ReadRequest) throws(ReplyDefect) -> [UInt16] {
        var words: [UInt16] = [9, 9, 9, 9, 9]
        try request.take(reply: bytes, functionData: 0..<bytes.count, into: &words)
        return words
    }

    @Test("a request is five bytes, most significant first")
    func functionData() {
        #expect(twoRegisters.functionData == [3, 1, 2, 0, 2])
        #expect(ReadRequest(table: .discrete, address: 0, count: 2_000).functionData == [2, 0, 0, 0x07, 0xD0])
    }

    @Test("registers come most significant byte first")
    func registers() throws {
        #expect(try take([3, 4, 0x12, 0x34, 0xAB, 0xCD], twoRegisters) == [0x1234, 0xABCD])
    }

    @Test("bits come least significant first, as 0 and 1, without the padding")
    func bits() throws {
        let request = ReadRequest(table: .coil, address: 0, count: 10)
        #expect(try take([1, 2, 0b1100_1101, 0b1111_1110], request) == [1, 0, 1, 1, 0, 0, 1, 1, 0, 1])
    }

    @Test("takes the answer out of the middle of a frame")
    func middle() throws {
        var words: [UInt16] = []
        try twoRegisters.take(reply: [7, 7, 3, 4, 0, 1, 0, 2, 7], functionData: 2..<8, into: &words)
        #expect(words == [1, 2])
    }

    @Test("an exception is told with its code", arguments: [1, 2, 11, 0x80, 0xFF] as [UInt8])
    func exception(code: UInt8) {
        #expect(throws: ReplyDefect.exception(code)) { try take([0x83, code], twoRegisters) }
    }

    @Test(
        "nothing but the answer to the request is taken",
        arguments: [
            [], [3], [3, 4], [3, 4, 0, 1], [3, 4, 0, 1, 0], [3, 4, 0, 1, 0, 2, 0], [3, 2, 0, 1],
            [3, 6, 0, 1, 0, 2, 0, 3],
            [4, 4, 0, 1, 0, 2], [1, 4, 0, 1, 0, 2], [0x84, 2], [0x83, 0], [0x83, 2, 2], [3, 0xFF, 0, 1, 0, 2],
        ] as [[UInt8]])
    func mismatch(bytes: [UInt8]) {
        #expect {
            _ = try take(bytes, twoRegisters)
        } throws: { error in
            if case ReplyDefect.mismatch = error { true } else { false }
        }
    }

    @Test("no bytes make it trap, and what it takes has the right count")
    func anyBytes() {
        var generator = SeededGenerator()
        for _ in 0..<5_000 {
            let table = RegisterTable.allCases.randomElement(using: &generator) ?? .coil
            let request = ReadRequest(table: table, address: 0, count: Int.random(in: 1...20, using: &generator))
            var bytes = (0..<Int.random(in: 0...45, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if bytes.count > 1, Bool.random(using: &generator) {
                bytes[0] = table.functionCode
                bytes[1] = UInt8(bytes.count - 2)
            }
            if let words = try? take(bytes, request) { #expect(words.count == request.count, "\(generator)") }
        }
        var words: [UInt16] = []
        #expect(throws: ReplyDefect.self) {
            try twoRegisters.take(reply: [3, 4], functionData: 0..<100, into: &words)
        }
    }
}
