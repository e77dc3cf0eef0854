/// How HJ 212 writes a number: `N5.2` is up to five digits before the point and two after it.
///
/// Source: HJ 212-2017, 6.3.2 (data types).
package struct NumberFormat: Hashable, Sendable {
    /// Digits before the point at most, 1…14.
    package let integerDigits: Int
    /// Digits after the point, 0…9.
    package let decimals: Int

    package init(integerDigits: Int, decimals: Int = 0) {
        self.integerDigits = integerDigits
        self.decimals = decimals
    }

    /// The format written as `N5.2` or `N4`; nil for any other text.
    package init?(_ notation: some StringProtocol) {
        guard notation.first == "N" else { return nil }
        let parts = notation.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let integerDigits = Self.count(parts[0]),
            (1...14).contains(integerDigits)
        else { return nil }
        self.integerDigits = integerDigits
        guard parts.count == 2 else {
            decimals = 0
            return
        }
        guard let decimals = Self.count(parts[1]), (1...9).contains(decimals) else { return nil }
        self.decimals = decimals
    }

    private static func count(_ digits: some StringProtocol) -> Int? {
        digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
    }

    /// As the standard writes it.
    package var notation: String { decimals == 0 ? "N\(integerDigits)" : "N\(integerDigits).\(decimals)" }
}

/// How the value of a factor is written.
package enum ValueFormat: Hashable, Sendable {
    case number(NumberFormat)
    /// Not a number: `C890` (text of so many bytes), a time stamp.
    case other(String)

    package init(_ notation: some StringProtocol) {
        self = NumberFormat(notation).map(ValueFormat.number) ?? .other(String(notation))
    }

    /// Nil when the value is no number.
    package var number: NumberFormat? {
        if case .number(let format) = self { format } else { nil }
    }

    /// As the standard writes it.
    package var notation: String {
        switch self {
        case .number(let format): format.notation
        case .other(let notation): notation
        }
    }
}
