/// A sentence with gaps: `{name}` stands for a fact, and what is in `[…]` is left out when a fact in it is missing.
struct TemplateText {
    private enum Piece {
        case text(String)
        case fact(String)
    }

    private struct Part {
        var pieces: [Piece] = []
        var isOptional = false
    }

    private var parts: [Part] = [Part()]

    init(_ template: String) {
        var text = ""
        func isolate() -> Piece? { text.isEmpty ? nil : .text(text) }
        for character in template {
            switch character {
            case "{", "[", "]", "}":
                if character == "}" {
                    parts[parts.count - 1].pieces.append(.fact(text))
                } else if let piece = isolate() {
                    parts[parts.count - 1].pieces.append(piece)
                }
                text = ""
                if character == "[" { parts.append(Part(isOptional: true)) }
                if character == "]" { parts.append(Part()) }
            default: text.append(character)
            }
        }
        if let piece = isolate() { parts[parts.count - 1].pieces.append(piece) }
    }

    /// The names of all facts, and of those that must be there.
    var names: (all: Set<String>, required: Set<String>) {
        let required = parts.filter { !$0.isOptional }
        return (Self.names(parts), Self.names(required))
    }

    private static func names(_ parts: [Part]) -> Set<String> {
        var names: Set<String> = []
        for piece in parts.flatMap(\.pieces) {
            if case .fact(let name) = piece { names.insert(name) }
        }
        return names
    }

    /// The sentence; a required fact that is missing is shown as `?`.
    func filled(with fact: (String) -> String?) -> String {
        var filled = ""
        for part in parts {
            var text = ""
            var isWhole = true
            for piece in part.pieces {
                switch piece {
                case .text(let plain): text += plain
                case .fact(let name):
                    let shown = fact(name)
                    isWhole = isWhole && shown != nil
                    text += shown ?? "?"
                }
            }
            if isWhole || !part.isOptional { filled += text }
        }
        return filled
    }
}
