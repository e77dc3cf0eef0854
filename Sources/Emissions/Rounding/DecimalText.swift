/// The shortest decimal text of a number that reads back as the same number: 0.*d*₁*d*₂… · 10^`exponent`.
struct DecimalText {
    /// 0…9 each, at most 17.
    private var digits: [UInt8] = []
    /// Digits before the point.
    private var exponent = 0

    /// No number has a digit further behind the point.
    static let mostDecimals = 340

    /// Of a finite number, zero or above.
    init(magnitude: Double) {
        var written = 0
        var point: Int?
        let parts = magnitude.description.split(separator: "e", maxSplits: 1)
        for byte in (parts.first ?? "").utf8 {
            if byte == UInt8(ascii: ".") {
                point = written
            } else {
                digits.append(byte &- UInt8(ascii: "0"))
                written += 1
            }
        }
        exponent = (point ?? written) + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    }

    /// The number rounded to `decimals`, 0…``mostDecimals``; nil when it has no more decimals than that.
    func rounded(_ decimals: Int, _ rule: RoundingRule) -> Double? {
        let cut = exponent + decimals
        guard cut < digits.count else { return nil }
        guard cut >= 0 else { return 0 }
        var kept = digits[..<cut].reduce(UInt64(0)) { $0 &* 10 &+ UInt64($1) }
        if roundsUp(digits[cut...], afterEven: kept.isMultiple(of: 2), rule) { kept += 1 }
        if kept < 1 << 53, decimals <= 22 { return Double(kept) / Self.power(decimals) }
        return Double("\(kept)e-\(decimals)")
    }

    private func roundsUp(_ rest: ArraySlice<UInt8>, afterEven: Bool, _ rule: RoundingRule) -> Bool {
        guard let first = rest.first else { return false }
        let isTie = first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
        return isTie ? rule == .halfUp || !afterEven : first >= 5
    }

    /// 10^`exponent`, 0…22: each exact.
    static func power(_ exponent: Int) -> Double { powers[exponent] }

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
