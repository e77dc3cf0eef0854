import Protocol

/// Registers that show quantities of the plant, each as a field with a value that depends on time.
struct RegisterImage: RegisterSource {
    struct Entry: Sendable {
        let field: RegisterField
        let value: @Sendable (_ seconds: Double) -> Double
    }

    let entries: [Entry]

    func words(_ table: RegisterTable, address: Int, count: Int, at seconds: Double) -> [UInt16]? {
        var words = [UInt16?](repeating: nil, count: count)
        for entry in entries where entry.field.table == table {
            let start = Int(entry.field.address) - address
            guard start < count, start + entry.field.type.count > 0 else { continue }
            for (index, word) in (RegisterEncoder.words(for: entry.value(seconds), as: entry.field) ?? []).enumerated()
            where words.indices.contains(start + index) {
                words[start + index] = word
            }
        }
        let known = words.compactMap { $0 }
        return known.count == count ? known : nil
    }
}

/// The registers of a fleet device: floats that count up, cheap to make.
struct FleetImage: RegisterSource {
    let device: Int
    let registers: Int

    func words(_ table: RegisterTable, address: Int, count: Int, at seconds: Double) -> [UInt16]? {
        guard table == .input, address + count <= registers * 2 else { return nil }
        let base = Float(Int(seconds * 10) % 100_000) / 10 + Float(device)
        return (address..<address + count).map { index in
            let bits = (base + Float(index / 2)).bitPattern
            return index.isMultiple(of: 2) ? UInt16(bits >> 16) : UInt16(truncatingIfNeeded: bits)
        }
    }
}
