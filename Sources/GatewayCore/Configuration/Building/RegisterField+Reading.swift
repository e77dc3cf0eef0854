import Protocol

extension RegisterField {
    /// Where a register's number lies; nil after a problem.
    init?(_ entry: MappingReader<RegisterKey>) {
        let place = Self.place(entry)
        let type = Self.type(entry, in: place?.table)
        let order: WordOrder? = entry.optional(.order, .choice)
        let bit = Self.bit(entry, of: type, in: place?.table)
        if type == .bit, entry.has(.order) { entry.error(.order, "a single bit has no order", hint: "remove the line") }
        guard let place, let type else { return nil }
        let last = Int(place.address) + type.count - 1
        if last > Int(UInt16.max) {
            let count = "\(type.count) registers of a \(type.rawValue)"
            entry.error(place.key, "the \(count) go beyond address 65535")
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
            entry.error(.type, "a \(table.rawValue) is a single bit", hint: "remove the line")
        }
        return .bit
    }

    private static func bit(
        _ entry: MappingReader<RegisterKey>, of type: RegisterType?, in table: RegisterTable?
    ) -> Int? {
        let bit = entry.optional(.bit, .integer(in: 0...15, hint: "0 is the least significant bit"))
        guard let type, let table else { return bit }
        if type == .bit, !table.holdsBits {
            if !entry.has(.bit) { entry.reportMissing(.bit, hint: "0 … 15, 0 is the least significant bit") }
        } else if entry.has(.bit) {
            entry.error(.bit, "only a register of type `bit` has this", hint: "remove the line")
        }
        return bit
    }
}
