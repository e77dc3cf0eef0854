import Protocol
import Telemetry
import YAML

extension ConfigurationReader {
    /// The registers of a device, from the file itself or from a profile.
    func readRegisters(_ device: Section, profileDirectory: String) -> [RegisterConfiguration] {
        let profile = device.text("profile")
        let sections = device.sections("registers")
        if let profile {
            if device.has("registers") {
                device.error("'profile' and 'registers': only one of them", at: device.place(of: "profile"))
            }
            return readProfile(profile, device, directory: profileDirectory)
        }
        if sections.isEmpty { device.error("a device without registers", hint: "add registers or profile: NAME") }
        return readRegisters(sections)
    }

    private func readProfile(_ name: String, _ device: Section, directory: String) -> [RegisterConfiguration] {
        let position = device.place(of: "profile")
        guard !name.isEmpty, !name.contains(where: { "/.".contains($0) }) else {
            device.error("'\(name)' is no name of a profile", hint: "the file's name without .yaml", at: position)
            return []
        }
        let (file, text) = profiles(directory, name)
        switch text {
        case .failure(let error):
            device.error("profile '\(name)': \(error.reason)", hint: "expected at \(file)", at: position)
            return []
        case .success(let bytes):
            do {
                let root = device.section(of: try YAMLParser.parse(bytes), file: file)
                defer { root.finish() }
                _ = root.text("name")
                let sections = root.sections("registers")
                if sections.isEmpty { root.error("a profile without registers") }
                return readRegisters(sections)
            } catch {
                device.reject(error, file: file)
                return []
            }
        }
    }

    private func readRegisters(_ sections: [Section]) -> [RegisterConfiguration] {
        var names: Set<String> = []
        var hasState = false
        return sections.compactMap { section in
            defer { section.finish() }
            let name = section.requiredText("name")
            if let name, name.isEmpty || name.contains(".") || name.utf8.count > 64 {
                section.error(
                    "'\(name)' cannot name a register", hint: "1 to 64 characters without a dot",
                    at: section.place(of: "name"))
            }
            if let name, !names.insert(name).inserted {
                section.error("register '\(name)' is given twice", at: section.place(of: "name"))
            }
            let field = readField(section)
            let scale = section.number("scale") ?? 1
            if scale == 0 {
                section.error("'scale' is 0: every value would be the same", at: section.place(of: "scale"))
            }
            let offset = section.number("offset") ?? 0
            let flags = readFlags(section)
            if flags != nil {
                if hasState { section.error("a second state register in this device", at: section.place(of: "flags")) }
                hasState = true
            }
            guard let name, let field else { return nil }
            return RegisterConfiguration(name: name, field: field, scale: scale, offset: offset, flags: flags)
        }
    }

    private func readField(_ section: Section) -> RegisterField? {
        let given = RegisterTable.allCases.filter { section.has($0.rawValue) }
        guard given.count == 1, let table = given.first else {
            section.error(
                given.isEmpty ? "which register?" : "more than one address",
                hint: "exactly one of holding, input, coil, discrete: ADDRESS")
            _ = (section.text("type"), section.text("order"), section.text("bit"))
            return nil
        }
        let address = section.integer(table.rawValue, in: 0...65_535)
        let order: WordOrder? = section.choice("order")
        let bit = section.integer("bit", in: 0...15)
        if !section.has("type"), !table.holdsBits {
            section.missing("type", hint: RegisterType.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let type: RegisterType? = section.choice("type") ?? (table.holdsBits ? .bit : nil)
        guard let type, let address else { return nil }
        if table.holdsBits, type != .bit {
            section.error("a \(table.rawValue) holds one bit, not \(type.rawValue)", at: section.place(of: "type"))
        }
        if address + type.count > 65_536 {
            section.error(
                "\(type.rawValue) at \(address) goes beyond address 65535", at: section.place(of: table.rawValue))
        }
        if bit != nil, type != .bit || table.holdsBits {
            section.error("'bit' is for type bit in a holding or input register", at: section.place(of: "bit"))
        }
        return RegisterField(
            table: table, address: UInt16(address), type: type, order: order ?? .abcd, bit: bit ?? 0)
    }

    private func readFlags(_ section: Section) -> [Int64: DataFlag]? {
        guard let pairs = section.pairs("flags") else { return nil }
        var flags: [Int64: DataFlag] = [:]
        for pair in pairs {
            guard let number = Int64(pair.key) else {
                section.error("'\(pair.key)' is no value of a register", hint: "a whole number", at: pair.keyPosition)
                continue
            }
            guard case .scalar(let text, _) = pair.value.content, let flag = DataFlag(text) else {
                section.error(
                    "not a data flag", hint: "N, F, M, S, D, C, T or B (HJ 212-2017, table 8)", at: pair.value.position)
                continue
            }
            flags[number] = flag
        }
        return flags
    }
}
