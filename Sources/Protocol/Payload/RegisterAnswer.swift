/// What a device answered to one read: the words behind its numbers.
package struct RegisterAnswer: Equatable, Sendable {
    package var table: RegisterTable
    /// Zero-based address of the first register or bit.
    package var address: UInt16
    /// Registers, or bits as 0 and 1, as they came.
    package var words: [UInt16]

    package init(table: RegisterTable, address: UInt16, words: [UInt16]) {
        self.table = table
        self.address = address
        self.words = words
    }

    /// Four hex digits a register, one digit a bit.
    package var digits: String {
        var text: [UInt8] = []
        text.reserveCapacity(4 * words.count)
        for word in words {
            for shift in table.holdsBits ? [0] : [12, 8, 4, 0] {
                let digit = UInt8(truncatingIfNeeded: word >> UInt16(shift)) & 0xF
                text.append(digit < 10 ? 0x30 + digit : 0x37 + digit)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension [RegisterAnswer] {
    /// `"unit":1,"reads":[{"table":"input","address":0,"words":"41A00000"}]`
    func write(unit: UInt8, to json: inout JSONWriter) {
        json.field("unit", integer: Int(unit))
        json.key("reads")
        json.beginArray()
        for answer in self {
            json.beginObject()
            json.field("table", answer.table.rawValue)
            json.field("address", integer: Int(answer.address))
            json.field(answer.table.holdsBits ? "bits" : "words", answer.digits)
            json.endObject()
        }
        json.endArray()
    }
}
