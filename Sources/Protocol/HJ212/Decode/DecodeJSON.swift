/// Writes one JSON object, members in the order they are added.
struct DecodeJSON {
    private(set) var text = "{"

    /// The finished object.
    var closed: String { text + "}" }

    mutating func add(_ name: String, _ value: Bool) { begin(name, value ? "true" : "false") }

    mutating func add(_ name: String, _ value: Int) { begin(name, String(value)) }

    mutating func add(_ name: String, _ value: String) { begin(name, Self.string(value)) }

    /// A member whose value is finished JSON.
    mutating func add(_ name: String, json: String) { begin(name, json) }

    private mutating func begin(_ name: String, _ json: String) {
        if text != "{" { text += "," }
        text += Self.string(name) + ":" + json
    }

    /// An array of finished JSON values.
    static func array(_ values: [String]) -> String { "[" + values.joined(separator: ",") + "]" }

    /// `text` in quotes. Control characters are escaped, everything else stays as it is.
    /// Source: RFC 8259, 7.
    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                result += "\\u" + ASCII.hex(UInt16(scalar.value))
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
