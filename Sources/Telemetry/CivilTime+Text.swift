/// Times as people write them.
extension CivilTime {
    /// `2026-11-21 10:20:05`, with thousandths where there are some.
    package var readable: String {
        var text = ""
        for (value, width, separator) in [
            (year, 4, "-"), (month, 2, "-"), (day, 2, " "), (hour, 2, ":"), (minute, 2, ":"), (second, 2, ""),
        ] {
            text.appendDecimal(value, width: width)
            text += separator
        }
        guard millisecond > 0 else { return text }
        text += "."
        text.appendDecimal(millisecond, width: 3)
        return text
    }

    /// The time that `text` names: `2026-11-21`, `2026-11-21T10:00`, `2026-11-21T10:00:05` (a space may stand for the `T`)
    /// or `20261121100005`. Nil when it is none of these or no date.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        if bytes.count == 14 {
            self.init(compact: bytes)
            return
        }
        let pattern = Array("0000-00-00T00:00:00".utf8)
        guard [10, 16, 19].contains(bytes.count) else { return nil }
        var digits: [UInt8] = []
        for (byte, place) in zip(bytes, pattern) {
            switch place {
            case UInt8(ascii: "0"): digits.append(byte)
            case UInt8(ascii: "T"): guard byte == place || byte == UInt8(ascii: " ") else { return nil }
            default: guard byte == place else { return nil }
            }
        }
        self.init(compact: digits + Array(repeating: UInt8(ascii: "0"), count: 14 - digits.count))
    }
}
