/// What stands where a checksum should be.
enum CRCField: Hashable {
    case complete(UInt16)
    /// One to three hex digits before the end of the line, the next frame or the stream.
    case unpadded(UInt16, digits: Int)
    /// A line end or the next frame.
    case missing
    /// Other bytes.
    case other

    /// Bytes it takes.
    var length: Int {
        switch self {
        case .complete: 4
        case .unpadded(_, let digits): digits
        case .missing, .other: 0
        }
    }

    /// The number it states.
    var value: UInt16? {
        switch self {
        case .complete(let value), .unpadded(let value, _): value
        case .missing, .other: nil
        }
    }

    /// The field at `index` (at most the end of `bytes`); where fewer than four bytes follow, the stream has ended.
    static func read(_ bytes: [UInt8], at index: Int) -> CRCField {
        var value: UInt16 = 0
        var digits = 0
        while digits < 4, index + digits < bytes.count, let digit = ASCII.hexDigit(bytes[index + digits]) {
            value = value << 4 | digit
            digits += 1
        }
        if digits == 4 { return .complete(value) }
        let end = index + digits
        guard end < bytes.count else { return digits == 0 ? .other : .unpadded(value, digits: digits) }
        guard ASCII.isLineEnd(bytes[end]) || bytes[end] == ASCII.hash else { return .other }
        return digits == 0 ? .missing : .unpadded(value, digits: digits)
    }
}
