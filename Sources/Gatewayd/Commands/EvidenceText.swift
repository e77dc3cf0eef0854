import JSON

/// Journalled words and frames as text.
enum EvidenceText {
    /// One line for each read of a poll, or the frame; as it stands when it is neither.
    static func lines(of body: [UInt8]) -> [String] {
        guard let record = try? JSONValue(parsing: body) else { return [String(decoding: body, as: UTF8.self)] }
        if case .string(let frame)? = record["frame"] {
            let isBase64 = record["encoding"] != nil
            return [isBase64 ? "base64 \(frame)" : withoutPassword(visible(frame))]
        }
        guard case .array(let reads)? = record["reads"], case .integer(let unit)? = record["unit"] else { return [] }
        return reads.map { read in
            guard case .string(let table)? = read["table"], case .integer(let address)? = read["address"] else {
                return "unreadable"
            }
            if case .string(let bits)? = read["bits"] { return "unit \(unit)  \(table) \(address): \(bits)" }
            guard case .string(let words)? = read["words"] else { return "unreadable" }
            return "unit \(unit)  \(table) \(address): \(grouped(words))"
        }
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
        frame.map { $0 == "\r\n" ? "\\r\\n" : $0 == "\r" ? "\\r" : $0 == "\n" ? "\\n" : String($0) }.joined()
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
