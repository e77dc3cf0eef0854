/// A JSON value. Source: RFC 8259.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number without point and exponent that fits; exact.
    case integer(Int64)
    /// Any other number, finite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// In the order of the text; no key occurs twice.
    case object([Member])

    /// One `"key": value` of an object.
    package struct Member: Equatable, Sendable {
        package let key: String
        package let value: JSONValue

        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value of `key` when this is an object that has it.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// What kind of value it is, for messages: `a string`.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
