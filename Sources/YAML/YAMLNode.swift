/// A place in a YAML text; both count from 1.
package struct YAMLPosition: Hashable, Comparable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (a: YAMLPosition, b: YAMLPosition) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// A value in a YAML text and where it begins. Scalars keep their text: `0123` stays four characters.
package struct YAMLNode: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package var key: String
        package var keyPosition: YAMLPosition
        package var value: YAMLNode
    }

    package indirect enum Content: Equatable, Sendable {
        /// The text; whether it was written in quotes.
        case scalar(String, isQuoted: Bool)
        case sequence([YAMLNode])
        /// In the order of the text, each key once.
        case mapping([Entry])
    }

    package var content: Content
    package var position: YAMLPosition

    package init(_ content: Content, at position: YAMLPosition) {
        self.content = content
        self.position = position
    }

    /// Nothing was written, or `~` or `null` without quotes.
    package var isNull: Bool {
        if case .scalar(let text, isQuoted: false) = content { return ["", "~", "null"].contains(text) }
        return false
    }
}

/// A text that is no YAML, or uses more of it than a configuration needs.
package struct YAMLError: Error, Equatable, Sendable {
    package var message: String
    package var position: YAMLPosition

    package init(_ message: String, at position: YAMLPosition) {
        self.message = message
        self.position = position
    }
}
