extension Unicode.Scalar {
    /// Columns the character takes on a terminal: 2 for Chinese and other wide ones, 0 for what joins the one before, else 1.
    ///
    /// Source: Unicode Standard Annex 11 (East Asian Width), classes W and F, by blocks.
    package var displayWidth: Int {
        switch value {
        case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}

extension String {
    /// Columns the text takes on a terminal.
    package var displayWidth: Int { unicodeScalars.reduce(0) { $0 + $1.displayWidth } }

    /// The text with blanks behind it up to `width` columns.
    package func padded(toColumns width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - displayWidth))
    }
}

/// `rows` as lines whose columns stand under one another, two blanks apart, also with Chinese text in them.
///
/// The last column is not padded; rows may have different numbers of cells.
package func alignedLines(_ rows: [[String]]) -> [String] {
    var widths: [Int] = []
    for row in rows {
        for (column, cell) in row.enumerated() {
            if column == widths.count { widths.append(0) }
            widths[column] = max(widths[column], cell.displayWidth)
        }
    }
    return rows.map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
            line += column == row.count - 1 ? cell : cell.padded(toColumns: widths[column] + 2)
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
