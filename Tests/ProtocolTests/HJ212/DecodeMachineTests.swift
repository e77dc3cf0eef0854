import Foundation
import TestSupport
import Testing

@testable import Protocol

@Suite struct DecodeMachineTests {
    private func lines(_ bytes: [UInt8], tolerance: Tolerance = .strict) -> [String] {
        var machine = DecodeMachine(tolerance: tolerance)
        return machine.feed(bytes) + machine.finish()
    }

    private func object(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test("A good frame is one line in the form of the contract")
    func goodFrame() {
        let frame = framed(
            "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&")
        #expect(
            lines(frame) == [
                #"{"ok":true,"offset":0,"length":113,"edition":"2017","crc":"1C80","fields":{"QN":"20160801085857223","#
                    + #""ST":"32","CN":"1062","PW":"100000","MN":"010000A8900016F000169DC0","Flag":"5"},"#
                    + #""cp":[{"RtdInterval":"30"}]}"#
            ])
    }

    @Test("A defect is one line in the form of the contract")
    func defect() {
        let segment =
            "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
        #expect(
            lines(framed(segment) + assembled(length: "0101", segment, crc: "1C81")).last
                == #"{"ok":false,"offset":113,"length":113,"error":"crc","detail":"computed 1C80, frame says 1C81"}"#)
    }

    @Test("An empty data area is an empty list, an item is an object, a repeated key has a list")
    func dataAreas() {
        let table = [
            ("&&&&", #""cp":[]}"#),
            ("&& &&", #""cp":[]}"#),
            ("&&a=1,b=2;c=3&&", #""cp":[{"a":"1","b":"2"},{"c":"3"}]}"#),
            ("&&PolId=101,CTime=04,CTime=10&&", #""cp":[{"PolId":"101","CTime":["04","10"]}]}"#),
            ("&&a=,b=\"\\\t\u{1}é清&&", #""cp":[{"a":"","b":"\"\\\t\u0001é清"}]}"#),
        ]
        for (area, expected) in table {
            let line = lines(framed("ST=32;CN=2011;CP=" + area)).first ?? ""
            #expect(line.hasSuffix(expected), "\(line)")
        }
        #expect(lines(framed("ST=32;USCC=9&&")).first?.hasSuffix(#""fields":{"ST":"32","USCC":"9"},"cp":[]}"#) == true)
    }

    @Test("Surface-water stations have an edition of their own")
    func surfaceWater() {
        #expect(lines(framed("ST=21;CN=2061;Flag=9;CP=&&&&")).first?.contains(#""edition":"surface-water""#) == true)
        #expect(lines(framed("ST=31;CN=2061;Flag=9;CP=&&&&")).first?.contains(#""edition":"2025""#) == true)
        #expect(lines(framed("ST=31;CN=2061;CP=&&&&")).first?.contains(#""edition":"2005""#) == true)
    }

    @Test("Tolerated frames are good and list what was overlooked")
    func tolerated() throws {
        let bytes = assembled(length: "0138", sampleSegment, crc: "17c0", tail: "\n")
        #expect(
            lines(bytes).first
                == #"{"ok":false,"offset":0,"length":150,"error":"length","detail":"length field 138, segment has 139 "#
                + #"bytes; CR LF expected after the CRC, found LF alone"}"#)
        let object = try object(try #require(lines(bytes, tolerance: .everything).first))
        #expect(object["ok"] as? Bool == true)
        #expect(object["crc"] as? String == "17C0")
        let defects = try #require(object["defects"] as? [[String: String]])
        #expect(defects.map { $0["error"] } == ["length", "tail"])
        #expect(try self.object(lines(framed(sampleSegment), tolerance: .everything)[0])["defects"] == nil)
    }

    @Test("Every line is valid JSON and the lines cover the stream, whatever its bytes")
    func anyBytes() throws {
        var generator = SeededGenerator()
        for _ in 0..<300 {
            var bytes = CorpusFrame.all.randomElement(using: &generator)?.wire ?? []
            if Bool.random(using: &generator) {
                // Any bytes inside a frame that is right again.
                let area = (0..<30).map { _ in UInt8.random(in: 0...255, using: &generator) }
                bytes = framed(Array("ST=32;\u{7}N=\"x\\;CP=&&".utf8) + area + Array("&&".utf8))
            }
            bytes += (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
            var end = 0
            for line in lines(bytes, tolerance: .everything) {
                let object = try object(line)
                #expect(!line.utf8.contains(0x0A), "\(generator)")
                #expect(object["offset"] as? Int == end, "\(generator)")
                end += object["length"] as? Int ?? 0
            }
            #expect(end == bytes.count, "\(generator)")
        }
    }

    @Test("Chunks do not change the lines, and both sorts are counted")
    func chunks() {
        let bytes = CorpusFrame.all.flatMap(\.wire)
        let whole = lines(bytes)
        var machine = DecodeMachine()
        var pieces: [String] = []
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            pieces += machine.feed(bytes[start..<min(start + 1000, bytes.count)])
        }
        pieces += machine.finish()
        #expect(pieces == whole)
        #expect(machine.frames == whole.filter { $0.hasPrefix(#"{"ok":true"#) }.count)
        #expect(machine.frames + machine.defects == whole.count)
        #expect(machine.frames >= CorpusFrame.good.count)
    }

    /// Faults and what a technician reads about them.
    static let details: [(FrameFault, FrameFault.Kind, String)] = [
        (.length(declared: 318, actual: 319), .length, "length field 318, segment has 319 bytes"),
        (
            .length(declared: 325, actual: 319), .length,
            "length field 325, segment has 319 bytes: the sender also counts the CRC and the line end (6 bytes)"
        ),
        (.unpaddedLength(digits: 1), .length, "length field has 1 digit, must be padded to four"),
        (
            .stationAddress("0001"), .length,
            "station address 0001 before the length field (dialect of some analysers)"
        ),
        (
            .oversize(length: 1025), .oversize,
            "segment of 1025 bytes, at most 1024 allowed: must be split into packets"
        ),
        (.crc(computed: 0x1C80, stated: 0x1C81), .crc, "computed 1C80, frame says 1C81"),
        (
            .crc(computed: 0x00C0, stated: 0xFFFF), .crc,
            "computed 00C0, frame says FFFF (not a value this algorithm can give)"
        ),
        (
            .modbusCRC(computed: 0x1C80, stated: 0x0759, lowByteFirst: false), .crc,
            "computed 1C80, frame says 0759, which is plain Modbus CRC-16 with the high byte first: the sender uses the "
                + "wrong algorithm"
        ),
        (.unpaddedCRC(digits: 3), .crc, "CRC has 3 digits, must be padded to four"),
        (.missingCRC(computed: 0x5A00), .crc, "no CRC after the segment, computed 5A00"),
        (.unclosedSegment, .grammar, "segment does not end in &&"),
        (.tail(.marked), .tail, "CR LF expected after the CRC, found ** before it"),
        (.extraLineEnds(count: 1), .tail, "1 CR or LF byte after the end of the frame"),
        (
            .truncated(declared: 139, received: 1), .truncated,
            "length field 139, only 1 byte before the next frame or the end"
        ),
        (.truncated(declared: nil, received: 0), .truncated, "the stream ends within the length field"),
        (.garbage(sample: [0x3F, 0x0D]), .garbage, "not part of a frame, begins with 3F 0D"),
        // GBK, cut within a character.
        (
            .garbage(sample: [0xCE, 0xC2, 0xB6, 0xC8, 0xB9]), .garbage,
            "not part of a frame, begins with \"温度\" (CE C2 B6 C8 B9)"
        ),
        (
            .garbage(sample: Array("温度".utf8) + [0xE8]), .garbage,
            "not part of a frame, begins with \"温度\" (E6 B8 A9 E5 BA A6 E8)"
        ),
        (.garbage(sample: [0xFF, 0xFE, 0xFF]), .garbage, "not part of a frame, begins with FF FE FF"),
    ]

    @Test("Each fault says what was found and expected", arguments: details)
    func detail(fault: FrameFault, kind: FrameFault.Kind, text: String) {
        #expect(fault.kind == kind)
        #expect(fault.detail == text)
    }
}
