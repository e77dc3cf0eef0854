/// A place in a text, as editors count: both numbers start at 1, columns are characters and not bytes.
package struct YAMLPosition: Hashable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The first character of a text.
    package static let start = YAMLPosition(line: 1, column: 1)
}

extension YAMLPosition: Comparable {
    package static func < (a: YAMLPosition, b: YAMLPosition) -> Bool {
        (a.line, a.column) < (b.line, b.column)
    }
}

extension YAMLPosition: CustomStringConvertible {
    package var description: String { "\(line):\(column)" }
}
