/// What is wrong with a text as YAML, and where. Says nothing about what the keys mean.
package struct YAMLError: Error, Equatable, Sendable {
    package let position: YAMLPosition
    /// What is wrong. Never quotes a value, which may be a secret in the wrong place.
    package let message: String
    /// What to do about it, where that is known.
    package let hint: String?
    /// Further mistakes of the same kind that are known as well.
    package var others: [YAMLError] = []

    package init(at position: YAMLPosition, _ message: String, hint: String? = nil) {
        self.position = position
        self.message = message
        self.hint = hint
    }
}

extension YAMLError: CustomStringConvertible {
    package var description: String {
        "\(position): \(message)" + (hint.map { " (\($0))" } ?? "")
    }
}

/// A character that was taken into a value, and probably was not meant to be.
package struct YAMLDoubt: Equatable, Sendable {
    /// Where the value starts.
    package let valuePosition: YAMLPosition
    /// Where the character stands, and what to do about it.
    package let problem: YAMLError
}
