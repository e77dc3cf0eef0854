import JSON
import TestSupport
import Testing

@Suite struct JSONPropertyTests {
    @Test("what is damaged is read or refused, never a trap")
    func damaged() {
        var generator = SeededGenerator()
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",{"b":null,"c":[true,false,[]]}],"化":"学","d":{}}"#.utf8)
        for _ in 0..<3_000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert(bytes[bytes.count - 1 - index], at: index)
                }
            }
            do {
                _ = try JSONValue(parsing: bytes)
            } catch {
                #expect(error.line >= 1 && error.column >= 1 && !error.message.isEmpty, "\(generator)")
            }
        }
    }

    @Test("any value that is written is read as it was")
    func written() throws {
        var generator = SeededGenerator()
        for _ in 0..<500 {
            let value = Self.value(depth: 4, &generator)
            #expect(try JSONValue(parsing: Array(Self.text(value).utf8)) == value, "\(generator)")
        }
    }

    private static func value(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: .integer(Int64.random(in: .min ... .max, using: &generator))
        case 3: .number(Double(Int.random(in: -999...999, using: &generator)) + 0.5)
        case 4: .string(word(&generator))
        case 5: .array((0..<3).map { _ in value(depth: depth - 1, &generator) })
        default:
            .object((0..<3).map { JSONValue.Member("\($0)" + word(&generator), value(depth: depth - 1, &generator)) })
        }
    }

    private static func word(_ generator: inout SeededGenerator) -> String {
        String((0..<3).map { _ in "aZ0,;:{}[]化é😀 ".randomElement(using: &generator) ?? "a" })
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): "\"\(value)\""
        case .array(let values): "[" + values.map(text).joined(separator: " , ") + "]"
        case .object(let members):
            "{" + members.map { "\"\($0.key)\" : " + text($0.value) }.joined(separator: ",\n") + "}"
        }
    }
}
