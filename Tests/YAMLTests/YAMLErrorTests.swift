import TestSupport
import Testing
import YAML

@Suite struct YAMLErrorTests {
    @Test(
        "What is no YAML gets one message with its place",
        arguments: [
            ("", "1:1: the file is empty"),
            ("# only a comment\n", "1:1: the file is empty"),
            ("a: 1\n\tb: 2\n", "2:1: a tab cannot indent (use spaces)"),
            ("a:\n\t- 1\n", "2:1: a tab cannot indent (use spaces)"),
            ("a: \"x\nb: 1\n", "1:4: the quoted text that starts here has no closing quote"),
            ("a: [1, 2\nb: 3\n", "2:2: `,` or `]` is missing, in the `[` that starts at line 1"),
            ("a: { b: 1\nc: 2\n", "2:2: `,` or `}` is missing, in the `{` that starts at line 1"),
            (
                "a: b: c\n",
                "1:5: no `:` is expected here (check the indentation; put quotes around text that contains `: `)"
            ),
            (
                "a: 1\n  b: 2\n",
                "2:4: no `:` is expected here (check the indentation; put quotes around text that contains `: `)"
            ),
            ("a: 1\nb\nc: 2\n", "3:1: `:` is missing after a key (write `key: value`)"),
            ("a: @x\n", "1:4: a value cannot start with this character (put quotes around the value)"),
            ("a: 80%\nb: %80\n", "2:4: a value cannot start with this character (put quotes around the value)"),
            (
                "a: \"\\q\"\n",
                "1:5: unknown escape in a text between double quotes (write `\\\\` for a backslash, or use single quotes)"
            ),
            ("a: 1\n---\nb: 2\n", "2:1: a second document starts here (remove the line `---`)"),
            ("a: &x 1\nb: *x\n", "1:4: anchors (`&name`) are not supported (write the value itself)"),
            ("a: 1\nb: *x\n", "2:4: aliases (`*name`) are not supported (repeat the value)"),
            ("a: !!str 1\n", "1:4: tags (`!name`) are not supported (write only the value)"),
            ("? [a, b]\n: 1\n", "1:3: a key must be a single word"),
            ("a: 1\nb: \u{1}\n", "2:4: the character U+1 is not allowed (remove it)"),
        ])
    func syntax(text: String, message: String) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLDocument(Array(text.utf8)) }
        #expect(error.description == message)
        #expect(error.text.zh.hasChinese && error.advice?.zh.hasChinese != false, "\(error.text.zh)")
    }

    @Test(
        "Bytes that are not UTF-8 are found where they are",
        arguments: [
            // 烟囱 in GBK
            (Array("a: 1\nname: ".utf8) + [0xD1, 0xCC, 0xB4, 0xD1], "2:7: the file is not UTF-8 here"),
            ([0xFF, 0xFE, 0x61, 0x00], "1:1: the file is UTF-16"),
            ([0xFE, 0xFF, 0x00, 0x61], "1:1: the file is UTF-16"),
            (Array("a: 1\r\nb: ".utf8) + [0xC3], "2:4: the file is not UTF-8 here"),
        ])
    func encoding(bytes: [UInt8], message: String) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLDocument(bytes) }
        #expect(error.description.hasPrefix(message))
    }

    @Test("A file that is too long, too deep or too full is refused")
    func limits() throws {
        func message(_ text: String, _ limits: YAMLLimits) -> String? {
            do {
                _ = try YAMLDocument(Array(text.utf8), limits: limits)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(message("a: 1", YAMLLimits(bytes: 4)) == nil)
        #expect(message("a: 12", YAMLLimits(bytes: 4)) == "1:1: the file is larger than 4 bytes")
        #expect(message("[1, 2, 3]", YAMLLimits(nodes: 4)) == nil)
        #expect(message("[1, 2, 3, 4]", YAMLLimits(nodes: 4)) == "1:11: the file has more than 4 values")
        #expect(message("[[[]]]", YAMLLimits(depth: 2)) == nil)
        #expect(message("[[[[]]]]", YAMLLimits(depth: 2)) == "1:4: lists and mappings lie more than 2 deep here")
        let deep = String(repeating: "[", count: 100_000)
        #expect(message(deep, YAMLLimits())?.contains("more than 32 deep") == true)
    }

    @Test("Random bytes and damaged texts are read or refused, and never trap")
    func damage() {
        var generator = SeededGenerator()
        let text = Array("a: 1\nb: { c: [1, 2], 'd': \"e\\n\" }\nf:\n  - g: |\n      h\n  - i\n".utf8)
        let alphabet = Array("{}[]:,-#&*!|>'\"%@`\\ \t\n\r?~a1".utf8) + [0x00, 0xC3, 0xFF]
        for _ in 0..<2_000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = alphabet.randomElement(using: &generator) ?? 0
            }
            do {
                let document = try YAMLDocument(bytes)
                #expect(document.root.position.line >= 1, "\(generator)")
            } catch {
                // An error at the end of the text may be placed on the line after its last break.
                let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 2
                #expect((1...lines).contains(error.position.line), "\(generator)")
                #expect(error.position.column >= 1, "\(generator)")
            }
        }
    }
}
