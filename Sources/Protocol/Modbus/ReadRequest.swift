/// One read of a Modbus device: so many registers or bits from an address on.
package struct ReadRequest: Hashable, Sendable {
    package var table: RegisterTable
    /// Zero-based.
    package var address: Int
    /// 1…125 registers or 1…2,000 bits.
    package var count: Int

    package init(table: RegisterTable, address: Int, count: Int) {
        self.table = table
        self.address = address
        self.count = count
    }
}
