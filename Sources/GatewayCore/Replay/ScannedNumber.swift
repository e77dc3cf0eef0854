/// A number of JSON where it stands in a text. Source: RFC 8259, section 6.
enum ScannedNumber: Equatable, Sendable {
    /// Without point and exponent.
    case integer(Int64)
    /// Exactly the double that is nearest to the decimal; finite.
    case real(Double)

    var value: Double {
        switch self {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        }
    }

    /// Reads the number that begins at `at`, which then stands behind it. Nil when none is there, or when it is too great
    /// for its kind.
    init?(_ text: Span<UInt8>, at: inout Int) {
        let start = at
        var digits = Digits()
        let isNegative = skip(UInt8(ascii: "-"), text, &at)
        guard digits.whole(text, &at) else { return nil }
        var isReal = false
        if skip(UInt8(ascii: "."), text, &at) {
            isReal = true
            guard digits.fraction(text, &at) else { return nil }
        }
        if skip(UInt8(ascii: "e"), text, &at) || skip(UInt8(ascii: "E"), text, &at) {
            isReal = true
            guard digits.exponent(text, &at) else { return nil }
        }
        guard isReal else {
            guard !digits.isLong, let integer = Int64(exactly: digits.mantissa) else { return nil }
            self = .integer(isNegative ? -integer : integer)
            return
        }
        guard let real = digits.double(isNegative: isNegative) ?? Self.slowly(text, start..<at) else { return nil }
        self = .real(real)
    }

    /// For more digits or powers than doubles multiply without an error.
    private static func slowly(_ text: Span<UInt8>, _ range: Range<Int>) -> Double? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for index in range { bytes.append(text[index]) }
        return Double(String(decoding: bytes, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
    }
}

/// Skips `byte` if it stands at `at`.
@inline(__always)
func skip(_ byte: UInt8, _ text: Span<UInt8>, _ at: inout Int) -> Bool {
    guard at < text.count, text[at] == byte else { return false }
    at += 1
    return true
}

/// The digits of a decimal as one whole number and a power of ten.
private struct Digits {
    var mantissa: UInt64 = 0
    private var power = 0
    /// Significant digits so far.
    private var count = 0

    /// More digits than `mantissa` holds, which then is worth nothing.
    var isLong: Bool { count > 19 }

    /// One digit or more, no zero before others.
    mutating func whole(_ text: Span<UInt8>, _ at: inout Int) -> Bool {
        if skip(UInt8(ascii: "0"), text, &at) {
            return at == text.count || text[at] &- 0x30 > 9
        }
        return run(text, &at) > 0
    }

    mutating func fraction(_ text: Span<UInt8>, _ at: inout Int) -> Bool {
        let places = run(text, &at)
        power -= places
        return places > 0
    }

    mutating func exponent(_ text: Span<UInt8>, _ at: inout Int) -> Bool {
        let isNegative = skip(UInt8(ascii: "-"), text, &at)
        if !isNegative { _ = skip(UInt8(ascii: "+"), text, &at) }
        let start = at
        var exponent = 0
        while at < text.count, case let digit = text[at] &- 0x30, digit < 10 {
            // Anything near a thousand is beyond every double; the text is read slowly then.
            exponent = min(exponent * 10 + Int(digit), 9_999)
            at += 1
        }
        power += isNegative ? -exponent : exponent
        return at > start
    }

    /// Appends the digits at `at`; how many there were.
    @inline(__always)
    private mutating func run(_ text: Span<UInt8>, _ at: inout Int) -> Int {
        let start = at
        while at < text.count, case let digit = text[at] &- 0x30, digit < 10 {
            if mantissa > 0 || digit > 0 { count += 1 }
            if count <= 19 { mantissa = mantissa * 10 + UInt64(digit) }
            at += 1
        }
        return at - start
    }

    /// Exact when both the digits and the power of ten are doubles themselves: then one rounding is all there is.
    func double(isNegative: Bool) -> Double? {
        guard !isLong, mantissa <= 1 << 53, power.magnitude <= 22 else { return nil }
        let scale = Self.powers[Int(power.magnitude)]
        let value = power < 0 ? Double(mantissa) / scale : Double(mantissa) * scale
        return isNegative ? -value : value
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
