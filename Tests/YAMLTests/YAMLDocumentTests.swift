import Testing
import YAML

@Suite struct YAMLDocumentTests {
    @Test("Keys keep their order, values their text and everything its place")
    func tree() throws {
        let root = try read(
            """
            # a comment
            mn: 012345678901
            name: "1号烟囱"
            list:
              - one
              - { a: 1, b: [2, 3] }

            """)
        #expect(
            root
                == YAMLNode(
                    .mapping([
                        entry("mn", 2, 1, scalar("012345678901", 2, 5)),
                        entry("name", 3, 1, scalar("1号烟囱", 3, 7, isQuoted: true)),
                        entry(
                            "list", 4, 1,
                            YAMLNode(
                                .sequence([
                                    scalar("one", 5, 5),
                                    YAMLNode(
                                        .mapping([
                                            entry("a", 6, 7, scalar("1", 6, 10)),
                                            entry(
                                                "b", 6, 13,
                                                YAMLNode(
                                                    .sequence([scalar("2", 6, 17), scalar("3", 6, 20)]),
                                                    at: YAMLPosition(line: 6, column: 16))),
                                        ]), at: YAMLPosition(line: 6, column: 5)),
                                ]), at: YAMLPosition(line: 5, column: 3))),
                    ]), at: YAMLPosition(line: 2, column: 1)))
    }

    @Test(
        "A value stays the text that was written",
        arguments: ["0123", "1e3", "yes", "0x1F", "1_000", "2026-01-02", "~a"])
    func textStays(text: String) throws {
        #expect(try read("key: \(text)")["key"]?.text == text)
        #expect(try read("key: '\(text)'")["key"]?.text == text)
    }

    @Test("Only what was written without quotes can mean nothing", arguments: ["", "~", "null", "Null", "NULL"])
    func null(text: String) throws {
        #expect(try read("key: \(text)")["key"]?.isNull == true)
        #expect(try read("key: \"\(text)\"")["key"]?.isNull == false)
    }

    @Test("Escapes between double quotes and blocks of text are resolved")
    func escapes() throws {
        let root = try read("a: \"x\\ty\\u00B0\\n\"\nb: 'it''s'\nc: |\n  one\n  two\n")
        #expect(root["a"]?.text == "x\ty°\n")
        #expect(root["b"]?.text == "it's")
        #expect(root["c"]?.text == "one\ntwo\n")
    }

    @Test("A byte order mark moves no column, and Windows line ends count once")
    func byteOrderMarkAndLineEnds() throws {
        let root = try YAMLDocument([0xEF, 0xBB, 0xBF] + Array("a: 1\r\nb: 2\r\n".utf8)).root
        #expect(root["a"]?.position == YAMLPosition(line: 1, column: 4))
        #expect(root["b"]?.position == YAMLPosition(line: 2, column: 4))
    }

    @Test("Columns count characters, not bytes")
    func columns() throws {
        #expect(try read("{ 名称: 烟囱, b: 2 }")["b"]?.position == YAMLPosition(line: 1, column: 14))
    }

    @Test("Of a key that stands twice the first counts, and every repetition is told")
    func duplicateKeys() throws {
        let document = try YAMLDocument(Array("a: 1\nb: { c: 1, c: 2 }\na: 3\na: 4\n".utf8))
        #expect(document.root["a"]?.text == "1")
        #expect(
            document.duplicateKeys.map(\.description) == [
                "2:12: `c` stands here twice, first on line 2 (remove one of them)",
                "3:1: `a` stands here twice, first on line 1 (remove one of them)",
                "4:1: `a` stands here twice, first on line 1 (remove one of them)",
            ])
    }

    @Test("Asking a node for what it is not gives nothing")
    func wrongQuestions() throws {
        let root = try read("a: 1\nb: [x]")
        #expect(root["c"] == nil)
        #expect(root.text == nil)
        #expect(root.items.isEmpty)
        #expect(root["a"]?["b"] == nil)
        #expect(root["b"]?.items.map(\.text) == ["x"])
        #expect(!root.isNull)
    }

    // MARK: Helpers

    private func read(_ text: String) throws -> YAMLNode {
        try YAMLDocument(Array(text.utf8)).root
    }

    private func scalar(_ text: String, _ line: Int, _ column: Int, isQuoted: Bool = false) -> YAMLNode {
        YAMLNode(.scalar(YAMLScalar(text, isQuoted: isQuoted)), at: YAMLPosition(line: line, column: column))
    }

    private func entry(_ key: String, _ line: Int, _ column: Int, _ value: YAMLNode) -> YAMLEntry {
        YAMLEntry(key: key, keyPosition: YAMLPosition(line: line, column: column), value: value)
    }
}
