import JSON
import Testing

@Suite struct JSONValueTests {
    @Test(
        "values are read as what they are",
        arguments: [
            ("null", .null), ("true", .bool(true)), (" false ", .bool(false)), ("0", .integer(0)), ("-7", .integer(-7)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)), ("1.0", .number(1)),
            ("1e3", .number(1000)), ("-0.25", .number(-0.25)), ("12.31", .number(12.31)), ("\"\"", .string("")),
            ("\"化学\"", .string("化学")), (#""a\n\"\u5316\ud83d\ude00\u0000b""#, .string("a\n\"化😀\0b")),
            ("[]", .array([])),
            ("{}", .object([])), ("[1,\"a\",[null]]", .array([.integer(1), .string("a"), .array([.null])])),
        ] as [(String, JSONValue)])
    func values(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test("an object keeps the order of its keys, however many there are")
    func order() throws {
        let keys = (0..<500).map { "k\($0 * 7919 % 500)" }
        let text = "{" + keys.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
        guard case .object(let members) = try JSONValue(parsing: Array(text.utf8)) else {
            Issue.record("no object")
            return
        }
        #expect(members.map(\.key) == keys)
    }

    @Test("a member is found by its key, nothing in what has no members")
    func subscripts() throws {
        let value = try JSONValue(parsing: Array(#"{"a":{"b":2}}"#.utf8))
        #expect(value["a"]?["b"] == .integer(2))
        #expect(value["b"] == nil)
        #expect(JSONValue.string("a")["a"] == nil)
    }

    @Test(
        "what is no JSON is an error with line and column",
        arguments: [
            ("", 1, "end of file"), ("{", 1, "end of file"), ("{\"a\":\n  tru}", 2, "invalid token"),
            ("[1,]", 1, "unexpected"),
            ("{\"a\":1,\"a\":2}", 1, "duplicate"), ("1 2", 1, "end of file expected"), ("[1\n2]", 2, "']' expected"),
            ("99999999999999999999", 1, "too big"), ("1e999", 1, "overflow"), ("NaN", 1, "invalid token"),
            ("\"\\ud800\"", 1, "invalid"), ("'a'", 1, "invalid token"), ("{a:1}", 1, "string or '}' expected"),
            ("\"a\nb\"", 1, "newline"), ("01", 1, "invalid token"),
        ])
    func errors(text: String, line: Int, message: String) throws {
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
        #expect(error.line == line, "\(error)")
        #expect(error.column >= 1, "\(error)")
        #expect(error.message.contains(message), "\(error)")
    }

    @Test("bytes that are not UTF-8 are an error", arguments: [[0x22, 0xC7, 0xE5, 0x22], [0xFF], [0x22, 0xE5, 0x22]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }

    @Test("depth is bounded, brackets inside strings do not count")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            [UInt8](repeating: UInt8(ascii: "["), count: depth) + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(32)) }
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: nested(33)) }
        #expect(error.description == "1:33: lists and objects lie more than 32 deep here")
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(500_000)) }
        let quoted = "\"\\\"" + String(repeating: "[{", count: 100) + "\""
        #expect(throws: Never.self) { try JSONValue(parsing: Array(quoted.utf8)) }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(3), limits: JSONLimits(depth: 3)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(4), limits: JSONLimits(depth: 3)) }
    }

    @Test("size is bounded")
    func size() throws {
        let text = Array("[\"abcdefg\"]".utf8)
        #expect(throws: Never.self) { try JSONValue(parsing: text, limits: JSONLimits(bytes: text.count)) }
        let error = try #require(throws: JSONError.self) {
            try JSONValue(parsing: text, limits: JSONLimits(bytes: text.count - 1))
        }
        #expect(error.message == "longer than 10 bytes")
    }
}
