import Foundation
import Protocol
import Telemetry
import TestSupport
import Testing

/// Frames that are passed through: what a receiver gets is byte for byte what the instrument sent.
@Suite struct FrameRecordTests {
    private let at = WallInstant(millisecondsSince1970: 1_795_227_600_000)

    private func text(_ frame: [UInt8]) -> String {
        let record = Record(
            kind: .frame, place: .device("cod-meter"), at: at, dataTime: ZoneRules.china.civilTime(at: at),
            content: .frame(frame))
        return String(decoding: RecordEncoder(gateway: "plant-01").encode(record, sequence: 12), as: UTF8.self)
    }

    @Test("A frame of plain text stands in the record as it came, its line end escaped")
    func plain() {
        let frame = "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
        #expect(
            text(Array((frame + "CP=&&RtdInterval=30&&1C80\r\n").utf8))
                == #"{"v":1,"gateway":"plant-01","seq":12,"device":"cod-meter","kind":"frame","ts":1795227600000,"#
                + #""dataTime":"20261121102000","frame":""# + frame + #"CP=&&RtdInterval=30&&1C80\r\n"}"#)
    }

    @Test("What was written in base64 reads back, and what is no base64 does not")
    func base64() {
        for count in 0..<70 {
            let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
            #expect(bytes(base64: Data(data).base64EncodedString()) == data)
        }
        for text in ["a", "ab=", "a===", "====", "ab=c", "a b=", "烟囱"] {
            #expect(bytes(base64: text) == nil, "\(text)")
        }
    }

    @Test("Chinese in UTF-8 stays text, in GBK it is base64, and so is ciphertext")
    func encodings() throws {
        #expect(text(Array("正常".utf8)).hasSuffix(#""frame":"正常"}"#))
        #expect(text([0xD5, 0xFD, 0xB3, 0xA3]).hasSuffix(#""encoding":"base64","frame":"1f2zow=="}"#))
        #expect(text([0x23, 0x23, 0xFF]).hasSuffix(#""encoding":"base64","frame":"IyP/"}"#))
        #expect(text([]).hasSuffix(#""frame":""}"#))
    }

    @Test(
        "What is not quite UTF-8 is never shown as text",
        arguments: [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE6, 0xAD], [0x80]] as [[UInt8]])
    func invalid(bytes: [UInt8]) throws {
        #expect(try received(bytes).isBase64)
    }

    @Test("Any bytes come back the same through a JSON reader")
    func identity() throws {
        var generator = SeededGenerator()
        for _ in 0..<1_000 {
            let largest: UInt8 = Bool.random(using: &generator) ? 0x7F : 0xFF
            let count = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...largest, using: &generator) }
            let (frame, isBase64) = try received(bytes)
            #expect(frame == bytes, "\(generator)")
            if largest == 0x7F { #expect(!isBase64, "\(generator)") }
        }
    }

    /// What a receiver makes of the record.
    private func received(_ bytes: [UInt8]) throws -> (bytes: [UInt8], isBase64: Bool) {
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text(bytes).utf8)) as? [String: Any])
        let frame = try #require(object["frame"] as? String)
        guard let encoding = object["encoding"] as? String else { return (Array(frame.utf8), false) }
        #expect(encoding == "base64")
        return (Array(try #require(Data(base64Encoded: frame))), true)
    }
}
