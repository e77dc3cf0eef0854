/// What is wrong with a text as JSON, and where.
package struct JSONError: Error, Equatable, Sendable {
    /// From 1.
    package let line: Int
    /// From 1, in characters.
    package let column: Int
    /// What is wrong. Never quotes more than the token at fault.
    package let message: String
}

extension JSONError: CustomStringConvertible {
    package var description: String { "\(line):\(column): \(message)" }
}

/// How much text and structure is read before the reader refuses.
package struct JSONLimits: Equatable, Sendable {
    /// Bytes of the text.
    package var bytes: Int
    /// Lists and objects inside one another; jansson itself refuses above 2,048.
    package var depth: Int

    package init(bytes: Int = 1 << 20, depth: Int = 32) {
        self.bytes = bytes
        self.depth = depth
    }
}
