/// What a technician sees of a read: every register raw, and as the numbers it may mean.
///
/// Type and order of a register are often not in the manual, so a row shows all of them, and the number that makes sense
/// gives the setting. Source: the live register view that commissioning asks for.
package struct ReadReport: Sendable {
    private let request: ReadRequest
    private let words: [UInt16]

    /// `words` is the answer to `request`: registers, or 0 and 1 for bits.
    package init(request: ReadRequest, words: [UInt16]) {
        self.request = request
        self.words = words
    }

    /// The table, a heading first, columns aligned.
    package var lines: [String] {
        let rows = request.table.holdsBits ? bitRows : registerRows
        let widths = rows[0].indices.map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { String(repeating: " ", count: $1 - $0.utf8.count) + $0 }.joined(separator: "  ")
        }
    }

    private var bitRows: [[String]] {
        [["address", request.table.rawValue]] + words.indices.map { [address($0), String(words[$0])] }
    }

    private var registerRows: [[String]] {
        let types: [RegisterType] = [.float32, .int32]
        let heading = types.flatMap { type in WordOrder.allCases.map { "\(type.rawValue) \($0.rawValue)" } }
        return [["address", "hex", "uint16", "int16"] + heading]
            + words.indices.map { index in
                [address(index), hex(words[index]), String(words[index]), String(Int16(bitPattern: words[index]))]
                    + types.flatMap { type in WordOrder.allCases.map { number(type, $0, at: index) } }
            }
    }

    /// The pair of registers that starts at `index` under one reading; `-` when the second was not read.
    private func number(_ type: RegisterType, _ order: WordOrder, at index: Int) -> String {
        guard index + 1 < words.count else { return "-" }
        let bits = UInt32(truncatingIfNeeded: order.bits(of: words, at: index, count: 2))
        return type == .float32 ? Float(bitPattern: bits).description : String(Int32(bitPattern: bits))
    }

    private func address(_ index: Int) -> String { String(Int(request.address) + index) }

    private func hex(_ word: UInt16) -> String {
        let digits = String(word, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}
