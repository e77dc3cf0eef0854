/// A decimal number with all its digits: `digits` × 10^−`places`. For numbers that have more of them than a `Double` keeps.
package struct ExactDecimal: Equatable, Sendable {
    private var digits: Int128
    private var places: Int

    package init(_ whole: Int128) {
        self.init(digits: whole, places: 0)
    }

    /// The shortest decimal that reads back as `number`, which is how it was written in a file; nil for NaN and infinity.
    package init?(shortest number: Double) {
        guard number.isFinite else { return nil }
        let parts = number.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
        guard let digits = Int128(mantissa[0] + fraction), let exponent = parts.count > 1 ? Int(parts[1]) : 0
        else { return nil }
        self.init(digits: digits, places: fraction.utf8.count - exponent)
    }

    private init(digits: Int128, places: Int) {
        self.digits = digits
        self.places = places
    }

    /// The product; nil when it has more digits than can be kept.
    package func times(_ other: ExactDecimal) -> ExactDecimal? {
        let (product, overflows) = digits.multipliedReportingOverflow(by: other.digits)
        return overflows ? nil : ExactDecimal(digits: product, places: places + other.places)
    }

    /// The sum; nil when it has more digits than can be kept.
    package func plus(_ other: ExactDecimal) -> ExactDecimal? {
        let places = max(places, other.places)
        guard let a = digits(to: places), let b = other.digits(to: places) else { return nil }
        let (sum, overflows) = a.addingReportingOverflow(b)
        return overflows ? nil : ExactDecimal(digits: sum, places: places)
    }

    private func digits(to wanted: Int) -> Int128? {
        if digits == 0 { return 0 }
        var shifted = digits
        for _ in places..<max(places, wanted) {
            let (next, overflows) = shifted.multipliedReportingOverflow(by: 10)
            if overflows { return nil }
            shifted = next
        }
        return shifted
    }

    /// Without an exponent, and without zeros at the end of a fraction.
    package var text: String {
        if digits == 0 { return "0" }
        if places <= 0 { return String(digits) + String(repeating: "0", count: -places) }
        let figures = String(digits.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - figures.utf8.count)) + figures
        var fraction = padded.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = (digits < 0 ? "-" : "") + padded.dropLast(places)
        return fraction.isEmpty ? whole : whole + "." + fraction
    }
}
