extension Double {
    /// Whether a measurement can be this number: it is one, and its magnitude is at most 10³⁰.
    ///
    /// No quantity comes near that. Bytes in the wrong order do, and the sums, squares and products of what is greater would
    /// leave what a `Double` holds.
    package var isMeasurable: Bool { magnitude <= 1e30 }
}

extension Double {
    /// The shortest text that reads back the same; a whole number has no decimals.
    package var plainText: String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
