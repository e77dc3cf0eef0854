/// libyaml's report of a syntax error, put into words for somebody who edits a configuration and not a parser.
struct SyntaxProblem {
    /// libyaml's text, such as `did not find expected key`.
    var problem: String
    /// What it was doing, such as `while parsing a flow mapping`; may be empty.
    var context: String
    var position: YAMLPosition
    /// Where the structure named by `context` starts.
    var contextPosition: YAMLPosition
    /// The character at `position`; nil at the end of the text.
    var character: Character?

    var error: YAMLError {
        if character == "\t" {
            return YAMLError(at: position, "a tab cannot indent", hint: "use spaces")
        }
        if problem == "found unexpected end of stream" {
            return YAMLError(at: contextPosition, "the quoted text that starts here has no closing quote")
        }
        if let words = Self.inPlainWords[problem] {
            return YAMLError(at: position, words.message + enclosure, hint: words.hint)
        }
        return YAMLError(at: position, "not valid YAML: \(problem)" + enclosure)
    }

    /// Names the start of the structure that libyaml was in, when that is another line.
    private var enclosure: String {
        guard contextPosition.line < position.line else { return "" }
        let structures = [
            "while parsing a flow mapping": "`{`",
            "while parsing a flow sequence": "`[`",
            "while parsing a block mapping": "mapping",
            "while parsing a block collection": "list",
        ]
        return structures[context].map { ", in the \($0) that starts at line \(contextPosition.line)" } ?? ""
    }

    private static let inPlainWords: [String: (message: String, hint: String?)] = [
        "did not find expected key": (
            "a key is expected here", "compare the indentation with the lines above; quote text with special characters"
        ),
        "mapping values are not allowed in this context": (
            "no `:` is expected here", "check the indentation; put quotes around text that contains `: `"
        ),
        "could not find expected ':'": ("`:` is missing after a key", "write `key: value`"),
        "did not find expected '-' indicator": (
            "`- ` is expected here", "the entries of a list all start in the same column"
        ),
        "block sequence entries are not allowed in this context": (
            "no `- ` is expected here", "start a list on the line after its key"
        ),
        "did not find expected ',' or '}'": ("`,` or `}` is missing", nil),
        "did not find expected ',' or ']'": ("`,` or `]` is missing", nil),
        "found character that cannot start any token": (
            "a value cannot start with this character", "put quotes around the value"
        ),
        "found unknown escape character": (
            "unknown escape in a text between double quotes", "write `\\\\` for a backslash, or use single quotes"
        ),
        "did not find expected <document start>": (
            "the text goes on after the document's end", "check the indentation of this line"
        ),
        "found unexpected ':'": ("a blank is missing behind this `:`", "write `key: value`"),
        "did not find expected node content": ("a value is missing here", nil),
    ]
}
