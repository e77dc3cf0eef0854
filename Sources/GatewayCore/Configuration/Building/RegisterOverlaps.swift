import Protocol

/// Tells of registers of one device that share words and cannot both be right.
///
/// The bits of a register share its word, and state registers may look at one number for several purposes.
struct RegisterOverlaps {
    private struct Placed {
        let order: Int
        let field: RegisterField
        let name: String
        let entry: MappingReader<RegisterKey>

        var first: Int { Int(field.address) }
        var end: Int { first + field.type.count }
        var words: String { field.type.count == 1 ? "\(first)" : "\(first)–\(end - 1)" }
        var line: Int { entry.position.line }
    }

    private var registers: [Placed] = []

    mutating func add(_ field: RegisterField, name: String, _ entry: MappingReader<RegisterKey>) {
        guard field.table.holdsBits || field.type != .bit, !entry.has(.bit), !name.isEmpty else { return }
        let register = Placed(order: registers.count, field: field, name: name, entry: entry)
        // One that leaves the map is a mistake already noted.
        if register.end <= 65_536 { registers.append(register) }
    }

    func report() {
        let sorted = registers.sorted { a, b in
            (a.field.table.functionCode, a.first, a.order) < (b.field.table.functionCode, b.first, b.order)
        }
        guard var reaching = sorted.first else { return }
        for register in sorted.dropFirst() {
            if register.field.table == reaching.field.table, register.first < reaching.end {
                report(reaching, register)
            }
            if register.field.table != reaching.field.table || register.end > reaching.end { reaching = register }
        }
    }

    private func report(_ lower: Placed, _ upper: Placed) {
        let (earlier, later) = lower.order < upper.order ? (lower, upper) : (upper, lower)
        guard let key = RegisterKey(rawValue: later.field.table.rawValue) else { return }
        if lower.first == upper.first, lower.end == upper.end {
            guard !earlier.entry.has(.flags), !later.entry.has(.flags) else { return }
            later.entry.warning(
                key,
                "\(shown(later.name)) is the same \(later.field.table.title) as \(shown(earlier.name)) on line "
                    + "\(earlier.line)",
                hint: "compare the address with the manual; one entry is enough for all that use it")
            return
        }
        let wide = lower.field.type.count > 1 ? lower : upper
        later.entry.warning(
            key,
            "\(shown(later.name)) (\(later.words)) shares words with \(shown(earlier.name)) "
                + "(\(earlier.words)) on line \(earlier.line)",
            hint: "\(wide.field.type.rawValue) takes \(wide.field.type.count) registers: what follows "
                + "\(shown(wide.name)) begins at \(wide.end)")
    }
}

extension RegisterTable {
    /// What an entry of it is called.
    fileprivate var title: String {
        switch self {
        case .holding: "holding register"
        case .input: "input register"
        case .coil: "coil"
        case .discrete: "discrete input"
        }
    }
}
