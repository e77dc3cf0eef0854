/// Durations as people write them: a whole number and one of the units `ms s m h`.
extension Duration {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]

    /// The duration that `text` names, such as `500ms` or `2h`; the longest there is for one that is longer. Nil when it is
    /// none.
    package init?(text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let name = text.dropFirst(digits.count)
        guard !digits.isEmpty, let unit = Self.units.first(where: { $0.name == name }) else { return nil }
        let (product, overflows) = (Int64(digits) ?? .max).multipliedReportingOverflow(by: unit.milliseconds)
        self = .milliseconds(overflows ? .max : product)
    }

    /// The duration in the largest unit that needs no fraction, to the millisecond: `90m`, `2h`.
    package var readable: String {
        let milliseconds = wholeMilliseconds
        guard milliseconds != 0 else { return "0s" }
        let unit = Self.units.last { milliseconds.isMultiple(of: $0.milliseconds) } ?? Self.units[0]
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
