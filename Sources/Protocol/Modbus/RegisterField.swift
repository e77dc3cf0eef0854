/// Where a number lies in a Modbus device and how its bits are to be read.
package struct RegisterField: Hashable, Sendable {
    package var table: RegisterTable
    /// Zero-based address of the first register, coil or discrete input.
    package var address: UInt16
    package var type: RegisterType
    package var order: WordOrder
    /// For type `bit` in a register: which bit, 0 (least significant) … 15.
    package var bit: Int

    package init(table: RegisterTable, address: UInt16, type: RegisterType, order: WordOrder = .abcd, bit: Int = 0) {
        self.table = table
        self.address = address
        self.type = type
        self.order = order
        self.bit = bit
    }
}

/// The four tables of a Modbus device. Source: Modbus Application Protocol 1.1b3, 4.4.
package enum RegisterTable: String, CaseIterable, Hashable, Sendable {
    case holding, input, coil, discrete

    /// The function code that reads it.
    package var functionCode: UInt8 {
        switch self {
        case .coil: 1
        case .discrete: 2
        case .holding: 3
        case .input: 4
        }
    }

    /// Whether the table holds single bits and not 16-bit registers.
    package var holdsBits: Bool { self == .coil || self == .discrete }

    /// What one request may read: 125 registers or 2,000 bits. Source: Modbus Application Protocol 1.1b3, 6.1–6.4.
    package var maximumCount: Int { holdsBits ? 2_000 : 125 }
}

/// How the bits of one or more registers make a number.
package enum RegisterType: String, CaseIterable, Hashable, Sendable {
    case int16, uint16, int32, uint32, int64, uint64, float32, float64, bcd16, bcd32, bit

    /// Registers (for `bit`: bits, or one register of which one bit is read) a value takes.
    package var count: Int {
        switch self {
        case .int16, .uint16, .bcd16, .bit: 1
        case .int32, .uint32, .float32, .bcd32: 2
        case .int64, .uint64, .float64: 4
        }
    }
}

/// The order of the bytes of a value on the wire; `abcd` is most significant first.
///
/// `cdab` swaps the registers, `badc` the bytes in each register, `dcba` both. Values of one register know only
/// `abcd` (= `cdab`) and `badc` (= `dcba`); values of four registers extend the same pattern.
package enum WordOrder: String, CaseIterable, Hashable, Sendable {
    case abcd, cdab, badc, dcba
}
