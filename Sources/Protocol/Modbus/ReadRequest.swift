package import Telemetry

/// One Modbus read: a run of registers, coils or discrete inputs of one table.
package struct ReadRequest: Hashable, Sendable {
    package var table: RegisterTable
    /// Zero-based address of the first register or bit.
    package var address: UInt16
    /// Registers (1…125) or bits (1…2,000).
    package var count: Int

    package init(table: RegisterTable, address: UInt16, count: Int) {
        self.table = table
        self.address = address
        self.count = count
    }

    /// The five bytes that ask for it: function code, address, count.
    /// Source: Modbus Application Protocol 1.1b3, 6.1–6.4.
    package var functionData: [UInt8] {
        let count = UInt16(truncatingIfNeeded: count)
        return [
            table.functionCode, UInt8(address >> 8), UInt8(address & 0xFF), UInt8(count >> 8), UInt8(count & 0xFF),
        ]
    }

    /// Bytes of data in the answer: two for each register, one for eight bits.
    package var replyByteCount: Int {
        table.holdsBits ? (count + 7) / 8 : 2 * count
    }

    /// Table, addresses as they are configured, and function.
    package var place: BilingualText {
        let last = Int(address) + count - 1
        let addresses = count == 1 ? "\(address)" : "\(address)–\(last)"
        return BilingualText(
            en: "\(table.rawValue) \(addresses), function \(table.functionCode)",
            zh: "\(table.rawValue) \(addresses)，功能码 \(table.functionCode)")
    }
}
