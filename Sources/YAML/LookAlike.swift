package import Telemetry

/// A character of a text that looks like another one, or like nothing at all: `：` for `:`, a full-width or zero-width blank.
///
/// To YAML each of them is a letter like any other. In a name or between quotes they are as good as any; where a key, a
/// number or an address is meant they are what is wrong, and cannot be seen.
package struct LookAlike: Equatable, Sendable {
    package let character: Unicode.Scalar
    package let position: YAMLPosition
    /// Its place in the text, in characters from 0.
    let index: Int
    let kind: Kind

    struct Kind: Equatable, Sendable {
        /// What people call it.
        let name: BilingualText
        /// What is meant; empty where nothing is.
        let meant: String
    }

    /// Nil for a character that is what it looks like.
    init?(_ character: Unicode.Scalar, at index: Int, _ position: YAMLPosition) {
        guard let kind = Kind(character) else { return nil }
        self.character = character
        self.index = index
        self.position = position
        self.kind = kind
    }

    /// The character by its name and number; shown itself where it can be seen.
    package var words: BilingualText {
        let number = String(character.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - number.count)) + number
        return kind.name
            + (isVisible
                ? .init(" '\(character)' (\(code))", zh: " '\(character)'（\(code)）")
                : .init(" (\(code))", zh: "（\(code)）"))
    }

    /// What to do about it.
    package var advice: BilingualText {
        if kind.meant.isEmpty { return .init("remove it", zh: "删除它") }
        return kind.meant == " "
            ? .init("write a plain blank", zh: "改为半角空格") : .init("write '\(kind.meant)'", zh: "改为 '\(kind.meant)'")
    }

    /// What to do about it where YAML's own signs are expected.
    package var adviceInStructure: BilingualText {
        switch kind.meant {
        case ":": .init("write ':' followed by a blank", zh: "改为 ':' 并在后面加空格")
        // None of these is a sign of YAML.
        case ";": .init("write ':' or ',' followed by a blank", zh: "改为 ':' 或 ',' 并在后面加空格")
        case "(": .init("write '{' or '['", zh: "改为 '{' 或 '['")
        case ")": .init("write '}' or ']'", zh: "改为 '}' 或 ']'")
        default: advice
        }
    }

    /// Whether it stands for a blank or a line break.
    var isBlank: Bool { kind.meant == " " }

    /// Whether nothing is to be seen of it and nothing is meant.
    var isZeroWidth: Bool { kind.meant.isEmpty }

    var isQuote: Bool { kind.meant == "\"" || kind.meant == "'" }

    private var isVisible: Bool { !isBlank && !isZeroWidth }

    /// `text` with what its characters look like.
    package static func seenThrough(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        var seen = ""
        for scalar in text.unicodeScalars {
            if let kind = Kind(scalar) { seen += kind.meant } else { seen.unicodeScalars.append(scalar) }
        }
        return seen
    }
}
