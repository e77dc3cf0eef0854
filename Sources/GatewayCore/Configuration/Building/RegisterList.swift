import Protocol
import Telemetry
import YAML

/// The registers of a device or a profile, as far as they could be read.
struct RegisterList {
    private(set) var registers: [RegisterConfiguration] = []
    /// Where each name stands in `registers`.
    private(set) var indices: [String: Int] = [:]
    /// In the order of the file.
    var names: [String] { registers.map(\.name).filter { !$0.isEmpty } }

    init(_ nodes: [YAMLNode], log: ProblemLog) {
        var names = NameRegistry()
        var entries: [MappingReader<RegisterKey>] = []
        var overlaps = RegisterOverlaps()
        for node in nodes {
            guard
                let entry = MappingReader<RegisterKey>(
                    node, .init("an entry of `registers`", zh: "`registers` 的一项"), log: log)
            else { continue }
            let field = RegisterField(entry)
            let register = RegisterConfiguration(entry, field)
            if let field { overlaps.add(field, name: register.name, entry) }
            if entry.has(.name), !register.name.isEmpty { names.claim(register.name, as: .register, entry, .name) }
            indices[register.name] = indices[register.name] ?? registers.count
            registers.append(register)
            entries.append(entry)
        }
        overlaps.report()
        // A register may speak about registers that come after it.
        for (index, entry) in entries.enumerated() {
            registers[index].flagged = flagged(entry)
            registers[index].timed = timed(entry, of: index)
        }
    }

    /// The registers that `for` names; nil without one.
    private func flagged(_ entry: MappingReader<RegisterKey>) -> [Int]? {
        guard entry.has(.flagged) else { return nil }
        if !entry.has(.flags) {
            entry.error(
                .flagged, .init("only a register with `flags` speaks about others", zh: "只有带 `flags` 的寄存器才能标记其他寄存器"),
                hint: .init("remove the line", zh: "删除此行"))
        }
        entry.reportEmptyList(
            .flagged, hint: .init("without the line all registers of the device are meant", zh: "不写此行即标记设备的全部寄存器"))
        return named(.flagged, entry)
    }

    /// The registers that `times` names: their results are new ones when register `index` changes.
    private func timed(_ entry: MappingReader<RegisterKey>, of index: Int) -> [Int] {
        guard entry.has(.times) else { return [] }
        entry.reportEmptyList(.times, hint: .init("name the registers of the results", zh: "写出结果所在的寄存器"))
        let timed = named(.times, entry) ?? []
        for register in timed {
            let name = registers[register].name
            if register == index {
                entry.error(
                    .times, .init("the register \(shown(name)) names itself", zh: "寄存器 \(shown(name, .zh)) 指向自身"),
                    hint: .init("name the registers of the results", zh: "写出结果所在的寄存器"))
            } else if registers[..<index].contains(where: { $0.timed.contains(register) }) {
                entry.error(
                    .times,
                    .init(
                        "the results of \(shown(name)) have a register that times them already",
                        zh: "\(shown(name, .zh)) 的结果已有计时寄存器"),
                    hint: .init(
                        "one is enough, such as a type that spans several registers", zh: "只需一个，可用跨多个寄存器的类型"))
            }
        }
        return timed
    }

    /// The registers of the device that the list `key` names, as rising indices; nil where there is no such list.
    private func named(_ key: RegisterKey, _ entry: MappingReader<RegisterKey>) -> [Int]? {
        guard let wanted = entry.scalars(key, .text()) else { return nil }
        var found: Set<Int> = []
        for (name, position) in wanted {
            if let index = indices[name] {
                found.insert(index)
            } else {
                entry.log.error(
                    at: position,
                    .init(
                        "`\(key.rawValue)`: the device has no register \(shown(name))",
                        zh: "`\(key.rawValue)`：设备没有寄存器 \(shown(name, .zh))"),
                    hint: nearestHint(to: name, among: names))
            }
        }
        return found.sorted()
    }
}

extension RegisterConfiguration {
    /// Reads one register, whose place is `field`; what is wrong is noted and replaced.
    fileprivate init(_ entry: MappingReader<RegisterKey>, _ field: RegisterField?) {
        let name = entry.required(.name, .topicSegment)
        self.init(name: name ?? "", field: field ?? RegisterField(table: .holding, address: 0, type: .uint16))
        entry.read(.scale, .number, into: &scale)
        if scale == 0 { entry.error(.scale, .init("0 would make every reading 0", zh: "为 0 时所有读数都是 0")) }
        entry.read(.offset, .number, into: &offset)
        registered = entry.optional(.registered, .number)
        if entry.has(.flags) { flags = Self.flags(of: field?.type, entry) }
        invalidNumbers = Self.invalidNumbers(of: field?.type, entry)
    }

    /// The numbers that mean "no value", as the device has them.
    private static func invalidNumbers(of type: RegisterType?, _ entry: MappingReader<RegisterKey>) -> [Double] {
        entry.reportEmptyList(.invalid)
        let numbers = entry.scalars(.invalid, .anyNumber) ?? []
        guard let type, let range = type.numberRange else { return numbers.map(\.value) }
        for (number, position) in numbers where number != number.rounded() || !range.contains(number) {
            entry.log.warning(
                at: position,
                .init(
                    "`invalid`: a register of type \(type.rawValue) is never \(plain(number))",
                    zh: "`invalid`：类型为 \(type.rawValue) 的寄存器不可能是 \(plain(number))"),
                hint: type.sameBits(as: number).map {
                    .init("these bits are \($0) as \(type.rawValue)", zh: "这些位按 \(type.rawValue) 是 \($0)")
                })
        }
        return numbers.map(\.value)
    }

    /// The map from a state register's number to a flag.
    private static func flags(of type: RegisterType?, _ entry: MappingReader<RegisterKey>) -> [Int64: DataFlag]? {
        for key in [RegisterKey.scale, .offset] where entry.has(key) {
            entry.error(
                key, .init("a register with `flags` is compared as it is read", zh: "带 `flags` 的寄存器按原始数值比较"),
                hint: .init("remove the line", zh: "删除此行"))
        }
        guard let pairs = entry.numbered(.flags, .dataFlag, kinds: .init("flags", zh: "标记"), example: "{ 1: M, 2: D }")
        else {
            return nil
        }
        let range = type?.integerRange
        if let type, range == nil {
            entry.error(
                .flags, .init("a \(type.rawValue) register cannot be compared", zh: "\(type.rawValue) 寄存器不能比较"),
                hint: .init("use an integer type", zh: "改用整数类型"))
        }
        var flags: [Int64: DataFlag] = [:]
        for pair in pairs {
            if let type, let range, !range.contains(pair.number) {
                entry.log.error(
                    at: pair.position,
                    .init(
                        "`flags`: a \(type.rawValue) register is never \(pair.number)",
                        zh: "`flags`：\(type.rawValue) 寄存器不可能是 \(pair.number)"))
            }
            flags[pair.number] = pair.value ?? .normal
        }
        return flags
    }
}

extension RegisterType {
    /// The whole numbers a register of this type can hold, as far as 64 bits with a sign go; nil for fractions.
    fileprivate var integerRange: ClosedRange<Int64>? {
        switch self {
        case .int16: Int64(Int16.min)...Int64(Int16.max)
        case .uint16: 0...Int64(UInt16.max)
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        case .uint32: 0...Int64(UInt32.max)
        case .int64: .min ... .max
        case .uint64: 0 ... .max
        case .bcd16: 0...9_999
        case .bcd32: 0...99_999_999
        case .bit: 0...1
        case .float32, .float64: nil
        }
    }

    /// The same as readings carry them, all 64 bits of a number without sign included; nil for fractions.
    fileprivate var numberRange: ClosedRange<Double>? {
        if self == .uint64 { return 0...Double(UInt64.max) }
        return integerRange.map { Double($0.lowerBound)...Double($0.upperBound) }
    }

    /// The number of this type that has the bits of `number` in the type of the same width with or without a sign; nil for none.
    fileprivate func sameBits(as number: Double) -> Int64? {
        guard let number = Int64(exactly: number) else { return nil }
        switch self {
        case .int16: return UInt16(exactly: number).map { Int64(Int16(bitPattern: $0)) }
        case .uint16: return Int16(exactly: number).map { Int64(UInt16(bitPattern: $0)) }
        case .int32: return UInt32(exactly: number).map { Int64(Int32(bitPattern: $0)) }
        case .uint32: return Int32(exactly: number).map { Int64(UInt32(bitPattern: $0)) }
        default: return nil
        }
    }
}
