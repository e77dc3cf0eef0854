import TestSupport
import Testing

@testable import Protocol

@Suite struct DataSegmentTests {
    private func items(_ text: String) -> [[String]] {
        DataSegment(parsing: Array(text.utf8)[...]).items.map { item in
            item.map { $0.key.text + "→" + $0.value.text }
        }
    }

    /// A data area and its items.
    static let table: [(String, [[String]])] = [
        ("", []),
        (" ", []),
        (";;,;", []),
        ("RtdInterval=30", [["RtdInterval→30"]]),
        ("a=1;b=2", [["a→1"], ["b→2"]]),
        ("a=1,b=2", [["a→1", "b→2"]]),
        ("a=1,b=2;c=3;", [["a→1", "b→2"], ["c→3"]]),
        (";;a=1;,;b=2,,c=3;;", [["a→1"], ["b→2", "c→3"]]),
        (" PolId = w01018 ; i12003-Info =0 ", [["PolId→w01018"], ["i12003-Info→0"]]),
        ("a=b=c", [["a→b=c"]]),
        ("a=,b=;c", [["a→", "b→"], ["c→"]]),
        ("=5", [["→5"]]),
        (
            "PolId=101,CTime=04,CTime=10,CTime=14", [["PolId→101", "CTime→04", "CTime→10", "CTime→14"]]
        ),
        ("i=//a;b,c=d//;e=1", [["i→//a;b,c=d//"], ["e→1"]]),
        ("i=//a//,j=2", [["i→//a//", "j→2"]]),
        ("i= //清洗;管路// ;j=2", [["i→//清洗;管路//"], ["j→2"]]),
        ("i=//http://x;y//;j=2", [["i→//http://x;y//"], ["j→2"]]),
        ("i=////;j=2", [["i→////"], ["j→2"]]),
        ("i=//never closed;j=2", [["i→//never closed"], ["j→2"]]),
        ("i=//", [["i→//"]]),
        ("i=/", [["i→/"]]),
        (
            "PolId=w01019,i12001-Info=0;PolId=w21001,i12001-Info=1",
            [["PolId→w01019", "i12001-Info→0"], ["PolId→w21001", "i12001-Info→1"]]
        ),
    ]

    @Test("Items and pairs come out in order, blanks and empty items gone", arguments: table)
    func grammar(text: String, expected: [[String]]) {
        #expect(items(text) == expected)
    }

    @Test("The first of several values counts, upper and lower case being alike")
    func lookUp() {
        let area = DataSegment(parsing: Array("w00000-Avg=1;W00000-AVG=2;overtime=5".utf8)[...])
        #expect(area["w00000-Avg"]?.text == "1")
        #expect(area["OverTime"]?.text == "5")
        #expect(area["ReCount"] == nil)
    }

    @Test(
        "Code and suffix part at the last dash",
        arguments: [
            ("w01018-Rtd", "w01018", "Rtd"), ("LA-Rtd-Rtd", "LA-Rtd", "Rtd"), ("a21026-ZsRtd ", "a21026", "ZsRtd"),
            ("-Rtd", "", "Rtd"), ("x-", "x", ""),
        ])
    func codeAndSuffix(key: String, code: String, suffix: String) throws {
        let parts = try #require(DataSegment.Pair(FieldText(key), .empty).codeAndSuffix)
        #expect(parts.code.text == code)
        #expect(parts.suffix.text == suffix)
        #expect(DataSegment.Pair("DataTime", .empty).codeAndSuffix == nil)
    }

    @Test("Bytes that are not UTF-8 keep their value; their text is read as GB 18030, or replaced if it is neither")
    func rawBytes() throws {
        // 清 in GBK.
        let area = DataSegment(parsing: (Array("i=//".utf8) + [0xC7, 0xE5] + Array("//;j=".utf8) + [0xFF, 0x80])[...])
        let value = try #require(area["i"])
        #expect(Array(value.bytes) == [0x2F, 0x2F, 0xC7, 0xE5, 0x2F, 0x2F])
        #expect(value.text == "//清//")
        #expect(area["j"]?.text.contains("\u{FFFD}") == true)
        #expect(Array(area.bytes).contains(0xC7))
    }

    @Test("What is written is read back the same")
    func roundTrip() {
        var generator = SeededGenerator()
        let names = ["DataTime", "w01018-Rtd", "a21026-Flag", "PolId", "i11001-Info", "清"]
        let values = ["", "20160801085857", "-1.25", "N", "//a;b=c,d//", "NaN", "a=b"]
        for _ in 0..<1000 {
            let items = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    DataSegment.Pair(
                        FieldText(names.randomElement(using: &generator) ?? ""),
                        FieldText(values.randomElement(using: &generator) ?? ""))
                }
            }
            let area = DataSegment(items: items)
            let bytes = area.bytes
            #expect(DataSegment(parsing: bytes[...]) == area, "\(generator)")
            #expect(area.items.map(Array.init) == items.filter { !$0.isEmpty }, "\(generator)")
        }
    }
}

@Suite struct FieldTextTests {
    @Test(
        "Plain decimals are read exactly",
        arguments: [
            ("0", 0), ("1", 1), ("-1", -1), ("+2.5", 2.5), ("0.1", 0.1), ("36.91", 36.91), ("-0.004", -0.004),
            ("235.292750833832", 235.292750833832), ("508166.63", 508166.63), (".5", 0.5), ("5.", 5), ("0002", 2),
            ("123456789012345", 123_456_789_012_345), ("12345678901234567", 12_345_678_901_234_568),
            ("0.12345678901234567", 0.12345678901234567), ("1e3", 1000), ("2.5E-2", 0.025), ("-9999", -9999),
        ])
    func numbers(text: String, value: Double) {
        #expect(FieldText(text).number == value)
    }

    @Test(
        "What is no finite number has none",
        arguments: [
            "", " ", "-", "+", ".", "-.", "NaN", "nan", "inf", "-Infinity", "1,5", "1.2.3", "--1", "0x10", "1e999", "N",
            "12a", "１", "1 2", "e5", "1e", String(repeating: "9", count: 400),
        ])
    func noNumber(text: String) {
        #expect(FieldText(text).number == nil)
    }

    @Test("Any decimal of up to fifteen digits is read as the standard library reads it")
    func agreesWithDouble() {
        var generator = SeededGenerator()
        for _ in 0..<5000 {
            let digits = String(UInt64.random(in: 0..<1_000_000_000_000_000, using: &generator))
            let point = Int.random(in: 0...digits.count, using: &generator)
            let text = "-" + digits.prefix(point) + "." + digits.dropFirst(point)
            #expect(FieldText(text).number == Double(text), "\(generator) \(text)")
        }
    }

    @Test(
        "Numbers are written without an exponent",
        arguments: [
            (0, "0"), (1, "1"), (-1.5, "-1.5"), (36.91, "36.91"), (0.00001, "0.00001"), (-0.000025, "-0.000025"),
            (1e-12, "0"), (1e14, "100000000000000"), (1e15, nil), (.nan, nil), (.infinity, nil), (12.0, "12"),
        ] as [(Double, String?)])
    func written(number: Double, text: String?) {
        #expect(DecimalText.text(number) == text)
    }

    @Test("Whole numbers have one to nine digits and nothing else")
    func integers() {
        #expect(FieldText("0002").integer == 2)
        #expect(FieldText("999999999").integer == 999_999_999)
        for text in ["", "1234567890", "-1", "1.0", "x"] { #expect(FieldText(text).integer == nil) }
    }

    @Test("Comparison with a text is by bytes, or by letters whatever their case")
    func comparison() {
        #expect(FieldText("Flag") == "Flag" as StaticString)
        #expect(!(FieldText("FLAG") == "Flag" as StaticString))
        #expect(FieldText("FLAG").isSpelled("Flag"))
        #expect(!FieldText("Flags").isSpelled("Flag"))
        #expect(!FieldText("@lag").isSpelled("`lag"))
    }
}
