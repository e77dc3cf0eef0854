import Telemetry

/// What a parameter of an instrument is: a number, or a text as the range `0-200`.
package enum ParameterValue: Equatable, Sendable {
    case number(Double)
    /// Without blanks at its ends.
    case text(String)

    /// Differences of numbers up to this are none, as of a 32-bit float; a fraction of the number.
    private static let tolerance = 1e-5

    /// Whether both say the same: numbers nearly, texts to the letter.
    func isSame(as other: ParameterValue) -> Bool {
        switch (self, other) {
        case (.number(let a), .number(let b)): (a - b).magnitude <= max(a.magnitude, b.magnitude) * Self.tolerance
        case (.text(let a), .text(let b)): a == b
        case (.number, .text), (.text, .number): false
        }
    }

    var number: Double? { if case .number(let number) = self { number } else { nil } }

    var fact: AlarmFacts.Value {
        switch self {
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        }
    }
}

extension ParameterValue {
    /// What ``word`` escapes: blanks part words, line feeds part lines.
    private static let escapes: [(plain: Unicode.Scalar, escaped: String)] = [
        ("%", "%25"), (" ", "%20"), ("\n", "%0A"), ("\r", "%0D"),
    ]

    /// One word of a ``StateLine``; a text begins with `=`.
    package var word: String {
        switch self {
        case .number(let number): number.description
        case .text(let text):
            text.unicodeScalars.reduce(into: "=") { word, scalar in
                word += Self.escapes.first { $0.plain == scalar }?.escaped ?? String(scalar)
            }
        }
    }

    /// Nil where it is no such word.
    package init?(word: String) {
        if word.hasPrefix("=") {
            let text = Self.escapes.reversed().reduce(String(word.dropFirst())) {
                $0.replacing($1.escaped, with: String($1.plain))
            }
            self = .text(text)
        } else if let number = Double(word), number.isFinite {
            self = .number(number)
        } else {
            return nil
        }
    }
}
