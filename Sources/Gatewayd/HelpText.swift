import Telemetry

/// Help as it fits a terminal of 80 columns. The texts are written in the wider lines of the source.
enum HelpText {
    /// `text` with its lines broken anew: a line that is too wide goes on in the next one, unless it ends a sentence.
    static func fitted(_ text: String) -> String {
        var paragraphs: [(text: String, hanging: Int?)] = []
        var goesOn = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let indent = line.prefix { $0 == " " }.count
            if goesOn, let last = paragraphs.last, last.hanging == nil || last.hanging == indent, indent < line.count {
                paragraphs[paragraphs.count - 1] = (joined(last.text, String(line.dropFirst(indent))), indent)
            } else {
                paragraphs.append((line, lastCell(of: line)))
            }
            goesOn = line.displayWidth > 80 && !(line.last.map { ".。".contains($0) } ?? true)
        }
        return paragraphs.flatMap { paragraph, hanging in
            guard paragraph.displayWidth > 80 else { return [paragraph] }
            let indent = paragraph.prefix { $0 == " " }.count
            return wrapped(paragraph, indent: indent, hanging: hanging ?? indent)
        }.joined(separator: "\n")
    }

    /// The column in which the last cell of a table's row begins; nil: it is no row.
    private static func lastCell(of line: String) -> Int? {
        let characters = Array(line.drop { $0 == " " })
        let starts = characters.indices.dropFirst(2).filter { index in
            characters[index] != " " && characters[index - 1] == " " && characters[index - 2] == " "
        }
        return starts.last.map { String(line.prefix(line.count - characters.count + $0)).displayWidth }
    }

    static func fitted(_ text: BilingualText) -> BilingualText {
        BilingualText(fitted(text.en), zh: fitted(text.zh))
    }

    /// `label` and the `words` of a command.
    static func usage(_ label: String, _ words: String) -> String {
        wrapped(label + words, indent: 0, hanging: label.displayWidth).joined(separator: "\n")
    }

    /// Options in brackets stay on one line unless they are many.
    private static func wrapped(_ text: String, indent: Int, hanging: Int) -> [String] {
        let glue = "\u{1}"
        var glued = ""
        var option = ""
        var depth = 0
        for character in text {
            if character == "[" { depth += 1 }
            if depth == 0 { glued.append(character) } else { option.append(character) }
            guard character == "]", depth > 0 else { continue }
            depth -= 1
            guard depth == 0 else { continue }
            glued += option.displayWidth > 60 ? option : option.replacing(" ", with: glue)
            option = ""
        }
        return (glued + option).wrapped(indent: indent, hanging: hanging).map { $0.replacing(glue, with: " ") }
    }

    /// Chinese is written without blanks.
    private static func joined(_ first: String, _ second: String) -> String {
        let isWide = { (scalar: Unicode.Scalar?) in scalar.map { $0.displayWidth == 2 } ?? false }
        let mark = Set("，。；：、！？（）《》“”".unicodeScalars)
        let (end, start) = (first.unicodeScalars.last, second.unicodeScalars.first)
        let needsNone =
            isWide(end) && isWide(start) || end.map(mark.contains) ?? false || start.map(mark.contains) ?? false
        return first + (needsNone ? "" : " ") + second
    }
}
