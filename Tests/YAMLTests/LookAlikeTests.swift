import Testing

@testable import YAML

/// Characters that look like YAML's own signs, where they break the text: named, at their own place.
@Suite struct LookAlikeTests {
    private static let colon = "full-width colon '：' (U+FF1A) (write ':' followed by a blank)"
    private static let semicolon = "full-width semicolon '；' (U+FF1B) (write ':' or ',' followed by a blank)"
    private static let tight = "no blank behind ':' (write `key: value`)"

    @Test(
        "What breaks the text is named where it stands, not where it is noticed",
        arguments: [
            ("a: 1\nunit：7\nb: 2\n", "2:5: \(colon)"),
            ("a: 1\nunit:7\nb: 2\n", "2:5: \(tight)"),
            ("l:\n  - id: a\n    unit:7\n    poll: 5s\n", "3:9: \(tight)"),
            ("l:\n  - id: a\n    tcp：10.0.0.1:502\n    devices: []\n", "3:8: \(colon)"),
            ("l:\n  - id: a\n    tcp：10.0.0.1:502\n", "3:8: \(colon)"),
            ("l:\n  - id: a\n    tcp： 10.0.0.1:502\n\n    # more\n    b: 1\n", "3:8: \(colon)"),
            ("l:\n  - id： a\n    b: 1\n", "2:7: \(colon)"),
            ("l:\n  - id：a\n    b: 1\n", "2:7: \(colon)"),
            ("a:\n  b：\n    - 1\n  c: 1\n", "2:4: \(colon)"),
            ("a:\n　　b: 1\n  c: 2\n", "2:1: full-width blank (U+3000) (write a plain blank)"),
            ("a: 1\nb:　2\nc: 3\n", "2:3: full-width blank (U+3000) (write a plain blank)"),
            ("a: 1\nb:\u{A0}2\nc: 3\n", "2:3: no-break blank (U+00A0) (write a plain blank)"),
            ("l:\n  -　id: a\n    b: 1\n", "2:4: full-width blank (U+3000) (write a plain blank)"),
            ("l:\n  －id: a\n    b: 1\n", "2:3: full-width hyphen '－' (U+FF0D) (write '-')"),
            ("l:\n  - id: a\n  －id: b\n  - id: c\n", "3:3: full-width hyphen '－' (U+FF0D) (write '-')"),
            ("{ a: 1， b: 2 }\n", "1:7: full-width comma '，' (U+FF0C) (write ',')"),
            ("{ a: 1、 b: 2 }\n", "1:7: ideographic comma '、' (U+3001) (write ',')"),
            ("{ a: [1, 2］, b: 2 }\n", "1:11: full-width bracket '］' (U+FF3D) (write ']')"),
            ("a: ｛ b: 1 }\n", "1:4: full-width brace '｛' (U+FF5B) (write '{')"),
            ("a: { b: 1 ｝\nc: 2\n", "1:11: full-width brace '｝' (U+FF5D) (write '}')"),
            ("a: \"x”\nb: 1\n", "1:6: curly quotation mark '”' (U+201D) (write '\"')"),
            ("a: 'x’\nb: 1\n", "1:6: curly apostrophe '’' (U+2019) (write ''')"),
            ("a: { b: \"x”, c: 2 }\n", "1:11: curly quotation mark '”' (U+201D) (write '\"')"),
            ("a: 1\n＃ a comment\nb: 2\n", "2:1: full-width hash '＃' (U+FF03) (write '#')"),
            ("# a\u{2028}b\nc: 1\n", "1:4: line separator (U+2028) (write a plain blank)"),
            ("a: { b:[1] }\n", "1:7: a blank is missing behind this `:` (write `key: value`)"),
            ("a: 1\nb: \u{FEFF}2\n", "2:4: byte order mark (U+FEFF) inside the file (remove it)"),
            ("a: 1\r\nunit：7\nb: 2\r\n", "2:5: \(colon)"),
            ("l:\n  -id: b\n    c: 1\n", "2:3: no blank behind '-' (write `- key: value`)"),
            ("l:\n  -{ id: b, c: 1 }\nb: 1\n", "2:3: no blank behind '-' (write `- key: value`)"),
            ("outlets\n  - id: o\nb: 1\n", "1:8: no ':' behind this key (write `key:`)"),
            ("outlets # all\r\n  - id: o\r\n", "1:8: no ':' behind this key (write `key:`)"),
            ("l:\n  - name so2\n    b: 1\n", "2:9: no ':' behind the first word of this line (write `key: value`)"),
            ("l:\n  - name；so2\n    b: 1\n", "2:9: \(semicolon)"), ("{ a: so2；b: 2 }\n", "1:9: \(semicolon)"),
            (
                "l:\n  - （ a: 1, b: 2 }\nc: 1\n",
                "2:5: full-width parenthesis '（' (U+FF08) (write '{' or '[')"
            ),
            ("a: [1, 2）\nb: 1\n", "1:9: full-width parenthesis '）' (U+FF09) (write '}' or ']')"),
            ("l:\n  – id: b\n    c: 1\n", "2:3: dash '–' (U+2013) (write '-')"),
        ])
    func named(text: String, message: String) throws {
        let error = try #require(throws: YAMLError.self, "\(text)") { try YAMLDocument(Array(text.utf8)) }
        #expect(error.description == message, "\(text)")
    }

    @Test(
        "The same in Chinese",
        arguments: [
            ("a: 1\nunit：7\nb: 2\n", "全角冒号 '：'（U+FF1A）", "改为 ':' 并在后面加空格"),
            ("a: 1\nunit:7\nb: 2\n", "冒号 ':' 后面缺少空格", "写成 `key: value`"),
            ("a: 1\nb:　2\nc: 3\n", "全角空格（U+3000）", "改为半角空格"),
            ("{ a: 1、 b: 2 }\n", "中文顿号 '、'（U+3001）", "改为 ','"),
            ("a: 1\nb: \u{FEFF}2\n", "字节顺序标记（U+FEFF）出现在文件中间", "删除它"),
            ("a: {\n  b: [1\n}\n", "缺少 `,` 或 `]`（在第 2 行开始的 `[` 中）", nil),
        ])
    func chinese(text: String, message: String, advice: String?) throws {
        let error = try #require(throws: YAMLError.self, "\(text)") { try YAMLDocument(Array(text.utf8)) }
        #expect(error.text.zh == message)
        #expect(error.advice?.zh == advice)
    }

    @Test("Each of several such mistakes is told at once")
    func several() throws {
        let text = "l:\n  - id：a\n    unit:7\n    poll：5s\n    name: 1号烟囱：东\n  - id： b\n    unit: 8\n"
        let error = try #require(throws: YAMLError.self) { try YAMLDocument(Array(text.utf8)) }
        #expect(
            ([error] + error.others).map(\.description) == [
                "2:7: \(Self.colon)", "3:9: \(Self.tight)", "4:9: \(Self.colon)", "6:7: \(Self.colon)",
            ])
    }

    @Test(
        "Nobody is blamed for a mark in a name when something else is wrong",
        arguments: [
            ("name: 1号烟囱：东\nb\nc: 2\n", "3:1: `:` is missing after a key (write `key: value`)"),
            ("{ name: 东，西, b: [1 }\n", "1:20: `,` or `]` is missing"),
            ("# 注意：all\nurl: mqtt://h\na: b: c\n", "3:5: no `:` is expected here"),
            ("a: \"东：西\nb: 1\n", "1:4: the quoted text that starts here has no closing quote"),
            ("a: 1\n\tb：2\n", "2:1: a tab cannot indent"),
            ("a: 1\n  \tb: 2\n", "2:3: a tab cannot indent"),
            ("text: some words\n  and more words\na: b: c\n", "3:5: no `:` is expected here"),
        ])
    func innocent(text: String, message: String) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLDocument(Array(text.utf8)) }
        #expect(error.description.hasPrefix(message), "\(error)")
    }

    @Test(
        "Marks in names, texts and comments are what they are",
        arguments: [
            "name: 1号烟囱：东", "name: “东”侧，1＃炉", "name: \"　东　\"", "name: '“东”'", "name: 东　西", "name: 👨‍👩‍👧",
            "# 注意：以下　为“示例”＃\na: 1", "t: |\n  unit：7\n  a:7\n", "url: mqtt://h:1883\nb: 1", "a: 1\r\nb: 2\nc: 3\r\n",
            "a: x\n  y\n", "a: x\n  y", "a: x\n  y\n  z", "t: 12:30\n", "a: b\n  mqtt://c\n",
        ])
    func peaceful(text: String) throws {
        #expect(try YAMLDocument(Array(text.utf8)).doubts.map(\.problem.description) == [])
    }

    @Test(
        "What slips into a value without breaking anything is doubted",
        arguments: [
            ("a: x　# a comment", "1:5: full-width blank (U+3000) is a part of the value"),
            ("a: x\u{A0}\nb: 1", "1:5: no-break blank (U+00A0) is a part of the value"),
            ("a:  \u{A0}x", "1:5: no-break blank (U+00A0) is a part of the value"),
            ("a: x\u{200B}y", "1:5: zero-width blank (U+200B) is a part of the value"),
            ("a: x ＃ a comment", "1:6: full-width hash '＃' (U+FF03) starts no comment"),
            ("a: x\n  ＃ a comment\n", "2:3: full-width hash '＃' (U+FF03) starts no comment"),
            ("a: “x”", "1:4: curly quotation mark '“' (U+201C) is a part of the value"),
            ("a: 「x」", "1:4: corner bracket '「' (U+300C) is a part of the value"),
            ("a: x\n  unit：7\n", "2:7: full-width colon '：' (U+FF1A): the line is taken for a part of the value above"),
            ("a: x\n  unit:7\n", "2:7: no blank behind ':': the line is taken for a part of the value above"),
        ])
    func doubted(text: String, message: String) throws {
        let doubts = try YAMLDocument(Array(text.utf8)).doubts.map(\.problem.description)
        #expect(doubts.count == 1 && doubts[0].hasPrefix(message), "\(doubts)")
    }

    @Test("Lines are counted as editors count them, whatever YAML takes for a line break")
    func lines() throws {
        let root = try YAMLDocument(Array("# a\u{2028}# b\u{85}# c\na: 1\r\nb: 2\nc: 3".utf8)).root
        #expect(root["a"]?.position == YAMLPosition(line: 2, column: 4))
        #expect(root["c"]?.position == YAMLPosition(line: 4, column: 4))
    }

    @Test("A large text full of such marks is read to its end")
    func bounded() throws {
        let text = String(repeating: "名：称: 东：西\n", count: 1_000) + "a: [1\n"
        #expect(throws: YAMLError.self) { try YAMLDocument(Array(text.utf8)) }
    }
}
