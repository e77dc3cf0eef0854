import TestSupport
import Testing

@testable import Protocol

@Suite("RTUReplyFinder")
struct RTUReplyFinderTests {
    private static let read = ReadRequest(table: .holding, address: 10, count: 2)
    private static let finder = RTUReplyFinder(read, of: 5, lineEchoes: nil)
    private static let echo: [UInt8] = frame([5, 3, 0, 10, 0, 2])
    private static let answer: [UInt8] = frame([5, 3, 4, 0x12, 0x34, 0x56, 0x78])

    /// With its CRC, computed bit by bit. Source: Modbus over Serial Line 1.02, 6.2.2.
    private static func frame(_ body: [UInt8]) -> [UInt8] {
        let crc = body.reduce(UInt16(0xFFFF)) { crc, byte in
            (0..<8).reduce(crc ^ UInt16(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
        }
        return body + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
    }

    private func found(_ finding: RTUReplyFinder.Finding, in bytes: [UInt8]) -> [UInt8]? {
        finding.answer.map { Array(bytes[$0]) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let before: [UInt8]
        let hasEcho: Bool?
        let strayBytes: Int
        var testDescription: String { name }

        init(_ name: String, _ before: [UInt8], hasEcho: Bool? = false, strayBytes: Int = 0) {
            (self.name, self.before, self.hasEcho, self.strayBytes) = (name, before, hasEcho, strayBytes)
        }
    }

    static let cases = [
        Case("nothing", []),
        Case("the echo of the request", echo, hasEcho: true),
        Case("a stray byte", [0], hasEcho: nil, strayBytes: 1),
        Case("a stray byte that is the unit", [5], hasEcho: nil, strayBytes: 1),
        Case("the beginning of an answer", [5, 3, 4], hasEcho: nil, strayBytes: 3),
        Case("echo, then a stray byte", echo + [0xFF], hasEcho: true, strayBytes: 1),
        Case("a stray byte, then the echo", [0] + echo, hasEcho: true, strayBytes: 1),
        Case("a damaged echo", echo.dropLast() + [0x55], hasEcho: nil, strayBytes: 8),
        Case("the answer of another unit", frame([6, 3, 4, 0, 1, 0, 2])),
        Case("a request of another master to another unit", frame([6, 3, 0, 10, 0, 2])),
        Case("a request of another master to our unit", frame([5, 3, 1, 10, 0, 2])),
        Case("an answer of our unit with fewer registers", frame([5, 3, 2, 0, 1])),
        Case("an exception of another unit", frame([6, 0x83, 2])),
        Case("an exception to another function", frame([5, 0x84, 2])),
        Case("a write of another master", frame([5, 16, 0, 1, 0, 2, 4, 5, 3, 4, 0])),
        Case("our answer inside a frame of others", frame([6, 3, 18] + answer + answer)),
    ]

    @Test("the answer is found behind anything, and what was before it is told", arguments: cases)
    func behind(sample: Case) {
        for answer in [Self.answer, Self.frame([5, 0x83, 2])] {
            let bytes = sample.before + answer + [0, 7]
            let finding = Self.finder.look(through: bytes, isOver: false)
            #expect(found(finding, in: bytes) == Array(answer.dropFirst().dropLast(2)))
            #expect(finding.hasEcho == sample.hasEcho)
            #expect(finding.strayBytes == sample.strayBytes)
        }
    }

    @Test(
        "without the answer the finding says what came instead",
        arguments: [
            ([], .timeout), (echo, .echoOnly), (echo + [0], .echoOnly), (Array(answer.prefix(4)), .cutAnswer),
            (answer.dropLast() + [0x55], .badReply(.checksum)), ([1, 2, 3, 4, 5, 6, 7, 8], .badReply(.noise)),
            (frame([6, 3, 4, 0, 1, 0, 2]), .badReply(.unit(6))), (frame([0, 3, 4, 0, 1, 0, 2]), .badReply(.unit(0))),
            (frame([5, 3, 2, 0, 1]), .badReply(.dataBytes(2, expected: 4))),
            (frame([5, 4, 4, 0, 1, 0, 2]), .badReply(.function(4))),
            (frame([5, 0x84, 2]), .badReply(.function(0x84))), (frame([7, 3, 0, 0, 0, 9]), .badReply(.otherMaster)),
            // What our own unit says tells more.
            (frame([5, 3, 2, 0, 1]) + frame([6, 3, 2, 0, 1]), .badReply(.dataBytes(2, expected: 4))),
            (frame([5, 0x83, 0]), .badReply(.malformedException)),
            ([0, 1, 0, 0, 0, 7, 5, 3, 4, 0, 1, 0, 2], .badReply(.modbusTCP)),
            ([0, 1, 0, 0, 0, 3, 5, 0x83, 2], .badReply(.modbusTCP)),
        ] as [([UInt8], BusFault)])
    func fault(bytes: [UInt8], fault: BusFault) {
        let finding = Self.finder.look(through: bytes, isOver: true)
        #expect(finding.answer == nil)
        #expect(finding.fault == fault)
    }

    /// Requests to unit 4 for one register at 0x0200 + n whose first seven bytes are an answer with a right CRC.
    private static let deceptive: [ReadRequest] = (0..<256).compactMap { low in
        let read = ReadRequest(table: .holding, address: 0x0200 + UInt16(low), count: 1)
        let request = frame([4] + read.functionData)
        return frame(Array(request.prefix(5))) == Array(request.prefix(7)) ? read : nil
    }

    @Test("an echo whose beginning has the form of the answer is an echo, also in pieces")
    func deceptiveEcho() throws {
        let read = try #require(Self.deceptive.first)
        let echo = Self.frame([4] + read.functionData)
        let answer = Self.frame([4, 3, 2, 0xAB, 0xCD])
        let finder = RTUReplyFinder(read, of: 4, lineEchoes: nil)
        for end in 0..<(echo + answer).count {
            #expect(finder.look(through: Array((echo + answer).prefix(end)), isOver: false).answer == nil, "\(end)")
        }
        #expect(found(finder.look(through: echo + answer, isOver: false), in: echo + answer) == [3, 2, 0xAB, 0xCD])
        // Seven bytes and no more are the answer, at once where the line is known to have no echo.
        let short = Array(echo.prefix(7))
        #expect(found(finder.look(through: short, isOver: true), in: short) == Array(short[1..<5]))
        let quiet = RTUReplyFinder(read, of: 4, lineEchoes: false)
        #expect(found(quiet.look(through: short, isOver: false), in: short) == Array(short[1..<5]))
    }

    @Test("an answer that may look like its request is told from the echo by what is known of the line")
    func answerLikeRequest() {
        // 24 coils from 0x0300: three bytes of data.
        let read = ReadRequest(table: .coil, address: 0x0300, count: 24)
        let frame = Self.frame([9] + read.functionData)
        func answer(_ bytes: [UInt8], lineEchoes: Bool?) -> Range<Int>? {
            let finding = RTUReplyFinder(read, of: 9, lineEchoes: lineEchoes).look(through: bytes, isOver: true)
            #expect(finding.hasEcho == nil)
            return finding.answer
        }
        #expect(answer(frame, lineEchoes: false) == 1..<6)
        #expect(answer(frame, lineEchoes: true) == nil)
        #expect(answer(frame, lineEchoes: nil) == nil)
        #expect(answer(frame + frame, lineEchoes: true) == 9..<14)
    }

    @Test("a write is answered by the second copy where the line is known to echo, else by the first")
    func write() {
        let write = CoilWrite(address: 6, isOn: true)
        let copy = Self.frame([5] + write.functionData)
        func answer(_ bytes: [UInt8], lineEchoes: Bool?) -> (Range<Int>?, BusFault) {
            let finding = RTUReplyFinder(write, of: 5, lineEchoes: lineEchoes).look(through: bytes, isOver: true)
            return (finding.answer, finding.fault)
        }
        #expect(answer(copy, lineEchoes: true) == (nil, .echoOnly))
        #expect(answer(copy + copy, lineEchoes: true) == (9..<14, .echoOnly))
        #expect(answer(copy + Self.frame([5, 0x85, 2]), lineEchoes: true).0 == 9..<11)
        for lineEchoes in [nil, false] { #expect(answer(copy, lineEchoes: lineEchoes).0 == 1..<6) }
        let other = Self.frame([5, 5, 0, 7, 0xFF, 0])
        #expect(answer(other, lineEchoes: false) == (nil, .badReply(.otherWrite)))
    }

    @Test("in whatever pieces, behind whatever noise: the answer, and nothing but the answer, is taken")
    func anyBytes() {
        var generator = SeededGenerator()
        for _ in 0..<1_000 {
            let table = RegisterTable.allCases.randomElement(using: &generator) ?? .coil
            let unit = UInt8.random(in: 1...247, using: &generator)
            let read = ReadRequest(
                table: table, address: .random(in: 0...60_000, using: &generator),
                count: .random(in: 1...125, using: &generator))
            let echo = Self.frame([unit] + read.functionData)
            let data = (0..<read.replyByteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let answer = Self.frame([unit, table.functionCode, UInt8(read.replyByteCount)] + data)
            var bytes: [UInt8] = Bool.random(using: &generator) ? echo : []
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                bytes += (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                let other = unit == 1 ? 2 : unit - 1
                if Bool.random(using: &generator) { bytes += Self.frame([other, 3, 2, 7, 8]) }
            }
            let finder = RTUReplyFinder(read, of: unit, lineEchoes: nil)
            #expect(finder.look(through: bytes, isOver: true).answer == nil, "\(generator)")
            let whole = bytes + answer
            var end = 0
            while end < whole.count - 1 {
                end = min(whole.count - 1, end + Int.random(in: 1...40, using: &generator))
                #expect(finder.look(through: Array(whole.prefix(end)), isOver: false).answer == nil, "\(generator)")
            }
            let range = (bytes.count + 1)..<(whole.count - 2)
            #expect(finder.look(through: whole, isOver: false).answer == range, "\(generator)")
        }
    }

    @Test("a full buffer of the most deceptive bytes is looked through in a moment")
    func bounded() {
        let finder = RTUReplyFinder(ReadRequest(table: .holding, address: 0, count: 125), of: 3, lineEchoes: nil)
        let bytes = (0..<RTUReplyFinder.limit).map { [3, 3, 250][$0 % 3] as UInt8 }
        let started = ContinuousClock.now
        #expect(finder.look(through: bytes, isOver: false).answer == nil)
        #expect(ContinuousClock.now - started < .seconds(5))
    }
}
