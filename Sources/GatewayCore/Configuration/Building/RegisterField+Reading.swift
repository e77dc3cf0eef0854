import Protocol
import Telemetry

extension RegisterField {
    /// Where a register's number lies; nil after a problem.
    init?(_ entry: MappingReader<RegisterKey>) {
        let place = Self.place(entry)
        let type = Self.type(entry, in: place?.table)
        let order: WordOrder? = entry.optional(.order, .choice)
        let bit = Self.bit(entry, of: type, in: place?.table)
        if type == .bit, entry.has(.order) {
            entry.error(
                .order, .init("a single bit has no order", zh: "单独一位没有字节顺序"), hint: .init("remove the line", zh: "删除此行")
            )
        }
        guard let place, let type else { return nil }
        let last = Int(place.address) + type.count - 1
        if last > Int(UInt16.max) {
            entry.error(
                place.key,
                .init(
                    "the \(type.count) registers of a \(type.rawValue) go beyond address 65535",
                    zh: "\(type.rawValue) 的 \(type.count) 个寄存器超出地址 65535"))
        }
        self.init(table: place.table, address: place.address, type: type, order: order ?? .abcd, bit: bit ?? 0)
    }

    private static func place(
        _ entry: MappingReader<RegisterKey>
    ) -> (key: RegisterKey, table: RegisterTable, address: UInt16)? {
        guard let key = entry.exactlyOne(of: [.holding, .input, .coil, .discrete]),
            let table = RegisterTable(rawValue: key.rawValue), let number = entry.optional(key, .registerAddress)
        else { return nil }
        entry.warnOfManualAddress(key, in: table)
        return (key, table, UInt16(number))
    }

    /// The stated type; for coils and discrete inputs `bit` goes without saying.
    private static func type(_ entry: MappingReader<RegisterKey>, in table: RegisterTable?) -> RegisterType? {
        guard let table, table.holdsBits else {
            return table == nil
                ? entry.optional(.type, .choice)
                : entry.required(.type, .choice, hint: .oneOf(RegisterType.allCases.map(\.rawValue)))
        }
        let type: RegisterType? = entry.optional(.type, .choice)
        if let type, type != .bit {
            entry.error(
                .type, .init("a \(table.rawValue) is a single bit", zh: "\(table.rawValue) 只有一位"),
                hint: .init("remove the line", zh: "删除此行"))
        }
        return .bit
    }

    private static func bit(
        _ entry: MappingReader<RegisterKey>, of type: RegisterType?, in table: RegisterTable?
    ) -> Int? {
        let bit = entry.optional(
            .bit, .integer(in: 0...15, hint: .init("0 is the least significant bit", zh: "0 为最低位")))
        guard let type, let table else { return bit }
        if type == .bit, !table.holdsBits {
            if !entry.has(.bit) {
                entry.reportMissing(.bit, hint: .init("0 … 15, 0 is the least significant bit", zh: "0 … 15，0 为最低位"))
            }
        } else if entry.has(.bit) {
            entry.error(
                .bit, .init("only a register of type `bit` has this", zh: "仅用于类型为 `bit` 的寄存器"),
                hint: .init("remove the line", zh: "删除此行"))
        }
        return bit
    }
}
