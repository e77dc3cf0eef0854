extension Double {
    /// The number rounded to `places` decimals, ties to the even digit, as its shortest decimal text stands.
    ///
    /// 50.05 to one place is 50.0: the tie is judged in decimal, where people see it, and not in binary, where 50.05 lies
    /// a little above. `places` is 0…15. Source: GB/T 8170 (round half to even).
    package func rounded(toPlaces places: Int) -> Double {
        let factor = Double.powersOfTen[places]
        let scaled = self * factor
        guard magnitude < 1e16 else { return self }  // Whole, and what is no number.
        let fraction = (scaled - scaled.rounded(.down)).magnitude
        // Far from a tie, and small enough to see it.
        if scaled.magnitude < 1e12, (fraction - 0.5).magnitude > 1e-3 { return scaled.rounded() / factor }
        return roundedAsText(toPlaces: places)
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// Rounds the digits of the shortest decimal text; used near ties and for numbers of many digits.
    private func roundedAsText(toPlaces places: Int) -> Double {
        // Below 1e-4 the text has an exponent; so small a number is no tie of at most 15 places that matters.
        let text = magnitude.description
        guard !text.utf8.contains(UInt8(ascii: "e")), let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else {
            return (self * Double.powersOfTen[places]).rounded(.toNearestOrEven) / Double.powersOfTen[places]
        }
        let fraction = text.utf8[text.utf8.index(after: point)...]
        guard fraction.count > places else { return self }
        let kept = String(text[..<point]) + String(decoding: fraction.prefix(places), as: UTF8.self)
        let rest = fraction.dropFirst(places)
        var digits = Int64(kept) ?? 0
        let first = rest.first ?? UInt8(ascii: "0")
        let isTie = first == UInt8(ascii: "5") && rest.dropFirst().allSatisfy { $0 == UInt8(ascii: "0") }
        if isTie ? digits % 2 == 1 : first >= UInt8(ascii: "5") { digits += 1 }
        let result = Double(digits) / Double.powersOfTen[places]
        return sign == .minus ? -result : result
    }
}
