import Cipher
import Telemetry
import TestSupport
import Testing

@testable import Protocol

@Suite struct FrameExplanationTests {
    private static let good =
        "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n"

    @Test("a good frame is its bytes, its header and its data area, each field named")
    func goodFrame() {
        #expect(
            explain(Self.good, language: .en) == """
                frame at byte 0, 113 bytes, HJ 212-2017: good
                ##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80··
                  QN    20160801085857223         request number: 2016-08-01 08:58:57.223
                  ST    32                        system code: surface water pollution source
                  CN    1062                      command: set the realtime interval (from the host)
                  PW    100000                    access password
                  MN    010000A8900016F000169DC0  device identity
                  Flag  5                         version, split and answer bits: HJ 212-2017, answer required
                  RtdInterval  30  realtime upload interval, s


                """)
    }

    @Test("a factor's values stand under its name, with unit, mark and times, in the language asked for")
    func dataArea() {
        let area =
            "DataTime=20160801085857;w01018-SampleTime=20160801070000,w01018-Rtd=2.2,w01018-Flag=N;SB1-RS=2;w20117-Cou=1,"
            + "w20117-Zz=x;q1-Rtd=5;011-Rtd=3"
        let lines = explain(frame("ST=32;CN=2011;PW=1;MN=2;Flag=4;CP=&&\(area)&&"), language: .both)
        for expected in [
            "  w01018  COD (chemical oxygen demand, dichromate) / 化学需氧量\n    SampleTime  20160801070000  time of sampling"
                + " / 采样时间: 2016-08-01 07:00:00\n",
            "    Rtd         2.2 mg/L        realtime value / 实时值\n", "mark / 数据标记: normal / 正常\n",
            "  SB1  treatment equipment 1 / 治理设施1\n",
            "    RS          2               running state / 运行状态: calibrating / 校准\n",
            "  w20117  Hexavalent chromium / 六价铬\n", "    Cou         1 g             accumulated amount / 累计值\n",
            "suffix not in the standard / 标准未定义的后缀", "  q1  unknown factor / 未知因子\n    Rtd         5   ",
            "  011  COD (chemical oxygen demand, dichromate) (now w01018) / 化学需氧量（现为w01018）\n",
        ] {
            #expect(lines.contains(expected), "\(expected) in\n\(lines)")
        }
        let chinese = explain(frame("ST=32;CN=2011;PW=1;MN=2;Flag=4;CP=&&\(area)&&"), language: .zh)
        #expect(chinese.contains("化学需氧量\n"))
        #expect(!chinese.contains("oxygen"))
    }

    @Test(
        "values with a code are read in the edition of the frame or in the one given",
        arguments: [
            ("ST=91;CN=9011;Flag=4;CP=&&QnRtn=9&&", nil, "request answer code: wrong CRC\n"),
            ("ST=91;CN=9011;Flag=8;CP=&&QnRtn=9&&", "surface-water", "request answer code: busy\n"),
            ("ST=91;CN=9011;Flag=8;CP=&&QnRtn=9&&", nil, "request answer code: wrong CRC [HJ 212-2017]\n"),
            ("ST=91;CN=9012;Flag=4;CP=&&ExeRtn=100&&", nil, "execution result: no data\n"),
            ("ST=91;CN=9012;Flag=4;CP=&&ExeRtn=77&&", nil, "execution result: unknown code\n"),
            ("ST=31;CN=2051;Flag=8;RF=1;CP=&&a-Flag=F&&", nil, "instrument stopped [unconfirmed]\n"),
            ("ST=31;CN=2051;Flag=8;RF=1;CP=&&&&", nil, "backfill mark: sent again after a failed upload\n"),
            ("ST=31;CN=2051;Flag=8;CP=&&&&", "2005", "get minute data"),
            ("ST=31;CN=1001;CP=&&WarnTime=5&&", nil, "set how long a limit is exceeded"),
            ("ST=31;CN=1001;CP=&&WarnTime=5&&", "2025", "hardware numbers"),
            ("ST=31;CN=3020;Flag=4;CP=&&PolId=a21026;i12001-Info=7&&", nil, "device information: measuring\n"),
            (
                "ST=31;CN=3020;Flag=4;CP=&&PolId=a21026;InfoId=i13001&&", nil,
                "factor the command is about: Sulfur dioxide"
            ),
            ("ST=31;CN=4711;Flag=256;CP=&&&&", nil, "command: unknown code\n"),
            ("ST=31;CN=4711;Flag=256;CP=&&&&", nil, "not a number from 0 to 255\n"),
            ("ST=31;CN=2011;Flag=40;CP=&&&&", nil, "unknown version 10, no answer\n"),
            ("QN=20161341085857223;ST=31;CN=2011;Flag=4;CP=&&&&", nil, "  QN    20161341085857223  request number\n"),
            ("ST=31;CN=2011;Flag=4;CP=&&e70101-Rtd=1&&", nil, "Wastewater lift pump current or Chemical dosage\n"),
        ] as [(String, String?, String)])
    func codes(segment: String, edition: String?, expected: String) {
        let text = explain(frame(segment), edition: edition.flatMap { Edition(name: $0) }, language: .en)
        #expect(text.contains(expected), "\(text)")
    }

    @Test(
        "a unit is that of the code's own edition; where a code means two things there is none",
        arguments: [
            ("020-Rtd=1", "4", "1 mg/L"), ("w20111-Rtd=1", "4", "1 ug/L"), ("w20111-Rtd=1", "0", "1 ug/L"),
            ("020-Rtd=1", "8", "1 mg/L"), ("020-Cou=1", "0", "1 g"), ("g11901-Rtd=1", "4", "1  "),
            ("w01001-Rtd=7", "4", "7  "),
            ("w20111-Rtd=x", "4", "x  "), ("w20111-Qq=1", "4", "1  "), ("B01-Cou=1", "0", "1 m3"),
        ])
    func units(pair: String, flag: String, shown: String) {
        let text = explain(frame("ST=32;CN=2011;Flag=\(flag);CP=&&\(pair)&&"), language: .en)
        #expect(text.contains("  \(shown)"), "\(text)")
    }

    /// What is done to the good frame, and the carets that point at it.
    static let damage: [(String, String, String, String)] = [
        ("##0101", "##0100", "  ^^^^", "length field 100, segment has 101 bytes"),
        ("##0101", "##101", "  ^^^", "length field has 3 digits"),
        ("1C80", "1C81", column(107, 4), "computed 1C80, frame says 1C81"),
        ("1C80", "", column(107, 1), "no CRC"),
        ("1C80\r\n", "1C80\n", column(111, 1), "found LF alone"),
        ("1C80\r\n", "1C80", column(111, 1), "found neither"),
        ("1C80\r\n", "1C80**\r\n", column(111, 4), "** before it"),
        ("30&&1C80\r\n", "30", column(105, 1), "only 99 bytes"), ("##", "x#", column(0, 113), "not part of a frame"),
        ("\r\n", "\r\n\n\n", column(0, 2), "2 CR or LF bytes after"),
    ]

    private static func column(_ start: Int, _ count: Int) -> String {
        String(repeating: " ", count: start) + String(repeating: "^", count: count)
    }

    @Test("carets stand under the bytes that are wrong, with what is wrong and what to do", arguments: damage)
    func carets(original: String, replacement: String, caret: String, finding: String) throws {
        let lines = explain(Self.good.replacing(original, with: replacement), language: .en).split(separator: "\n")
        let index = try #require(lines.firstIndex { $0.contains(finding) }, "\(lines)")
        #expect(lines[index - 1] == caret, "\(lines)")
        #expect(lines[index + 1].hasPrefix("  → "))
    }

    /// A length field with what it counts, and what is said of it in English and Chinese.
    static let lengths: [(difference: Int, en: String, zh: String)] = [
        (6, ": the sender also counts the CRC and the line end (6 bytes)", "：发送方把CRC和回车换行（共6字节）也计入了长度"),
        (4, ": the sender also counts the CRC (4 bytes)", "：发送方把CRC（4字节）也计入了长度"),
        (12, ": the sender counts the whole frame, from ## to the line end (12 bytes more)", "：发送方按整帧计数，"),
        (
            10, ": the sender counts the whole frame but its line end, from ## to the CRC (10 bytes more)",
            "：发送方按不含回车换行的整帧计数，"
        ),
        (65 - 101, ": the sender writes the length with hexadecimal digits, not decimal ones", "：发送方把长度写成了十六进制，应为十进制"),
        (-2, ": the sender does not count the closing && (2 bytes)", "：发送方没有计入结尾的&&（2字节）"),
        (1, "", ""), (-1, "", ""), (5, "", ""),
    ]

    @Test("a length field that counts other parts of the frame is understood, alone and in a row", arguments: lengths)
    func lengthCauses(difference: Int, en: String, zh: String) {
        let digits = String(10_000 + 101 + difference).dropFirst()
        let bytes = Self.good.replacing("##0101", with: "##\(digits)")
        for text in [explain(bytes, language: .both), explain(bytes + bytes, language: .both)] {
            #expect(text.contains("length field \(101 + difference), segment has 101 bytes\(en) / "), "\(text)")
            #expect(text.contains("长度字段为\(101 + difference)，数据段实际101字节\(zh)"), "\(text)")
            #expect(text.contains("nothing before or behind them") && text.contains("--tolerate reads it as it is"))
        }
    }

    @Test(
        "the line end that is counted is the one that came",
        arguments: [
            (5, ": the sender also counts the CRC and the line end (5 bytes)"),
            (11, ": the sender counts the whole frame, from ## to the line end (11 bytes more)"),
            (6, ": the sender also counts the CRC and the line end (6 bytes)"),
        ])
    func countedLineFeed(difference: Int, words: String) {
        let digits = String(10_000 + 101 + difference).dropFirst()
        let bytes = Self.good.replacing("##0101", with: "##\(digits)").replacing("\r\n", with: "\n")
        let text = explain(bytes, language: .en)
        #expect(text.contains("length field \(101 + difference), segment has 101 bytes\(words)"), "\(text)")
    }

    @Test(
        "a length field that counts characters, or the text in another encoding, is understood",
        arguments: [
            (GBK.no, 2, "the sender counts characters, not bytes"),
            (.no, 4, "the sender counts the bytes of the text in GBK but sends it in UTF-8"),
            (.yes, 2, "the sender counts characters, not bytes"),
            (.yes, 6, "the sender counts the bytes of the text in UTF-8 but sends it in GBK"),
            (.no, 12, "the sender also counts the CRC and the line end"),
            (.yes, 10, "the sender also counts the CRC and the line end"),
        ])
    func textLengths(isGBK: GBK, counted: Int, words: String) throws {
        let name: [UInt8] = isGBK == .yes ? [0xD1, 0xCC, 0xB4, 0xD1] : Array("烟囱".utf8)
        let (head, tail) = (Array("ST=31;CN=9014;CP=&&Name=".utf8), Array("&&".utf8))
        let segment = head + name + tail
        let digits = String(10_000 + head.count + tail.count + counted).dropFirst()
        let bytes = Array("##\(digits)".utf8) + segment + (try #require(FrameEncoder.frame(segment: segment)).suffix(6))
        var machine = ExplainMachine(language: .en)
        let text = (machine.feed(bytes) + machine.finish()).joined(separator: "\n")
        #expect(text.contains(": \(words)"), "\(text)")
        #expect(text.contains("CP=&&Name=烟囱&&") && text.contains("  Name  烟囱  "), "\(text)")
    }

    enum GBK { case yes, no }

    @Test("a station address and a foreign checksum each have their own carets")
    func severalFaults() {
        let text = explain(
            "##00010077QN=20150530190615121;ST=31;CN=2013;PW=123456;MN=88888880000001;Flag=3;CP=&&&&2414\r\n",
            language: .en)
        #expect(text.contains("\n  ^^^^\n  station address 0001"))
        #expect(text.contains("\n" + Self.column(87, 4) + "\n  computed"))
        #expect(text.contains("  MN    88888880000001"))
    }

    @Test("an encrypted data area is said to be, not read")
    func encrypted() throws {
        let line = try #require(CorpusFrame.all.filter(\.isEncrypted).first)
        var machine = ExplainMachine(language: .both)
        let text = (machine.feed(line.wire) + machine.finish()).joined(separator: "\n")
        #expect(text.contains("  CP  the data area is encrypted / 数据区已加密"))
        #expect(machine.defects == 1)
    }

    @Test("with the key an encrypted data area is read, below the bytes as they came")
    func decrypted() throws {
        let line = try #require(CorpusFrame.all.filter(\.isEncrypted).first)
        var keys = KeyRing()
        keys.add(try #require(SM4Key([UInt8](repeating: UInt8(ascii: "0"), count: 16))), for: nil)
        var machine = ExplainMachine(language: .en, keys: keys)
        let lines = machine.feed(line.wire) + machine.finish()
        #expect(machine.defects == 0)
        #expect(lines[1].contains("CP=&&·"))
        #expect(lines[1].unicodeScalars.allSatisfy { $0.isASCII || $0 == "·" })
        #expect(lines.contains { $0.split(separator: " ") == ["Min", "1.35", "m/s", "minimum"] }, "\(lines)")
        #expect(lines.contains { $0.contains("came encrypted") })
    }

    @Test("what is tolerated is explained and no defect")
    func tolerated() {
        var machine = ExplainMachine(tolerance: .tail, language: .en)
        let lines = machine.feed(Array(Self.good.dropLast().utf8) + [0x0A]) + machine.finish()
        #expect(machine.defects == 0)
        #expect(lines.first?.hasSuffix("tolerated") == true)
        #expect(lines.contains { $0.contains("found LF alone") })
    }

    @Test("long garbage is shown by its beginning, and does not grow the memory")
    func longGarbage() {
        var machine = ExplainMachine(language: .en)
        var lines: [String] = []
        for _ in 0..<100 { lines += machine.feed([UInt8](repeating: 0x78, count: 10_000)) }
        lines += machine.feed(Array(Self.good.utf8)) + machine.finish()
        #expect(lines.first == "defect at byte 0, 1000000 bytes: garbage")
        #expect(lines.contains { $0.hasSuffix(" more bytes") })
        #expect(lines.allSatisfy { $0.utf8.count < 20_000 })
        #expect(lines.contains { $0.hasPrefix("frame at byte 1000000") })
    }

    @Test("any bytes in any pieces are explained alike, without control characters")
    func anyBytes() {
        var generator = SeededGenerator()
        for _ in 0..<60 {
            var bytes: [UInt8] = []
            for _ in 0..<4 {
                var piece = CorpusFrame.all.randomElement(using: &generator)?.wire ?? []
                for _ in 0..<Int.random(in: 0...3, using: &generator) where !piece.isEmpty {
                    piece[Int.random(in: 0..<piece.count, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                bytes += piece.prefix(Int.random(in: 0...piece.count, using: &generator) | 64)
            }
            var whole = ExplainMachine()
            let expected = whole.feed(bytes) + whole.finish()
            var pieces = ExplainMachine()
            var lines: [String] = []
            for byte in bytes { lines += pieces.feed([byte]) }
            lines += pieces.finish()
            #expect(lines == expected, "\(generator)")
            #expect(
                expected.allSatisfy { line in line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } })
        }
    }

    private func explain(_ text: String, edition: Edition? = nil, language: ReportLanguage) -> String {
        var machine = ExplainMachine(edition: edition, language: language)
        return (machine.feed(Array(text.utf8)) + machine.finish()).map { $0 + "\n" }.joined()
    }

    private func frame(_ segment: String) -> String {
        FrameEncoder.frame(segment: Array(segment.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
