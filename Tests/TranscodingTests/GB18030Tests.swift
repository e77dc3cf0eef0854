import TestSupport
import Testing
import Transcoding

@Suite struct GB18030Tests {
    /// From the tables of the standard.
    @Test(
        "Bytes of GB 2312, GBK and GB 18030 become their characters",
        arguments: [
            ([], ""), (Array("Info=1,2\r\n".utf8), "Info=1,2\r\n"), ([0xD6, 0xD0, 0xCE, 0xC4], "中文"),
            ([0xD5, 0xFD, 0xB3, 0xA3], "正常"), ([0xB9, 0xCA, 0xD5, 0xCF], "故障"),
            ([0xB6, 0xFE, 0xD1, 0xF5, 0xBB, 0xAF, 0xC1, 0xF2], "二氧化硫"),
            // Two bytes whose second lies in ASCII: GBK only.
            ([0x81, 0x40], "丂"), ([0x8F, 0x5C], "廫"),
            // The euro sign has two bytes; what GBK lacks has four.
            ([0xA2, 0xE3], "€"), ([0x81, 0x39, 0xEE, 0x39], "㐀"), ([0x90, 0x30, 0x81, 0x30], "\u{10000}"),
            ([0xE3, 0x32, 0x9A, 0x35], "\u{10FFFF}"), ([0x41, 0xA1, 0xE6, 0x43], "A℃C"),
        ] as [([UInt8], String)])
    func characters(bytes: [UInt8], text: String) {
        #expect(GB18030.text(bytes) == text)
    }

    @Test(
        "What is not GB 18030 to the last byte is nil",
        arguments: [
            [0xD6], [0xD6, 0xD0, 0xCE], [0xFF], [0x80], [0xD6, 0x20], [0x81, 0x7F], [0x41, 0xFF, 0x41],
            [0x81, 0x30], [0x81, 0x30, 0x81], [0x81, 0x30, 0x81, 0x20], [0xFE, 0x39, 0xFE, 0x39],
        ] as [[UInt8]])
    func invalid(bytes: [UInt8]) {
        #expect(GB18030.text(bytes) == nil)
    }

    @Test("Text of any length up to the bound is converted, nothing beyond it")
    func bounds() {
        let half = GB18030.largest / 2
        let long = Array(repeatElement([0xD6, 0xD0] as [UInt8], count: half).joined())
        #expect(GB18030.text(long) == String(repeating: "中", count: half))
        #expect(GB18030.text(long + [0x20]) == nil)
        #expect(GB18030.text(long[2..<6]) == "中中")
        let wide = Array(repeatElement([0x90, 0x30, 0x81, 0x30] as [UInt8], count: 1_000).joined())
        #expect(GB18030.text(wide)?.unicodeScalars.count == 1_000)
    }

    @Test("Any bytes are text or nil; ASCII stays as it is; both ends of a text are kept")
    func anything() {
        var generator = SeededGenerator()
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...24, using: &generator)
            let largest: UInt8 = Bool.random(using: &generator) ? 0x7F : 0xFF
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...largest, using: &generator) }
            let text = GB18030.text(bytes)
            if largest == 0x7F { #expect(text.map { Array($0.utf8) } == bytes, "\(generator)") }
            guard let text else { continue }
            let framed = GB18030.text([0x5B] + bytes + [0x5D])
            #expect(framed == "[" + text + "]", "\(generator)")
        }
    }
}
