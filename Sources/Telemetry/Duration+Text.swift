/// Durations as people write them: whole numbers with the units `h m s ms`, the greatest first: `500ms`, `2h`, `1h30m`.
extension Duration {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]

    /// The duration that `text` names, such as `500ms` or `1h30m`; the longest there is for one that is longer. Nil when it
    /// is none.
    package init?(text: String) {
        var rest = text[...]
        var sum: Int64 = 0
        var smallest = Int64.max
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let name = rest.dropFirst(digits.count).prefix { !$0.isNumber }
            guard !digits.isEmpty, let unit = Self.units.first(where: { $0.name == name }),
                unit.milliseconds < smallest
            else { return nil }
            smallest = unit.milliseconds
            let (product, isLong) = (Int64(digits) ?? .max).multipliedReportingOverflow(by: unit.milliseconds)
            let (total, isLonger) = sum.addingReportingOverflow(product)
            sum = isLong || isLonger ? .max : total
            rest = rest.dropFirst(digits.count + name.count)
        } while !rest.isEmpty
        self = .milliseconds(sum)
    }

    /// The duration in the largest unit that needs no fraction, to the millisecond: `90m`, `2h`.
    package var readable: String {
        let milliseconds = wholeMilliseconds
        guard milliseconds != 0 else { return "0s" }
        let unit = Self.units.last { milliseconds.isMultiple(of: $0.milliseconds) } ?? Self.units[0]
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
