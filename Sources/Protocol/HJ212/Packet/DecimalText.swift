/// Numbers as HJ 212 writes them.
enum DecimalText {
    /// The number `bytes` spell; nil if they spell none or one that is not finite.
    static func number(_ bytes: ArraySlice<UInt8>) -> Double? {
        plain(bytes) ?? general(bytes)
    }

    /// Up to 15 digits with a sign and a point. Digits and the power of ten are exact as `Double`, so one division rounds
    /// correctly. Nil: not of this form.
    private static func plain(_ bytes: ArraySlice<UInt8>) -> Double? {
        var digits: Int64 = 0
        var count = 0
        var decimals: Int?
        var rest = bytes
        let sign = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? rest.removeFirst() : 0
        for byte in rest {
            if ASCII.isDigit(byte) {
                guard count < 15 else { return nil }
                digits = digits * 10 + Int64(byte - 0x30)
                count += 1
                decimals = decimals.map { $0 + 1 }
            } else if byte == UInt8(ascii: "."), decimals == nil {
                decimals = 0
            } else {
                return nil
            }
        }
        guard count > 0 else { return nil }
        let magnitude = Double(digits) / powersOfTen[decimals ?? 0]
        return sign == UInt8(ascii: "-") ? -magnitude : magnitude
    }

    /// More digits than fit, or an exponent.
    private static func general(_ bytes: ArraySlice<UInt8>) -> Double? {
        let marks = ".+-eE".utf8
        guard bytes.count <= 64, let first = bytes.first, ASCII.isDigit(first) || marks.prefix(3).contains(first),
            bytes.allSatisfy({ ASCII.isDigit($0) || marks.contains($0) }),
            let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite
        else { return nil }
        return number
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// `number` without an exponent, in the shortest form that reads back as the same number, decimals beyond the tenth
    /// cut off; nil when it has more than 18 digits or is not finite.
    static func text(_ number: Double) -> String? {
        guard number.isFinite, abs(number) < 1e15 else { return nil }
        let shortest = number.description
        if !shortest.contains("e") { return shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest }
        let scaled = Int64((abs(number) * 1e10).rounded())
        guard scaled > 0 else { return "0" }
        let digits = String(scaled)
        let padded = String(repeating: "0", count: max(0, 11 - digits.utf8.count)) + digits
        var decimals = padded.suffix(10)
        while decimals.last == "0" { decimals.removeLast() }
        return (number < 0 ? "-" : "") + padded.dropLast(10) + "." + decimals
    }
}
