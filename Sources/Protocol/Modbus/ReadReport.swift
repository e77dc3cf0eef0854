package import Telemetry

/// What a technician sees of a read: every register raw, and as the numbers it may mean.
///
/// Type and order of a register are often not in the manual, so there is a row for every order with a column for every
/// type, and the number that makes sense gives the setting. No line is wider than 80 columns.
package struct ReadReport: Sendable {
    private let request: ReadRequest
    private let words: [UInt16]

    /// `words` is the answer to `request`: registers, or 0 and 1 for bits.
    package init(request: ReadRequest, words: [UInt16]) {
        self.request = request
        self.words = words
    }

    /// A table for each width, headings first, columns aligned: single registers, then pairs, then fours.
    package func lines(in language: Language) -> [String] {
        let address = language(BilingualText("address", zh: "地址"))
        if request.table.holdsBits {
            return Self.aligned(
                [[address, request.table.rawValue]] + words.indices.map { [self.address($0), String(words[$0])] })
        }
        let order = language(BilingualText("order", zh: "字序"))
        var lines = Self.aligned([[address, "hex"] + Self.singleTypes] + words.indices.map(singleRow))
        for (count, types) in [(2, Self.pairTypes), (4, Self.fourTypes)] where words.count >= count {
            let rows = (0...words.count - count).flatMap { index in
                WordOrder.allCases.map { row(of: types, $0, at: index, count: count) }
            }
            lines += [""] + Self.aligned([[address, order] + types.map(\.rawValue)] + rows)
        }
        return lines
    }

    /// Of one register: bytes in order, then swapped.
    private static let singleTypes = [
        "uint16", "int16", "bcd16", "uint16 badc", "int16 badc", "bcd16 badc",
    ]
    private static let pairTypes: [RegisterType] = [.float32, .int32, .uint32, .bcd32]
    private static let fourTypes: [RegisterType] = [.float64, .int64, .uint64]

    private func singleRow(_ index: Int) -> [String] {
        let types: [RegisterType] = [.uint16, .int16, .bcd16]
        return [address(index), hex(words[index])]
            + [WordOrder.abcd, .badc].flatMap { order in
                types.map { number($0, order.bits(of: words, at: index, count: 1), order, at: index) }
            }
    }

    private func row(of types: [RegisterType], _ order: WordOrder, at index: Int, count: Int) -> [String] {
        let bits = order.bits(of: words, at: index, count: count)
        return [address(index), order.rawValue] + types.map { number($0, bits, order, at: index) }
    }

    /// `bits` under one reading; `-`: not a number of that type.
    private func number(_ type: RegisterType, _ bits: UInt64, _ order: WordOrder, at index: Int) -> String {
        switch type {
        case .uint16, .uint32, .uint64: return String(bits)
        case .int16: return String(Int16(truncatingIfNeeded: bits))
        case .int32: return String(Int32(truncatingIfNeeded: bits))
        case .int64: return String(Int64(bitPattern: bits))
        case .float32: return Float(bitPattern: UInt32(truncatingIfNeeded: bits)).description
        case .float64: return Self.short(Double(bitPattern: bits))
        case .bcd16, .bcd32:
            let field = RegisterField(table: request.table, address: 0, type: type, order: order)
            return RegisterDecoder.number(of: field, in: words, at: index).map { String(Int($0)) } ?? "-"
        case .bit: return "-"
        }
    }

    /// All digits of a number that is a plausible reading; of others as many as fit into 19 columns.
    private static func short(_ number: Double) -> String {
        let text = number.description
        guard text.utf8.count > 19 else { return text }
        let exponent = text.firstIndex { $0 == "e" }.map { text[$0...] } ?? ""
        return text.prefix(18 - exponent.utf8.count) + "~" + exponent
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].displayWidth }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { String(repeating: " ", count: $1 - $0.displayWidth) + $0 }.joined(separator: "  ")
        }
    }

    private func address(_ index: Int) -> String { String(Int(request.address) + index) }

    private func hex(_ word: UInt16) -> String {
        let digits = String(word, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}
