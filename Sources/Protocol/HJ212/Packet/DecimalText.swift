import Telemetry

/// Numbers as HJ 212 writes them.
enum DecimalText {
    /// The number `bytes` spell; nil if they spell none or one that no measurement can be.
    static func number(_ bytes: ArraySlice<UInt8>) -> Double? {
        number(bytes.span, in: 0..<bytes.count)
    }

    /// The number that stands at `range`.
    static func number(_ bytes: Span<UInt8>, in range: Range<Int>) -> Double? {
        plain(bytes, range) ?? general(bytes, range)
    }

    /// Up to 15 digits with a sign and a point. Digits and the power of ten are exact as `Double`, so one division rounds
    /// correctly. Nil: not of this form.
    private static func plain(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
        guard (1...17).contains(range.count) else { return nil }
        let sign = bytes[range.lowerBound]
        var index = range.lowerBound
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
        var digits: Int64 = 0
        var point: Int?
        let first = index
        while index < range.upperBound {
            let digit = bytes[index] &- 0x30
            if digit < 10 {
                digits = digits &* 10 &+ Int64(digit)
            } else if bytes[index] == UInt8(ascii: "."), point == nil {
                point = index
            } else {
                return nil
            }
            index += 1
        }
        let count = index - first - (point == nil ? 0 : 1)
        guard (1...15).contains(count) else { return nil }
        let decimals = point.map { index - $0 - 1 } ?? 0
        let magnitude = decimals == 0 ? Double(digits) : Double(digits) / powersOfTen[decimals]
        return sign == UInt8(ascii: "-") ? -magnitude : magnitude
    }

    /// More digits than fit, or an exponent.
    private static func general(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
        guard (1...64).contains(range.count) else { return nil }
        var text = ""
        for index in range {
            let byte = bytes[index]
            guard ASCII.isDigit(byte) || ".+-eE".utf8.contains(byte) else { return nil }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        guard let first = text.first, first != "e", first != "E", let number = Double(text), number.isMeasurable
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
