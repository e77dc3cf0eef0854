/// The fields of a sample where they stand in their line: a flat JSON object of the usual shape, read in one pass.
///
/// What is unusual (escapes, other characters than ASCII, nesting, keys named twice, more than one unknown key, numbers out
/// of range) and what is wrong is not told apart here: there is no result then, and ``SampleLineParser`` reads the line with
/// the JSON module. Source: RFC 8259.
struct SampleFields {
    enum Value {
        case none, null
        case number(Double)
    }

    var ts: Int64?
    var value = Value.none
    // Where the texts stand, without their quotes.
    var outlet: Range<Int>?
    var factor: Range<Int>?
    var flag: Range<Int>?
    var mark: Range<Int>?
    /// Two unknown keys could be the same, which is an error; one cannot.
    private var hasUnknown = false

    init?(_ line: Span<UInt8>) {
        var at = 0
        skipSpace(line, &at)
        guard skip(UInt8(ascii: "{"), line, &at) else { return nil }
        repeat {
            guard member(line, &at) else { return nil }
            skipSpace(line, &at)
        } while skip(UInt8(ascii: ","), line, &at)
        guard skip(UInt8(ascii: "}"), line, &at) else { return nil }
        skipSpace(line, &at)
        guard at == line.count else { return nil }
    }

    /// Reads `"key": value`.
    private mutating func member(_ line: Span<UInt8>, _ at: inout Int) -> Bool {
        skipSpace(line, &at)
        guard let name = Self.text(line, &at) else { return false }
        skipSpace(line, &at)
        guard skip(UInt8(ascii: ":"), line, &at) else { return false }
        skipSpace(line, &at)
        switch Self.key(line, name) {
        case Key.ts:
            guard ts == nil, case .integer(let number)? = ScannedNumber(line, at: &at) else { return false }
            ts = number
        case Key.value:
            guard case .none = value, let number = Self.value(line, &at) else { return false }
            value = number
        case Key.outlet: return Self.text(line, &at, into: &outlet)
        case Key.factor: return Self.text(line, &at, into: &factor)
        case Key.flag: return Self.text(line, &at, into: &flag)
        case Key.mark: return Self.text(line, &at, into: &mark)
        // Readings of meters are few.
        case Key.meter: return false
        default:
            guard !hasUnknown else { return false }
            hasUnknown = true
            return Self.skipValue(line, &at)
        }
        return true
    }

    /// The known keys, their characters one behind the other in a number.
    private enum Key {
        static let ts: UInt64 = 0x7473
        static let value: UInt64 = 0x76_616C_7565
        static let outlet: UInt64 = 0x6F75_746C_6574
        static let factor: UInt64 = 0x6661_6374_6F72
        static let flag: UInt64 = 0x666C_6167
        static let mark: UInt64 = 0x6D61_726B
        static let meter: UInt64 = 0x6D_6574_6572
    }

    @inline(__always)
    private static func key(_ line: Span<UInt8>, _ name: Range<Int>) -> UInt64 {
        guard name.count <= 8 else { return 0 }
        var key: UInt64 = 0
        for index in name { key = key << 8 | UInt64(line[index]) }
        return key
    }

    /// A number that a measurement can be, or null.
    private static func value(_ line: Span<UInt8>, _ at: inout Int) -> Value? {
        if literal("null", line, &at) { return .null }
        return ScannedNumber(line, at: &at).flatMap { $0.value.isMeasurable ? .number($0.value) : nil }
    }

    private static func text(_ line: Span<UInt8>, _ at: inout Int, into field: inout Range<Int>?) -> Bool {
        guard field == nil else { return false }
        field = text(line, &at)
        return field != nil
    }

    /// A string of printable ASCII without escapes; where it stands, without its quotes.
    @inline(__always)
    private static func text(_ line: Span<UInt8>, _ at: inout Int) -> Range<Int>? {
        guard skip(UInt8(ascii: "\""), line, &at) else { return nil }
        let start = at
        while at < line.count {
            let byte = line[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return start..<at - 1
            }
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") else { return nil }
            at += 1
        }
        return nil
    }

    /// Skips a value that is no list and no object.
    private static func skipValue(_ line: Span<UInt8>, _ at: inout Int) -> Bool {
        if literal("null", line, &at) || literal("true", line, &at) || literal("false", line, &at) { return true }
        return text(line, &at) != nil || ScannedNumber(line, at: &at) != nil
    }

    private static func literal(_ word: String, _ line: Span<UInt8>, _ at: inout Int) -> Bool {
        var next = at
        for byte in word.utf8 where !skip(byte, line, &next) { return false }
        at = next
        return true
    }
}

/// Skips what JSON calls whitespace.
@inline(__always)
private func skipSpace(_ line: Span<UInt8>, _ at: inout Int) {
    while at < line.count, isJSONSpace(line[at]) { at += 1 }
}

/// Space, tab, line feed, carriage return.
@inline(__always)
func isJSONSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0D || byte == 0x09 || byte == 0x0A }
