package import Telemetry

/// Writes JSON into bytes. Commas come by themselves; the caller opens and closes, and gives keys inside objects.
///
/// Writing is the hot path of the gateway and JSON is small, so this is ours; reading JSON is not.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(reserving capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// The text written so far.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Structure

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    package mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    package mutating func string(_ value: String) {
        separate()
        quote(value)
        needsComma = true
    }

    package mutating func integer(_ value: some BinaryInteger) {
        literal(String(value))
    }

    package mutating func null() { literal("null") }

    package mutating func bool(_ value: Bool) {
        literal(value ? "true" : "false")
    }

    /// A number in its shortest form that reads back the same; whole numbers without `.0`. JSON has none for NaN and
    /// infinity: they become null.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        literal(value.description, trimmingWhole: true)
    }

    /// A number that came as a 32-bit float, with the digits such a float has: 12.31 and not 12.3100004196.
    package mutating func number(single value: Float) {
        guard value.isFinite else { return null() }
        literal(value.description, trimmingWhole: true)
    }

    /// A number with all its digits, also those that a reader with 64-bit floating point will round.
    package mutating func number(_ value: ExactDecimal) { literal(value.text) }

    /// `value` under `key`, nothing at all when it is nil.
    package mutating func field(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    package mutating func field(_ name: String, integer value: (some BinaryInteger)?) {
        guard let value else { return }
        key(name)
        integer(value)
    }

    package mutating func field(_ name: String, number value: Double?) {
        guard let value, value.isFinite else { return }
        key(name)
        number(value)
    }

    package mutating func field(_ name: String, bool value: Bool) {
        key(name)
        bool(value)
    }

    // MARK: Bytes

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func literal(_ text: String, trimmingWhole: Bool = false) {
        separate()
        bytes.append(contentsOf: text.utf8)
        if trimmingWhole, bytes.last == UInt8(ascii: "0"), bytes[bytes.count - 2] == UInt8(ascii: ".") {
            bytes.removeLast(2)
        }
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case 0x0D: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
            case 0x09: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
            case 0x00..<0x20, 0x7F:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
