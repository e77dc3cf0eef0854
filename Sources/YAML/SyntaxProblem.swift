import Telemetry

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
            return YAMLError(
                at: position, .init("a tab cannot indent", zh: "缩进不能用 Tab"), hint: .init("use spaces", zh: "用空格"))
        }
        if problem == "found unexpected end of stream" {
            return YAMLError(
                at: contextPosition,
                .init("the quoted text that starts here has no closing quote", zh: "此处开始的引号没有结束"))
        }
        if let words = Self.inPlainWords[problem] {
            return YAMLError(at: position, words.message + enclosure, hint: words.hint)
        }
        return YAMLError(at: position, .init("not valid YAML: \(problem)", zh: "不是有效的 YAML：\(problem)") + enclosure)
    }

    /// Names the start of the structure that libyaml was in, when that is another line.
    private var enclosure: BilingualText {
        guard contextPosition.line < position.line else { return .init(verbatim: "") }
        let structures: [String: BilingualText] = [
            "while parsing a flow mapping": .init("`{`", zh: " `{` "),
            "while parsing a flow sequence": .init("`[`", zh: " `[` "),
            "while parsing a block mapping": .init("mapping", zh: "键值"),
            "while parsing a block collection": .init("list", zh: "列表"),
        ]
        return structures[context].map {
            .init(
                ", in the \($0.en) that starts at line \(contextPosition.line)",
                zh: "（在第 \(contextPosition.line) 行开始的\($0.zh)中）")
        } ?? .init(verbatim: "")
    }

    private static let inPlainWords: [String: (message: BilingualText, hint: BilingualText?)] = [
        "did not find expected key": (
            .init("a key is expected here", zh: "此处应为键"),
            .init(
                "compare the indentation with the lines above; quote text with special characters",
                zh: "与上面各行比较缩进；含特殊字符的文本加引号")
        ),
        "mapping values are not allowed in this context": (
            .init("no `:` is expected here", zh: "此处不应有 `:`"),
            .init("check the indentation; put quotes around text that contains `: `", zh: "检查缩进；含 `: ` 的文本加引号")
        ),
        "could not find expected ':'": (
            .init("`:` is missing after a key", zh: "键后缺少 `:`"), .init("write `key: value`", zh: "写成 `key: value`")
        ),
        "did not find expected '-' indicator": (
            .init("`- ` is expected here", zh: "此处应为 `- `"),
            .init("the entries of a list all start in the same column", zh: "同一列表的各项从同一列开始")
        ),
        "block sequence entries are not allowed in this context": (
            .init("no `- ` is expected here", zh: "此处不应有 `- `"),
            .init("start a list on the line after its key", zh: "列表从键的下一行开始")
        ),
        "did not find expected ',' or '}'": (.init("`,` or `}` is missing", zh: "缺少 `,` 或 `}`"), nil),
        "did not find expected ',' or ']'": (.init("`,` or `]` is missing", zh: "缺少 `,` 或 `]`"), nil),
        "found character that cannot start any token": (
            .init("a value cannot start with this character", zh: "值不能以此字符开头"),
            .init("put quotes around the value", zh: "给值加引号")
        ),
        "found unknown escape character": (
            .init("unknown escape in a text between double quotes", zh: "双引号文本中有未知的转义"),
            .init("write `\\\\` for a backslash, or use single quotes", zh: "反斜杠写成 `\\\\`，或改用单引号")
        ),
        "did not find expected <document start>": (
            .init("the text goes on after the document's end", zh: "文档结束后还有内容"),
            .init("check the indentation of this line", zh: "检查此行的缩进")
        ),
        "found unexpected ':'": (
            .init("a blank is missing behind this `:`", zh: "此 `:` 后面缺少空格"),
            .init("write `key: value`", zh: "写成 `key: value`")
        ),
        "did not find expected node content": (.init("a value is missing here", zh: "此处缺少值"), nil),
    ]
}
