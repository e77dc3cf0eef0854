import Telemetry

extension ScalarRule where Value == Int {
    /// A whole number in `range`, decimal or hexadecimal (`0x1F`); `hint` helps who is out of range.
    static func integer(in range: ClosedRange<Int>, hint: BilingualText? = nil) -> Self {
        ScalarRule { (text) throws(Complaint) in
            if let number: Int = wholeNumber(text), range.contains(number) { return number }
            guard isWholeNumber(text) else {
                let hint: BilingualText? =
                    text.hasPrefix("0")
                    ? .init("without leading zeros, or hexadecimal as in 0x1F", zh: "不要前导零；十六进制写成 0x1F") : nil
                throw Complaint(
                    message: .init("\(shown(text)) is not a whole number", zh: "\(shown(text, .zh)) 不是整数"), hint: hint)
            }
            throw outOfRange(text, "\(range.lowerBound)", "\(range.upperBound)", hint: hint)
        }
    }

    /// One of a few whole numbers.
    static func integer(oneOf allowed: [Int], hint: BilingualText? = nil) -> Self {
        ScalarRule { (text) throws(Complaint) in
            if let number: Int = wholeNumber(text), allowed.contains(number) { return number }
            let list = allowed.map(String.init).joined(separator: " ")
            throw Complaint(
                message: .init("\(shown(text)) is not one of \(list)", zh: "\(shown(text, .zh)) 不在 \(list) 之中"),
                hint: hint)
        }
    }
}

/// The complaint about a number of the right kind and the wrong size.
private func outOfRange(_ text: String, _ low: String, _ high: String, hint: BilingualText? = nil) -> Complaint {
    Complaint(
        message: .init(
            "\(shown(text)) is not between \(low) and \(high)", zh: "\(shown(text, .zh)) 不在 \(low) 到 \(high) 之间"),
        hint: hint)
}

/// Whether `text` is one, also when it is too large for any type.
private func isWholeNumber(_ text: String) -> Bool {
    let number: Int? = wholeNumber(text)
    return number != nil || text.utf8.allSatisfy(isDigit) && !text.hasPrefix("0") && !text.isEmpty
}

/// A decimal number without leading zeros, or a hexadecimal one after `0x`; nil for anything else.
///
/// `010` is refused: it is ten to some readers of YAML and eight to others.
func wholeNumber<Number: FixedWidthInteger>(_ text: String) -> Number? {
    let isNegative = text.hasPrefix("-")
    let digits = text.dropFirst(isNegative ? 1 : 0)
    guard let first = digits.utf8.first, isDigit(first) else { return nil }
    let sign = isNegative ? "-" : ""
    if digits.hasPrefix("0x") {
        guard let second = digits.utf8.dropFirst(2).first, second != UInt8(ascii: "+"), second != UInt8(ascii: "-")
        else { return nil }
        return Number(sign + digits.dropFirst(2), radix: 16)
    }
    guard digits == "0" || first != UInt8(ascii: "0") else { return nil }
    return Number(sign + digits, radix: 10)
}

extension ScalarRule where Value == Double {
    /// A finite decimal number in `range`.
    static func number(in range: ClosedRange<Double>, hint: BilingualText? = nil) -> Self {
        ScalarRule { (text) throws(Complaint) in
            let number = try number.read(text)
            guard range.contains(number) else {
                throw outOfRange(text, plain(range.lowerBound), plain(range.upperBound), hint: hint)
            }
            return number
        }
    }

    /// Any finite decimal number.
    static let number = ScalarRule { (text) throws(Complaint) in
        let isDecimal = text.utf8.allSatisfy { isDigit($0) || "+-.eE".utf8.contains($0) }
        guard isDecimal, let number = Double(text), number.isFinite else {
            throw Complaint(message: .init("\(shown(text)) is not a number", zh: "\(shown(text, .zh)) 不是数"))
        }
        return number
    }

    /// Any finite decimal number, or a hexadecimal one (`0xFFFF`).
    static let anyNumber = ScalarRule { (text) throws(Complaint) in
        if text.contains("x") {
            if let whole: UInt64 = wholeNumber(text) { return Double(whole) }
            if let negative: Int64 = wholeNumber(text) { return Double(negative) }
        }
        return try number.read(text)
    }

    /// A percentage above 0 and below 100, written `80%`; the value is the fraction, 0.8.
    static let percentage = ScalarRule { (text) throws(Complaint) in
        guard text.hasSuffix("%"), let percent = try? number.read(String(text.dropLast())) else {
            throw Complaint(
                message: .init("\(shown(text)) is not a percentage", zh: "\(shown(text, .zh)) 不是百分数"),
                hint: .init("write it with its sign, such as 80%", zh: "要带百分号，例如 80%"))
        }
        guard percent > 0, percent < 100 else {
            throw outOfRange(text, "0%", "100%", hint: .init("more than the one and less than the other", zh: "不含两端"))
        }
        return percent / 100
    }
}

/// `number` without `.0` when it is whole.
func plain(_ number: Double) -> String { number.plainText }

extension ScalarRule where Value == Duration {
    /// Whole numbers with units, such as `5s` or `1h30m`, in `range`.
    static func duration(in range: ClosedRange<Duration>) -> Self {
        ScalarRule { (text) throws(Complaint) in
            let duration = try readDuration(text)
            guard range.contains(duration) else {
                throw outOfRange(text, range.lowerBound.readable, range.upperBound.readable)
            }
            return duration
        }
    }
}

private func readDuration(_ text: String) throws(Complaint) -> Duration {
    if let duration = Duration(text: text) { return duration }
    let lacksUnit = !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
    let hint: BilingualText =
        lacksUnit
        ? .init("with its unit, such as \(text)s", zh: "要带单位，例如 \(text)s")
        : .init("such as 10ms, 5s, 10m, 1h or 1h30m", zh: "例如 10ms、5s、10m、1h、1h30m")
    throw Complaint(message: .init("\(shown(text)) is not a duration", zh: "\(shown(text, .zh)) 不是时长"), hint: hint)
}
