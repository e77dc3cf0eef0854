import TestSupport
import Testing

@testable import Protocol

@Suite struct ReadableTextTests {
    /// 故障 in GBK.
    private static let fault: [UInt8] = [0xB9, 0xCA, 0xD5, 0xCF]

    @Test(
        "bytes are read in the encoding they are in, each field for itself, and what is no text is hex",
        arguments: [
            (Array("SN=故障;n=1".utf8), "SN=故障;n=1"), (fault, "故障"),
            (Array("a=".utf8) + fault + Array(";b=烟囱;c=1".utf8), "a=故障;b=烟囱;c=1"),
            (Array("a=x".utf8) + [0xFF, 0xFE] + Array("y;b=".utf8) + fault, "a=x<FFFE>y;b=故障"),
            (fault.dropLast() + Array(";k=2".utf8), "<B9CAD5>;k=2"),
            // 丂 has an ASCII byte behind the first.
            ([0x81, 0x40], "丂"), ([], ""), ([0x1B, 0x5B], "\u{1B}["),
            ([0x0D] + fault + [0x0A], "\r故障\n"),
        ] as [([UInt8], String)])
    func reads(bytes: [UInt8], text: String) {
        #expect(ReadableText.of(bytes) == text)
    }

    @Test("text is cut between characters")
    func cuts() {
        #expect(ReadableText.of(Self.fault + Self.fault, limit: 3) == "故障故…")
        #expect(ReadableText.of(Array("烟囱".utf8), limit: 2) == "烟囱")
    }

    @Test("whatever comes becomes text without replacement characters")
    func anyBytes() {
        var generator = SeededGenerator()
        for _ in 0..<500 {
            let bytes = (0..<40).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(!ReadableText.of(bytes).contains("\u{FFFD}"), "\(generator)")
        }
    }
}
