import Testing

@testable import Protocol

/// A segment that several suites use; 139 bytes, checksum 17C0.
let sampleSegment =
    "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"
    + "CP=&&DataTime=20160801085857;w01018-Rtd=2.2,w01018-Flag=N&&"

@Suite struct FrameScannerTests {
    private let good = framed(sampleSegment)

    @Test("A good frame is delivered with its parts and no fault")
    func goodFrame() throws {
        let items = scan(good)
        let frame = try #require(items.first?.frame)
        #expect(items.count == 1)
        #expect(frame.offset == 0)
        #expect(frame.bytes == good)
        #expect(Array(frame.segment) == Array(sampleSegment.utf8))
        #expect(frame.declaredLength == 139)
        #expect(frame.statedCRC == 0x17C0)
        #expect(frame.faults.isEmpty)
    }

    @Test("A frame is delivered with its last byte, not later")
    func deliveredAtOnce() {
        var scanner = FrameScanner(tolerance: .strict)
        #expect(scanner.feed(good.dropLast()).isEmpty)
        #expect(scanner.pending == .tail)
        #expect(scanner.feed(good.suffix(1)).count == 1)
        #expect(scanner.pending == nil)
        #expect(!scanner.holdsBytes)
    }

    /// A deviation seen in the field: the bytes, what is found, whether the intake takes it.
    struct Deviation: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let faults: [FrameFault]
        let intake: Bool

        init(_ description: String, _ bytes: [UInt8], _ faults: [FrameFault], intake: Bool) {
            testDescription = description
            self.bytes = bytes
            self.faults = faults
            self.intake = intake
        }
    }

    private static let long = "ST=31;CN=2051;CP=&&" + String(repeating: "a01011-Avg=1.25;", count: 70) + "&&"

    private static func hex(_ segment: String) -> String { ASCII.hex(CRC16(Array(segment.utf8)[...]).value) }

    private static func modbus(_ segment: String, swapped: Bool) -> String {
        let value = CRC16.modbus(Array(segment.utf8)[...])
        return ASCII.hex(swapped ? value.byteSwapped : value)
    }

    static let deviations: [Deviation] = [
        Deviation("lower-case checksum", assembled(length: "0139", sampleSegment, crc: "17c0"), [], intake: true),
        Deviation(
            "Modbus checksum, high byte first",
            assembled(length: "0139", sampleSegment, crc: modbus(sampleSegment, swapped: false)),
            [.modbusCRC(computed: 0x17C0, stated: CRC16.modbus(Array(sampleSegment.utf8)[...]), lowByteFirst: false)],
            intake: false),
        Deviation(
            "Modbus checksum, low byte first",
            assembled(length: "0139", sampleSegment, crc: modbus(sampleSegment, swapped: true)),
            [
                .modbusCRC(
                    computed: 0x17C0, stated: CRC16.modbus(Array(sampleSegment.utf8)[...]).byteSwapped,
                    lowByteFirst: true)
            ], intake: false),
        Deviation(
            "no checksum", assembled(length: "0139", sampleSegment, crc: ""), [.missingCRC(computed: 0x17C0)],
            intake: false),
        Deviation(
            "constant checksum", assembled(length: "0139", sampleSegment, crc: "FFFF"),
            [.crc(computed: 0x17C0, stated: 0xFFFF)], intake: false),
        Deviation(
            "tail missing", assembled(length: "0139", sampleSegment, crc: "17C0", tail: ""), [.tail(.missing)],
            intake: true),
        Deviation(
            "LF only", assembled(length: "0139", sampleSegment, crc: "17C0", tail: "\n"), [.tail(.lineFeedOnly)],
            intake: true),
        Deviation(
            "CR only", assembled(length: "0139", sampleSegment, crc: "17C0", tail: "\r"), [.tail(.carriageReturnOnly)],
            intake: true),
        Deviation(
            "CR CR LF", assembled(length: "0139", sampleSegment, crc: "17C0", tail: "\r\r\n"),
            [.tail(.doubledCarriageReturn)], intake: true),
        Deviation(
            "** before CR LF", assembled(length: "0139", sampleSegment, crc: "17C0", tail: "**\r\n"), [.tail(.marked)],
            intake: true),
        Deviation(
            "length of three digits", assembled(length: "139", sampleSegment, crc: "17C0"),
            [.unpaddedLength(digits: 3)], intake: true),
        Deviation(
            "length one too small", assembled(length: "0138", sampleSegment, crc: "17C0"),
            [.length(declared: 138, actual: 139)], intake: true),
        Deviation(
            "length six too large", assembled(length: "0145", sampleSegment, crc: "17C0"),
            [.length(declared: 145, actual: 139)], intake: true),
        Deviation(
            "length far too large", assembled(length: "9139", sampleSegment, crc: "17C0"),
            [.length(declared: 9139, actual: 139)], intake: true),
        Deviation(
            "wrong length and wrong checksum", assembled(length: "0138", sampleSegment, crc: "17C1"),
            [.length(declared: 138, actual: 139), .crc(computed: 0x17C0, stated: 0x17C1)], intake: false),
        Deviation(
            "station address before the length",
            assembled(length: "00010139", sampleSegment, crc: "17C0"), [.stationAddress("0001")], intake: true),
        Deviation(
            "segment above 1024 bytes in one piece",
            assembled(length: String(long.utf8.count), long, crc: hex(long)), [.oversize(length: long.utf8.count)],
            intake: true),
        Deviation(
            "segment without the closing &&",
            assembled(length: "0137", String(sampleSegment.dropLast(2)), crc: hex(String(sampleSegment.dropLast(2)))),
            [.unclosedSegment], intake: true),
    ]

    @Test("Strict: each deviation of the field is one defect that says what is wrong", arguments: deviations)
    func strict(_ deviation: Deviation) {
        let items = scan(deviation.bytes)
        #expect(items.count == 1)
        if deviation.faults.isEmpty {
            #expect(items.first?.frame != nil)
        } else {
            #expect(items.first?.defect?.faults == deviation.faults)
            #expect(items.first?.length == deviation.bytes.count)
        }
    }

    @Test("The intake takes what the HJ 212 checksum confirms and nothing else", arguments: deviations)
    func intake(_ deviation: Deviation) {
        let items = scan(deviation.bytes, tolerance: .intake)
        #expect(items.count == 1)
        #expect((items.first?.frame != nil) == deviation.intake)
        #expect((items.first?.frame?.faults ?? items.first?.defect?.faults) == deviation.faults)
    }

    @Test("R25 whatever deviates, the good frame behind it is delivered", arguments: deviations)
    func recovers(_ deviation: Deviation) {
        for tolerance in [Tolerance.strict, .intake, .everything] {
            let items = scan(deviation.bytes + good, tolerance: tolerance)
            #expect(items.count == 2)
            #expect(items.last?.frame?.bytes == good)
            #expect(items.last?.offset == deviation.bytes.count)
        }
    }

    /// What the field sends that is wrong inside a good frame, or is no frame.
    private static let oddities: [(name: String, bytes: [UInt8])] = {
        let good = framed(sampleSegment)
        let time17 = sampleSegment.replacing("DataTime=20160801085857", with: "DataTime=20160801085857223")
        let station = sampleSegment.replacing("MN=", with: "MN=" + String(repeating: "9", count: 60))
        let chinese = sampleSegment.replacing("&&", with: "&&名称=排口一;", maxReplacements: 1)
        return [
            ("a time of 17 digits", framed(time17)), ("a long station number", framed(station)),
            ("UTF-8 text", framed(chinese)), ("half a frame", Array(good.prefix(60))),
            ("half a frame and its rest in the next", Array(good.prefix(60)) + Array(good.suffix(20))),
            ("an empty frame", Array("##0000\r\n".utf8)), ("zeros", Array(repeating: 0, count: 300)),
        ]
    }()

    @Test("R25 odd contents and halves hide no good frame that follows, glued or cut anywhere")
    func oddities() {
        for (name, bytes) in Self.oddities {
            for tolerance in [Tolerance.strict, .intake, .everything] {
                let glued = scan(bytes + good + good, tolerance: tolerance)
                #expect(glued.suffix(2).map { $0.frame?.bytes } == [good, good], "\(name)")
                for cut in [1, 2, 7, 64, bytes.count, bytes.count + 1] {
                    var isFirst = true
                    let items = scan(bytes + good, tolerance: tolerance) {
                        defer { isFirst = false }
                        return isFirst ? cut : 1
                    }
                    #expect(items.last?.frame?.bytes == good, "\(name), cut at \(cut)")
                }
            }
        }
    }

    @Test("A checksum without its leading zero is recognised by its value")
    func unpaddedChecksum() throws {
        var serial = 0
        var segment = ""
        repeat {
            serial += 1
            segment = "QN=\(serial);ST=32;CP=&&&&"
        } while CRC16(Array(segment.utf8)[...]).value > 0x0FFF
        let digits = String(CRC16(Array(segment.utf8)[...]).value, radix: 16)
        let bytes = assembled(length: "00\(segment.utf8.count)", segment, crc: digits)
        let defect = try #require(scan(bytes).first?.defect)
        #expect(defect.faults == [.unpaddedCRC(digits: digits.utf8.count)])
        #expect(scan(bytes, tolerance: .intake).first?.frame?.bytes == bytes)
    }

    @Test("A length that counts characters and not bytes is repaired")
    func charactersCounted() {
        let segment = "ST=32;CN=3020;CP=&&i11001-Info=//清洗管路//&&"
        let bytes = assembled(length: "00\(segment.count)", segment, crc: Self.hex(segment))
        let fault = FrameFault.length(declared: segment.count, actual: segment.utf8.count)
        #expect(scan(bytes).first?.defect?.faults == [fault])
        #expect(scan(bytes, tolerance: .intake).first?.frame?.faults == [fault])
    }

    @Test("Bytes outside frames are one defect for each run")
    func garbage() throws {
        let stream = Array("USCC=1;IMEI=2 ###".utf8) + good + Array("xx##12##yy".utf8) + good + [0xFF]
        let items = scan(stream)
        #expect(items.map { $0.frame != nil } == [false, true, false, true, false])
        #expect(items.compactMap(\.defect).map(\.kind) == [.garbage, .garbage, .garbage])
        #expect(items.map(\.length) == [17, good.count, 10, good.count, 1])
        let first = try #require(items.first?.defect)
        #expect(first.detail == "not part of a frame, begins with \"USCC=1;IMEI=2 ##\"")
    }

    @Test("A third # before a frame does not hide it")
    func tripleHash() {
        let items = scan(Array("#".utf8) + good)
        #expect(items.map(\.length) == [1, good.count])
        #expect(items.last?.frame != nil)
    }

    @Test("Line ends after a frame are a matter of its tail, other blanks are not")
    func extraLineEnds() {
        #expect(scan(good + [0x0D, 0x0A]).last?.defect?.faults == [.extraLineEnds(count: 2)])
        #expect(scan([0x0D, 0x0A] + good).first?.defect?.kind == .garbage)
        #expect(scan(good + Array("\r\n \r\n".utf8)).last?.defect?.kind == .garbage)
    }

    @Test("A frame that is cut short by the next one is truncated and hides nothing")
    func cutByNextFrame() {
        for kept in 7..<good.count - 6 {
            let items = scan(good.prefix(kept) + good)
            #expect(items.last?.frame?.bytes == good)
            #expect(items.first?.defect?.kind == .truncated)
            #expect(items.first?.length == kept)
        }
    }

    @Test("A frame that is cut short by the end of the stream is truncated")
    func cutByEnd() {
        for kept in 3..<good.count - 6 {
            let items = scan(Array(good.prefix(kept)))
            #expect(items.count == 1)
            #expect(items.first?.defect?.kind == .truncated)
            #expect(items.first?.length == kept)
        }
    }

    @Test("A length field that spans the next frames does not swallow them")
    func spanningLength() {
        let stream = assembled(length: "0700", sampleSegment, crc: "17C1") + good + good + good + good
        let items = scan(stream)
        #expect(items.compactMap(\.frame).map(\.bytes) == [good, good, good, good])
        #expect(items.first?.length == good.count)
    }

    @Test("A frame that would swallow a whole good one by a chance checksum does not")
    func chanceChecksum() {
        // The outer length field ends exactly at the end of the inner frame, and the checksum there fits by choice.
        var serial = 0
        var stream: [UInt8] = []
        repeat {
            serial += 1
            stream = Array("##0000QN=\(serial);ST=32".utf8) + good
            let length = String(stream.count - 12)
            stream.replaceSubrange(2..<6, with: Array((String(repeating: "0", count: 4 - length.count) + length).utf8))
        } while CRC16(stream[6..<stream.count - 6]).value != 0x17C0
        let items = scan(stream)
        #expect(items.last?.frame?.bytes == good)
    }

    @Test("Where the declared length cannot be right and nothing ends the segment, the limit ends the search")
    func limit() {
        let stream = Array("##9000".utf8) + [UInt8](repeating: 0x41, count: 20_000) + good
        var scanner = FrameScanner(tolerance: .strict)
        let items = scanner.feed(stream)
        #expect(items.first?.defect?.kind == .oversize)
        #expect(items.first?.length == 6 + FrameScanner.defaultLimit)
        #expect(items.last?.frame?.bytes == good)
        #expect(items.reduce(0) { $0 + $1.length } == stream.count)
    }

    @Test("Segments up to the limit are cut, longer ones are not")
    func longSegments() {
        for (count, cut) in [(4096, true), (4097, false)] {
            let segment = "CP=&&" + String(repeating: "x", count: count - 7) + "&&"
            let bytes = assembled(length: String(count), segment, crc: Self.hex(segment))
            let items = scan(bytes + good, tolerance: .everything)
            #expect((items.first?.frame?.bytes == bytes) == cut)
            #expect(items.last?.frame?.bytes == good)
        }
    }

    @Test("After the time limit the stream goes on with the next frame")
    func expiry() {
        var scanner = FrameScanner(tolerance: .strict)
        #expect(scanner.feed(good.prefix(50)).isEmpty)
        #expect(scanner.pending == .frame)
        #expect(scanner.expire().map(\.length) == [50])
        #expect(scanner.expire().isEmpty)
        let items = scanner.feed(good)
        #expect(items.first?.frame?.offset == 50)
    }

    @Test("A line end that comes after its frame was taken without one is no garbage")
    func lateLineEnd() {
        var scanner = FrameScanner(tolerance: .intake)
        #expect(scanner.feed(good.dropLast(2)).isEmpty)
        #expect(scanner.pending == .tail)
        #expect(scanner.expire().first?.frame?.faults == [.tail(.missing)])
        #expect(scanner.feed([0x0D, 0x0A] + good).first?.defect?.faults == [.extraLineEnds(count: 2)])
    }

    @Test("Ciphertext may hold anything, a line end or a header's look included")
    func ciphertext() throws {
        let area: [UInt8] = [0x00, 0x23, 0x23, 0x26, 0x26, 0x0D, 0x0A, 0x81, 0x23, 0xFE] + Array("##12x&&A1B2g=N".utf8)
        let bytes = framed(Array("ST=31;CN=2051;Flag=9;CP=&&".utf8) + area + Array("&&".utf8))
        #expect(scan(bytes).first?.frame?.bytes == bytes)
        var damaged = bytes
        damaged[10] ^= 1
        let defect = try #require(scan(damaged + good).first?.defect)
        #expect(defect.length == bytes.count)
        #expect(defect.detail.contains("encrypted"))
        #expect(defect.frame?.segmentRange.count == bytes.count - 12)
    }
}
