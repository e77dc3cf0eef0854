import Telemetry

extension SourceText {
    /// A mark that a line seems to lack: the blank behind `-`, or the colon behind its first word.
    struct MissingMark {
        /// The character that is replaced by `meaning`, which has the mark.
        let index: Int
        let meaning: String
        let problem: YAMLError
    }

    /// What the line numbered `line` seems to lack; nil: nothing. Whether it does is seen when it is read with the mark. A word has
    /// two characters at least.
    func missingMark(inLine line: Int) -> MissingMark? {
        let start = lineStarts[line - 1]
        let end = line < lineStarts.count ? lineStarts[line] : scalars.count
        var index = start
        while index < end, scalars[index] == " " { index += 1 }
        if let dash = dashWithoutBlank(at: index, end) { return dash }
        while index + 1 < end, scalars[index] == "-", scalars[index + 1] == " " {
            index += 1
            while index < end, scalars[index] == " " { index += 1 }
        }
        let word = index
        while index < end, Self.isWord(scalars[index]) { index += 1 }
        let rest = scalars[index..<end]
        guard index > word + 1, !rest.contains(where: { $0 == ":" || LookAlike.Kind($0)?.meant == ":" }) else {
            return nil
        }
        let text = rest.drop { $0 == " " }
        if text.isEmpty || text.first.map({ "\r\n#".unicodeScalars.contains($0) }) == true {
            return MissingMark(
                index: index - 1, meaning: "\(scalars[index - 1]):",
                problem: YAMLError(
                    at: position(of: index), .init("no ':' behind this key", zh: "此键后面缺少冒号 ':'"),
                    hint: .init("write `key:`", zh: "写成 `key:`")))
        }
        guard rest.first == " " else { return nil }
        return MissingMark(
            index: index, meaning: ": ",
            problem: YAMLError(
                at: position(of: index),
                .init("no ':' behind the first word of this line", zh: "此行第一个词后面缺少冒号 ':'"),
                hint: .init("write `key: value`", zh: "写成 `key: value`")))
    }

    private func dashWithoutBlank(at index: Int, _ end: Int) -> MissingMark? {
        guard index + 1 < end, scalars[index] == "-", Self.isLetter(scalars[index + 1]) || scalars[index + 1] == "{"
        else { return nil }
        return MissingMark(
            index: index, meaning: "- ",
            problem: YAMLError(
                at: position(of: index), .init("no blank behind '-'", zh: "'-' 后面缺少空格"),
                hint: .init("write `- key: value`", zh: "写成 `- key: value`")))
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        isLetter(scalar) || ("0"..."9").contains(scalar) || scalar == "_"
    }
}
