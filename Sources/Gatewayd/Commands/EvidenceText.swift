import JSON
import Protocol
import Telemetry

/// Journalled words and frames as text.
enum EvidenceText {
    /// One line for each read of a poll, or the frame; as it stands when it is neither.
    static func lines(of body: [UInt8]) -> [BilingualText] {
        guard let record = try? JSONValue(parsing: body) else {
            return [.init(verbatim: String(decoding: body, as: UTF8.self))]
        }
        if case .string(let frame)? = record["frame"] {
            let isBase64 = record["encoding"] != nil
            let text = isBase64 ? bytes(base64: frame).map { ReadableText.of($0) } : frame
            return [text.map { .init(verbatim: withoutPassword(visible($0))) } ?? unreadable]
        }
        guard case .array(let reads)? = record["reads"], case .integer(let unit)? = record["unit"] else { return [] }
        return reads.map { read in
            guard case .string(let table)? = read["table"], case .integer(let address)? = read["address"] else {
                return unreadable
            }
            if case .string(let bits)? = read["bits"] { return words(bits, unit, table, address) }
            guard case .string(let words)? = read["words"] else { return unreadable }
            return Self.words(grouped(words), unit, table, address)
        }
    }

    private static let unreadable = BilingualText("unreadable", zh: "无法读取")

    private static func words(_ words: String, _ unit: Int64, _ table: String, _ address: Int64) -> BilingualText {
        .init("unit \(unit)  \(table) \(address): \(words)", zh: "从站 \(unit)  \(table) \(address)：\(words)")
    }

    /// The journalled text of a record. A frame in base64 stands as `…`, as nobody can see the password in it.
    static func whole(_ body: [UInt8]) -> String {
        let text = String(decoding: body, as: UTF8.self)
        guard let record = try? JSONValue(parsing: body), record["encoding"] != nil,
            case .string(let frame)? = record["frame"]
        else { return withoutPassword(text) }
        return text.replacing(frame, with: "…")
    }

    /// Four digits a register.
    private static func grouped(_ digits: String) -> String {
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, index.isMultiple(of: 4) { text.append(" ") }
            text.append(digit)
        }
        return text
    }

    private static func visible(_ frame: String) -> String {
        frame.unicodeScalars.map { scalar in
            switch scalar {
            case "\r": "\\r"
            case "\n": "\\n"
            default:
                scalar.properties.generalCategory == .control
                    ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
            }
        }.joined()
    }

    /// `text` with asterisks for what stands behind `PW=`: the journal has it, whoever looks need not.
    static func withoutPassword(_ text: String) -> String {
        var (result, rest) = ("", text[...])
        while let mark = rest.firstRange(of: "PW=") {
            result += rest[..<mark.upperBound] + "***"
            rest = rest[mark.upperBound...]
            rest = rest.drop { $0 != ";" && $0 != "&" && $0 != "\"" }
        }
        return result + rest
    }
}
