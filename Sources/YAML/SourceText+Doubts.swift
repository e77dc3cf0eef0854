import Telemetry

extension SourceText {
    /// The first character in `range`, a value without quotes, that probably was to be something else than a part of it.
    ///
    /// Marks and letters in the middle of a text are what they are: `1号烟囱：东`.
    func swallowedCharacter(in range: Range<Int>) -> YAMLError? {
        let found = lookAlikes(in: range)
        if let first = found.first(where: { isOutOfPlace($0, in: range) }) {
            return YAMLError(at: first.position, Self.words(for: first), hint: Self.advice(for: first))
        }
        if let first = found.first, first.isQuote, first.index == range.lowerBound,
            let last = found.last, last.isQuote, last.index == range.upperBound - 1, found.count > 1
        {
            return YAMLError(
                at: first.position, first.words + Self.isPart,
                hint: first.advice + .init(", or put the value between plain quotes", zh: "，或给值加半角引号"))
        }
        return keyInContinuation(of: range)
    }

    private func isOutOfPlace(_ found: LookAlike, in range: Range<Int>) -> Bool {
        let next = found.index + 1 < range.upperBound ? scalars[found.index + 1] : nil
        if found.isBlank { return found.index == range.lowerBound || next == nil || next == "#" }
        if found.kind.meant == "#" {
            // `1＃炉` is a name; between blanks it was to start a comment.
            return found.index > range.lowerBound && Self.isBlank(scalars[found.index - 1])
                && next.map(Self.isBlank) == true
        }
        // Emoji are made with joiners.
        return found.isZeroWidth && found.character != "\u{200D}" && found.character != "\u{200C}"
    }

    private static let isPart = BilingualText(" is a part of the value", zh: "成了值的一部分")

    private static func words(for found: LookAlike) -> BilingualText {
        found.words + (found.kind.meant == "#" ? .init(" starts no comment", zh: "不是注释的开始") : isPart)
    }

    private static func advice(for found: LookAlike) -> BilingualText {
        let advice = found.isBlank ? .init("write a plain blank or remove it", zh: "改为半角空格或删除") : found.advice
        return advice + .init(", or put the value between quotes", zh: "，或给值加引号")
    }

    /// A line that continues the value in `range` and looks like a key of its own.
    private func keyInContinuation(of range: Range<Int>) -> YAMLError? {
        let line = position(of: range.lowerBound).line
        for start in lineStarts.dropFirst(line) {
            guard start < range.upperBound else { return nil }
            guard let colon = colonWithoutBlank(inLineAt: start), colon < range.upperBound else { continue }
            let what =
                LookAlike(scalars[colon], at: colon, position(of: colon))?.words
                ?? .init("no blank behind ':'", zh: "冒号 ':' 后面缺少空格")
            return YAMLError(
                at: position(of: colon),
                what + .init(": the line is taken for a part of the value above", zh: "：此行被当作上面的值的一部分"),
                hint: .init("write `key: value`, or put the value between quotes", zh: "写成 `key: value`，或给值加引号"))
        }
        return nil
    }

    /// In a line such as `unit:7`, `- unit：7` or `unit：`, the place of the colon; nil where none ends a key at the line's start.
    func colonWithoutBlank(inLineAt start: Int) -> Int? {
        var index = start
        while index < scalars.count, Self.isBlank(scalars[index]) || scalars[index] == "-" { index += 1 }
        let word = index
        while index < scalars.count, Self.isKeyCharacter(scalars[index]) { index += 1 }
        guard index > word, index < scalars.count else { return nil }
        let colon = index
        if scalars[colon] == ":" {
            guard colon + 1 < scalars.count, !Self.isBlank(scalars[colon + 1]), !Self.isBreak(scalars[colon + 1])
            else { return nil }
            // `mqtt://broker` is an address.
            return scalars[colon + 1] == "/" ? nil : colon
        }
        return LookAlike.Kind(scalars[colon])?.meant == ":" ? colon : nil
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || isBreak(scalar) || LookAlike.Kind(scalar)?.meant == " "
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }

    private static func isKeyCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }
}
