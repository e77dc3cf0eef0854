/// What `gatewayd read` prints: every register in every way an instrument may mean it.
package enum ReadReport {
    /// One line a register (or bit) below a heading; `words` start at `request.address`.
    package static func lines(_ request: ReadRequest, words: [UInt16]) -> [String] {
        if request.table.holdsBits {
            return ["address  value"]
                + words.enumerated().map { "\(cell(String(request.address + $0), 7))  \($1)" }
        }
        let orders = WordOrder.allCases.map { cell("float32 \($0.rawValue)", 16) }.joined()
        var lines = ["address    hex  uint16   int16\(orders)\(cell("int32 abcd", 13))\(cell("int32 cdab", 13))"]
        for (index, word) in words.enumerated() {
            var line = cell(String(request.address + index), 7) + cell(ASCII.hex(word), 7) + cell(String(word), 8)
            line += cell(String(Int16(bitPattern: word)), 8)
            if index + 1 < words.count {
                let pair = words[index...]
                for order in WordOrder.allCases { line += cell(shown(pair, .float32, order), 16) }
                for order in [WordOrder.abcd, .cdab] { line += cell(shown(pair, .int32, order), 13) }
            }
            lines.append(line)
        }
        return lines
    }

    private static func shown(_ words: ArraySlice<UInt16>, _ type: RegisterType, _ order: WordOrder) -> String {
        let field = RegisterField(table: .holding, address: 0, type: type, order: order)
        guard let value = RegisterDecoder.decode(field, words) else { return "-" }
        return type == .float32 ? Float(value).description : String(Int64(value))
    }

    private static func cell(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
