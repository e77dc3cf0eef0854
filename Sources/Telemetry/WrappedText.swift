extension String {
    /// The text in lines of at most `columns` columns, broken at blanks and beside Chinese characters; a longer word has a line
    /// of its own.
    ///
    /// `indent`: blanks before the first line. `hanging`: blanks before the others.
    package func wrapped(indent: Int = 0, hanging: Int = 0, columns: Int = 80) -> [String] {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        var width = indent
        var isEmpty = true
        for piece in WrappedPiece.pieces(of: self) {
            if !isEmpty, width + piece.blanks + piece.width > columns {
                lines.append(line)
                line = String(repeating: " ", count: hanging)
                width = hanging
                isEmpty = true
            }
            let gap = isEmpty ? 0 : piece.blanks
            line += String(repeating: " ", count: gap) + piece.text
            width += gap + piece.width
            isEmpty = false
        }
        return lines + [line]
    }

    /// A line with blanks at its beginning, in as many lines as it needs; the further ones are two blanks deeper.
    package func fitted(columns: Int = 80) -> [String] {
        guard displayWidth > columns else { return [self] }
        let indent = prefix { $0 == " " }.count
        return wrapped(indent: indent, hanging: indent + 2, columns: columns)
    }
}

/// What is not broken: a word, what stands between two backticks, or a Chinese character with the punctuation that belongs to it.
private struct WrappedPiece {
    private static let closing = Set("，。；：、！？）》】”’…%,.;:!?)]".unicodeScalars)
    private static let opening = Set("（《【“‘([".unicodeScalars)

    private(set) var text = ""
    private(set) var width = 0
    /// Before it, where no line is broken.
    let blanks: Int

    static func pieces(of text: String) -> [WrappedPiece] {
        var pieces: [WrappedPiece] = []
        var blanks = 0
        var last: Unicode.Scalar?
        let hasPairs = text.unicodeScalars.count { $0 == "`" }.isMultiple(of: 2)
        var isQuoted = false
        for scalar in text.unicodeScalars {
            let isWithin = isQuoted
            if scalar == "`", hasPairs { isQuoted.toggle() }
            if scalar == " ", !isWithin {
                blanks += 1
                continue
            }
            if blanks > 0 || last.map({ !isWithin && mayBreak(between: $0, and: scalar) }) ?? true {
                pieces.append(WrappedPiece(blanks: blanks))
            }
            pieces[pieces.count - 1].text.unicodeScalars.append(scalar)
            pieces[pieces.count - 1].width += scalar.displayWidth
            (blanks, last) = (0, scalar)
        }
        return pieces
    }

    private static func mayBreak(between first: Unicode.Scalar, and second: Unicode.Scalar) -> Bool {
        (first.displayWidth == 2 || second.displayWidth == 2) && second.displayWidth > 0
            && !closing.contains(second) && !opening.contains(first)
    }
}
