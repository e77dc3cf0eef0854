import JSON
import Testing

@Suite struct JSONTextTests {
    @Test(
        "a value's text is read as the same value",
        arguments: [
            JSONValue.null, .bool(true), .integer(-7), .number(31.2), .number(1e-9), .string("a\"\\\n\u{1}化学"),
            .array([]), .object([]), .array([.integer(1), .array([.null])]),
            .object([.init("k\"", .object([.init("n", .number(0.1))])), .init("l", .bool(false))]),
        ])
    func roundTrip(value: JSONValue) throws {
        #expect(try JSONValue(parsing: Array(value.text.utf8)) == value)
    }

    @Test("a number that JSON cannot write is null") func notFinite() {
        #expect(JSONValue.array([.number(.nan), .number(.infinity)]).text == "[null,null]")
    }
}
