package import Protocol

/// A register of a simulated device and what it shows.
package struct SimulatedRegister: Equatable, Sendable {
    package var name: String
    package var field: RegisterField
    package var quantity: Quantity
    /// The number in the register is the quantity divided by this, as instruments with whole numbers do.
    package var scale: Double

    package init(_ name: String, _ field: RegisterField, scale: Double = 1, _ quantity: Quantity) {
        self.name = name
        self.field = field
        self.quantity = quantity
        self.scale = scale
    }
}

/// A Modbus device that can only be read.
package struct SimulatedDevice: Equatable, Sendable {
    package enum Transport: Equatable, Sendable {
        /// A TCP port on loopback, chosen by the kernel.
        case tcp
        /// The far end of a pseudo-terminal, RTU frames.
        case terminal
    }

    package var id: String
    package var unit: UInt8
    package var transport: Transport
    package var registers: [SimulatedRegister]
    /// Addresses that are answered with exception 2 although there are registers on both sides.
    package var illegal: [ClosedRange<UInt16>] = []
    /// The first whose window holds counts.
    package var misbehaviours: [ScheduledMisbehaviour] = []
    /// Numbers of a register `state` and the data flags they stand for, for the gateway's configuration.
    package var flags: [Int: String] = [:]
    /// Whether the gateway's configuration asks for raw records.
    package var isRaw = false

    package init(id: String, unit: UInt8, transport: Transport, registers: [SimulatedRegister]) {
        self.id = id
        self.unit = unit
        self.transport = transport
        self.registers = registers
    }

    func misbehaviour(at moment: PlantMoment) -> Misbehaviour? {
        misbehaviours.first { $0.window.contains(moment.phase) }?.misbehaviour
    }

    /// The words (for coils and discrete inputs: 0 or 1) at `count` addresses from `address`; nil when the device has no
    /// such address. Addresses between two registers read 0.
    func read(_ table: RegisterTable, from address: Int, count: Int, at moment: PlantMoment) -> [UInt16]? {
        let wanted = address..<(address + count)
        guard !illegal.contains(where: { wanted.overlaps(Int($0.lowerBound)..<(Int($0.upperBound) + 1)) }) else {
            return nil
        }
        var words = [UInt16](repeating: 0, count: count)
        var extent: Range<Int>?
        for register in registers where register.field.table == table {
            let own = Int(register.field.address)..<(Int(register.field.address) + register.field.type.count)
            extent =
                min(extent?.lowerBound ?? own.lowerBound, own.lowerBound)..<max(extent?.upperBound ?? 0, own.upperBound)
            guard own.overlaps(wanted) else { continue }
            let value = registerWords(register.quantity.value(at: moment) / register.scale, as: register.field)
            for (offset, word) in zip(own, value) where wanted.contains(offset) { words[offset - address] |= word }
        }
        guard let extent, extent.lowerBound <= wanted.lowerBound, wanted.upperBound <= extent.upperBound else {
            return nil
        }
        return words
    }
}

/// The registers that hold `value` in the form of `field`, as an instrument would fill them: whole numbers are rounded and
/// stay within their type.
func registerWords(_ value: Double, as field: RegisterField) -> [UInt16] {
    switch field.type {
    case .bit:
        let bit: UInt16 = value == 0 ? 0 : 1
        return [field.table.holdsBits ? bit : bit << UInt16(truncatingIfNeeded: field.bit & 15)]
    case .int16: return ordered(UInt64(UInt16(bitPattern: whole(value))), count: 1, field.order)
    case .uint16: return ordered(UInt64(whole(value) as UInt16), count: 1, field.order)
    case .int32: return ordered(UInt64(UInt32(bitPattern: whole(value))), count: 2, field.order)
    case .uint32: return ordered(UInt64(whole(value) as UInt32), count: 2, field.order)
    case .int64: return ordered(UInt64(bitPattern: whole(value)), count: 4, field.order)
    case .uint64: return ordered(whole(value), count: 4, field.order)
    case .float32: return ordered(UInt64(Float(value).bitPattern), count: 2, field.order)
    case .float64: return ordered(value.bitPattern, count: 4, field.order)
    case .bcd16: return ordered(binaryCodedDecimal(value, digits: 4), count: 1, field.order)
    case .bcd32: return ordered(binaryCodedDecimal(value, digits: 8), count: 2, field.order)
    }
}

private func whole<Number: FixedWidthInteger>(_ value: Double) -> Number {
    guard !value.isNaN else { return 0 }
    return Number(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
}

private func binaryCodedDecimal(_ value: Double, digits: Int) -> UInt64 {
    var rest: UInt64 = whole(max(0, value))
    var code: UInt64 = 0
    for digit in 0..<digits {
        code |= (rest % 10) << UInt64(4 * digit)
        rest /= 10
    }
    return code
}

/// The lowest `count` words of `bits`, most significant first, then turned round as `order` says.
private func ordered(_ bits: UInt64, count: Int, _ order: WordOrder) -> [UInt16] {
    var words = (0..<count).map { UInt16(truncatingIfNeeded: bits >> UInt64(16 * (count - 1 - $0))) }
    if order == .cdab || order == .dcba { words.reverse() }
    if order == .badc || order == .dcba { words = words.map(\.byteSwapped) }
    return words
}
