package import Telemetry

/// What is wrong with a text as YAML, and where. Says nothing about what the keys mean.
package struct YAMLError: Error, Equatable, Sendable {
    package let position: YAMLPosition
    /// What is wrong. Never quotes a value, which may be a secret in the wrong place.
    package let text: BilingualText
    /// What to do about it, where that is known.
    package let advice: BilingualText?
    /// Further mistakes of the same kind that are known as well.
    package var others: [YAMLError] = []

    package init(at position: YAMLPosition, _ text: BilingualText, hint: BilingualText? = nil) {
        self.position = position
        self.text = text
        advice = hint
    }

    /// ``text`` and ``advice`` in English.
    package var message: String { text.en }
    package var hint: String? { advice?.en }
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
