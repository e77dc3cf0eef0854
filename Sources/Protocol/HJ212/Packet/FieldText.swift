package import Telemetry
import Transcoding

/// The name or value of a field as it was received: bytes, whose text and number are worked out when asked for.
///
/// The standard says UTF-8, the field also sends GBK and numbers that are none, so the bytes are what is kept.
package struct FieldText: Hashable, Sendable {
    package let bytes: ArraySlice<UInt8>

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    package init(_ text: String) {
        bytes = ArraySlice(text.utf8)
    }

    package static let empty = FieldText([])

    package var isEmpty: Bool { bytes.isEmpty }

    /// The text; bytes that are not UTF-8 are read as GB 18030, and what is neither becomes U+FFFD.
    package var text: String {
        String(validating: bytes, as: UTF8.self) ?? GB18030.text(bytes) ?? String(decoding: bytes, as: UTF8.self)
    }

    /// The number, if this is a plain decimal one (a sign, digits, a point; an exponent is understood too).
    ///
    /// Nil for an empty field, NaN, infinity, more than 10³⁰ and any other text. Never NaN or infinite.
    package var number: Double? { DecimalText.number(bytes) }

    /// The whole number of one to nine digits that this is.
    package var integer: Int? {
        guard (1...9).contains(bytes.count), bytes.allSatisfy(ASCII.isDigit) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// The time this is, to the millisecond where 17 digits stand. Of 16 digits or more than 17 the first 14 or 17 count.
    package var time: CivilTime? {
        let digits = bytes.prefix(17)
        return CivilTime(compact: digits.span)
    }

    package static func == (field: FieldText, text: StaticString) -> Bool {
        field.bytes.count == text.utf8CodeUnitCount
            && text.withUTF8Buffer { $0.elementsEqual(field.bytes) }
    }

    /// Whether this is `text`, upper and lower case letters being alike.
    package func isSpelled(_ text: StaticString) -> Bool {
        bytes.span.isSpelled(text, in: 0..<bytes.count)
    }
}

extension FieldText: ExpressibleByStringLiteral, CustomStringConvertible {
    package init(stringLiteral text: String) { self.init(text) }

    package var description: String { text }
}

extension ArraySlice<UInt8> {
    /// Without blanks at both ends.
    var trimmingBlanks: ArraySlice<UInt8> {
        var trimmed = drop(while: ASCII.isBlank)
        while let last = trimmed.last, ASCII.isBlank(last) { trimmed.removeLast() }
        return trimmed
    }
}
