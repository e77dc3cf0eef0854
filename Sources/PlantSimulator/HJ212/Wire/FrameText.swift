/// Frames for people: one line each, without what must stay secret.
enum FrameText {
    private static let longest = 1_200

    /// `bytes` as text where they are text, else byte by byte; passwords and keys are starred.
    static func oneLine(_ bytes: [UInt8]) -> String {
        let shown = Array(bytes.prefix(longest))
        let body = String(validating: shown, as: UTF8.self).map(escaped) ?? shown.map(escaped).joined()
        return starred(body) + (bytes.count > longest ? "… (\(bytes.count) bytes)" : "")
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? escaped(UInt8($0.value)) : String($0) }.joined()
    }

    private static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case 0x0D: "\\r"
        case 0x0A: "\\n"
        case 0x20..<0x7F: String(UnicodeScalar(byte))
        default: "\\x" + PeerChecksum.text(UInt16(byte)).suffix(2)
        }
    }

    /// Stars for the values of PW, NewPW and NewSK, wherever such a name begins.
    private static func starred(_ text: String) -> String {
        let separators: [Character] = [";", ",", "&", "#"]
        var result = ""
        var name = ""
        var isSecret = false
        for character in text {
            if separators.contains(character) {
                name = ""
                isSecret = false
            } else if character == "=", !isSecret {
                isSecret = ["PW", "NewPW", "NewSK"].contains { name.hasSuffix($0) }
                result += isSecret ? "=***" : ""
                if isSecret { continue }
            } else if isSecret {
                continue
            } else {
                name.append(character)
            }
            result.append(character)
        }
        return result
    }
}
