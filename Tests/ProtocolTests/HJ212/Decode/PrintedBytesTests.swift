import Testing

@testable import Protocol

@Suite struct PrintedBytesTests {
    @Test(
        "text stays, every byte that cannot be printed is a dot",
        arguments: [
            (Array("QN=1;//清洗//".utf8), "QN=1;//清洗//"), (Array("a\r\n\u{0}\u{1B}[31m\u{7F}".utf8), "a····[31m·"),
            ([0xC7, 0xE5, 0x41], "清A"), ([0xD1, 0xCC, 0xB4, 0xD1, 0x3B, 0xFF, 0x41], "烟囱;·A"), ([0xE6, 0xB8], "··"),
            (Array("\u{202E}x\u{FEFF}".utf8), "···x···"), ([], ""),
            ([0xC2, 0x85, 0xFF], "···"),
        ])
    func text(bytes: [UInt8], text: String) {
        #expect(PrintedBytes(bytes).text == text)
    }

    @Test(
        "carets stand under the bytes, also behind wide characters, and behind the end for what is missing",
        arguments: [
            ("abc", 0..<1, "^"), ("abc", 1..<3, " ^^"), ("abc", 3..<4, "   ^"), ("abc", 9..<12, "   ^"),
            ("清x", 3..<4, "  ^"), ("清洗", 0..<3, "^^"), ("清洗", 1..<2, "^"), ("", 0..<1, "^"), ("清x", 0..<4, "^^^"),
        ])
    func carets(text: String, range: Range<Int>, line: String) {
        #expect(PrintedBytes(Array(text.utf8)).carets(under: range) == line)
    }

    @Test("any bytes are printed on one line without control characters, one column or more a character")
    func anyBytes() {
        for first in UInt8.min...UInt8.max {
            for second: UInt8 in [0x00, 0x0A, 0x41, 0x80, 0xBF, 0xC3, 0xFF] {
                let printed = PrintedBytes([first, second])
                #expect(
                    printed.text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
                #expect(printed.carets(under: 0..<2).hasSuffix("^"))
            }
        }
    }
}
