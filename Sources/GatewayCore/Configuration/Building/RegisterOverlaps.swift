import Protocol
import Telemetry

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
                .init(
                    "\(shown(later.name)) is the same \(later.field.table.title.en) as \(shown(earlier.name)) on line "
                        + "\(earlier.line)",
                    zh: "\(shown(later.name, .zh)) 与第 \(earlier.line) 行的 \(shown(earlier.name, .zh)) 是同一个"
                        + later.field.table.title.zh),
                hint: .init(
                    "compare the address with the manual; one entry is enough for all that use it",
                    zh: "请与说明书核对地址；同一寄存器写一次即可供各处使用"))
            return
        }
        let wide = lower.field.type.count > 1 ? lower : upper
        later.entry.warning(
            key,
            .init(
                "\(shown(later.name)) (\(later.words)) shares words with \(shown(earlier.name)) "
                    + "(\(earlier.words)) on line \(earlier.line)",
                zh: "\(shown(later.name, .zh))（\(later.words)）与第 \(earlier.line) 行的 "
                    + "\(shown(earlier.name, .zh))（\(earlier.words)）重叠"),
            hint: .init(
                "\(wide.field.type.rawValue) takes \(wide.field.type.count) registers: what follows "
                    + "\(shown(wide.name)) begins at \(wide.end)",
                zh: "\(wide.field.type.rawValue) 占 \(wide.field.type.count) 个寄存器："
                    + "\(shown(wide.name, .zh)) 之后从 \(wide.end) 开始"))
    }
}

extension RegisterTable {
    /// What an entry of it is called.
    fileprivate var title: BilingualText {
        switch self {
        case .holding: .init("holding register", zh: "保持寄存器")
        case .input: .init("input register", zh: "输入寄存器")
        case .coil: .init("coil", zh: "线圈")
        case .discrete: .init("discrete input", zh: "离散输入")
        }
    }
}
