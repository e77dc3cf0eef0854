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
        var stateRegisterLine: Int?
        for node in nodes {
            guard let entry = MappingReader<RegisterKey>(node, "an entry of `registers`", log: log) else { continue }
            let register = RegisterConfiguration(entry)
            if entry.has(.name), !register.name.isEmpty { names.claim(register.name, as: "register", entry, .name) }
            if entry.has(.flags) {
                if let line = stateRegisterLine {
                    let message = "a second state register; the first is on line \(line)"
                    log.error(at: entry.keyPosition(of: .flags), message, hint: "one register of a device has `flags`")
                }
                stateRegisterLine = stateRegisterLine ?? entry.position.line
            }
            indices[register.name] = indices[register.name] ?? registers.count
            registers.append(register)
        }
    }
}

extension RegisterConfiguration {
    /// Reads one register; what is wrong is noted and replaced.
    fileprivate init(_ entry: MappingReader<RegisterKey>) {
        let name = entry.required(.name, .topicSegment)
        let field = RegisterField(entry)
        self.init(name: name ?? "", field: field ?? RegisterField(table: .holding, address: 0, type: .uint16))
        entry.read(.scale, .number, into: &scale)
        if scale == 0 { entry.error(.scale, "0 would make every reading 0") }
        entry.read(.offset, .number, into: &offset)
        if let node = entry.node(.flags) { flags = Self.flags(node, of: field?.type, entry) }
    }

    /// The map from a state register's number to a flag.
    private static func flags(
        _ node: YAMLNode, of type: RegisterType?, _ entry: MappingReader<RegisterKey>
    ) -> [Int64: DataFlag]? {
        for key in [RegisterKey.scale, .offset] where entry.has(key) {
            entry.error(key, "a register with `flags` is compared as it is read", hint: "remove the line")
        }
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            entry.error(.flags, "numbers and flags are expected", hint: "such as { 1: M, 2: D }")
            return nil
        }
        let range = type?.integerRange
        if let type, range == nil {
            entry.error(.flags, "a \(type.rawValue) register cannot be compared", hint: "use an integer type")
        }
        var flags: [Int64: DataFlag] = [:]
        for item in entries {
            let flag = flag(item.value, log: entry.log)
            guard let number: Int64 = wholeNumber(item.key) else {
                entry.log.error(at: item.keyPosition, "`flags`: \(shown(item.key)) is not a whole number")
                continue
            }
            if let type, let range, !range.contains(number) {
                entry.log.error(at: item.keyPosition, "`flags`: a \(type.rawValue) register is never \(number)")
            }
            if flags.updateValue(flag ?? .normal, forKey: number) != nil {
                entry.log.error(at: item.keyPosition, "`flags`: \(number) stands here twice")
            }
        }
        return flags
    }

    private static func flag(_ node: YAMLNode, log: ProblemLog) -> DataFlag? {
        do {
            return try ScalarRule<DataFlag>.dataFlag.read(node.text ?? "")
        } catch {
            log.error(at: node.position, "`flags`: \(error.message)", hint: error.hint)
            return nil
        }
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
}
