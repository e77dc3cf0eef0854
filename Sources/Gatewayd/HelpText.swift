import Telemetry

/// Help as it fits a terminal of 80 columns. The texts are written in the wider lines of the source.
enum HelpText {
    /// `text` with its lines broken anew: a line that is too wide goes on in the next one, unless it ends a sentence.
    static func fitted(_ text: String) -> String {
        var paragraphs: [(text: String, hanging: Int?)] = []
        var goesOn = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let indent = line.prefix { $0 == " " }.count
            if goesOn, let last = paragraphs.last, indent < line.count {
                paragraphs[paragraphs.count - 1] = (
                    joined(last.text, String(line.dropFirst(indent))), last.hanging ?? indent
                )
            } else {
                paragraphs.append((line, nil))
            }
            goesOn = line.displayWidth > 80 && !(line.last.map { ".。".contains($0) } ?? true)
        }
        return paragraphs.flatMap { paragraph, hanging in
            let indent = paragraph.prefix { $0 == " " }.count
            return paragraph.displayWidth <= 80
                ? [paragraph] : paragraph.wrapped(indent: indent, hanging: hanging ?? indent)
        }.joined(separator: "\n")
    }

    static func fitted(_ text: BilingualText) -> BilingualText {
        BilingualText(fitted(text.en), zh: fitted(text.zh))
    }

    /// `usage: gatewayd NAME …`, not broken within brackets.
    static func usage(_ label: String, _ words: String) -> String {
        let glue: Character = "\u{1}"
        var depth = 0
        let glued = words.map { character -> Character in
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            return character == " " && depth > 0 ? glue : character
        }
        let lines = (label + String(glued)).wrapped(hanging: label.displayWidth)
        return lines.joined(separator: "\n").replacing(String(glue), with: " ")
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
