/// A time stamp of 14 or more digits, written for people.
struct TimeStampText {
    let text: String

    /// Nil unless `field` is 14 to 17 digits that name a possible time.
    init?(_ field: FieldText) {
        let digits = Array(field.bytes)
        guard (14...17).contains(digits.count), digits.allSatisfy(ASCII.isDigit) else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        func isAtMost(_ range: Range<Int>, _ limits: ClosedRange<Int>) -> Bool {
            limits.contains(Int(part(range)) ?? -1)
        }
        guard isAtMost(4..<6, 1...12), isAtMost(6..<8, 1...31), isAtMost(8..<10, 0...23), isAtMost(10..<12, 0...59),
            isAtMost(12..<14, 0...59)
        else { return nil }
        let clock = [part(8..<10), part(10..<12), part(12..<14)].joined(separator: ":")
        let fraction = digits.count > 14 ? "." + part(14..<digits.count) : ""
        text = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8)) \(clock)\(fraction)"
    }
}
