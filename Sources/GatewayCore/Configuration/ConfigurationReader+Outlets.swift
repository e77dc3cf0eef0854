import Telemetry
import YAML

extension ConfigurationReader {
    func readOutlets(
        _ root: Section, buses: [BusConfiguration], instruments: [InstrumentConfiguration]
    ) -> [OutletConfiguration] {
        let sources = FactorSources(buses: buses, instruments: instruments)
        return root.sections("outlets").map { section in
            defer { section.finish() }
            let id = section.identifier("id", mayStartWithUnderscore: false) ?? ""
            let stack = section.section("stack").map { readStack($0) }
            if stack == nil, !section.has("st") {
                section.missing("st", hint: "\"31\" for flue gas, \"32\" for waste water")
            }
            let st = section.text("st") ?? "31"
            if st.utf8.count != 2 { section.error("'st' has two characters, not '\(st)'", at: section.place(of: "st")) }
            return OutletConfiguration(
                id: id, name: section.text("name"), mn: section.text("mn"), st: st, stack: stack,
                factors: readFactors(section, sources))
        }
    }

    private func readStack(_ section: Section) -> StackSettings {
        defer { section.finish() }
        let stack = StackSettings(
            area: section.number("area", in: 0.001...10_000),
            velocityCoefficient: section.number("velocity_coefficient", in: 0.1...10),
            referenceOxygen: section.number("reference_oxygen", in: 0...20.9),
            atmosphericPressure: section.number("atmospheric_pressure", in: 30_000...120_000))
        NotYetUsed.stack(section)
        return stack
    }

    private func readFactors(_ outlet: Section, _ sources: FactorSources) -> [FactorConfiguration] {
        let sections = outlet.sections("factors")
        if sections.isEmpty { outlet.error("an outlet without factors", hint: "add factors") }
        var seen: Set<String> = []
        return sections.compactMap { section in
            defer { section.finish() }
            let code = section.requiredText("code", hint: "for example a21026")
            if let code {
                if code.isEmpty || code.utf8.count > 20
                    || !code.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 })
                {
                    section.error(
                        "'\(code)' is no factor code", hint: "for example a21026", at: section.place(of: "code"))
                }
                if !seen.insert(code).inserted {
                    section.error("factor '\(code)' is given twice in this outlet", at: section.place(of: "code"))
                }
            }
            let source = readSource(section, sources)
            let factor = FactorConfiguration(
                code: code ?? "", source: source ?? .instrument(index: 0, code: ""),
                basis: section.choice("basis") ?? .dry, state: section.choice("state") ?? .standard,
                converted: section.bool("converted") ?? false, range: readRange(section),
                limits: section.sections("limits").compactMap { readLimit($0) })
            NotYetUsed.factor(factor, section)
            return code == nil || source == nil ? nil : factor
        }
    }

    private func readSource(_ section: Section, _ sources: FactorSources) -> FactorSource? {
        guard let text = section.requiredText("from", hint: "DEVICE.REGISTER or INSTRUMENT.CODE") else { return nil }
        if let source = sources.source(text) { return source }
        let hint = nearestName(to: text, among: sources.names).map { "did you mean \($0)?" }
        section.error(
            "'\(text)' names no register of a device and no instrument", hint: hint, at: section.place(of: "from"))
        return nil
    }

    private func readRange(_ section: Section) -> ClosedRange<Double>? {
        guard let nodes = section.list("range") else { return nil }
        let bounds = nodes.compactMap { node -> Double? in
            guard case .scalar(let text, _) = node.content else { return nil }
            return Double(text)
        }
        guard nodes.count == 2, bounds.count == 2, bounds[0] < bounds[1], bounds.allSatisfy(\.isFinite) else {
            section.error("'range' must be [LOW, HIGH]", at: section.place(of: "range"))
            return nil
        }
        return bounds[0]...bounds[1]
    }

    private func readLimit(_ section: Section) -> LimitConfiguration? {
        defer { section.finish() }
        if !section.has("average") { section.missing("average", hint: "realtime, minute, hour or day") }
        let average: LimitAverage? = section.choice("average")
        let maximum = section.number("max")
        let minimum = section.number("min")
        if !section.has("max"), !section.has("min") { section.error("a limit without max and min") }
        if let maximum, let minimum, minimum >= maximum {
            section.error("'min' is not below 'max'", at: section.place(of: "min"))
        }
        let warn = section.share("warn")
        if section.has("warn"), !section.has("max") {
            section.error("'warn' is a share of 'max', which is missing", at: section.place(of: "warn"))
        }
        let bound = maximum ?? minimum ?? 0
        let deadband = readDeadband(section, bound: bound)
        let quantity: LimitQuantity = section.choice("of") ?? .measured
        if quantity == .converted { NotYetUsed.convertedLimit(section) }
        guard let average else { return nil }
        return LimitConfiguration(
            average: average, of: quantity, maximum: maximum, minimum: minimum, warn: warn, deadband: deadband)
    }

    /// A number in the factor's unit or a share of the limit; 2 % of the limit when absent.
    private func readDeadband(_ section: Section, bound: Double) -> Double {
        guard let text = section.text("deadband") else { return bound.magnitude * 0.02 }
        if text.hasSuffix("%") { return bound.magnitude * (section.share("deadband") ?? 0.02) }
        return section.number("deadband", in: 0...1e15) ?? 0
    }
}

/// Everything a factor can come from, by the name `from:` uses.
struct FactorSources {
    private var registers: [String: FactorSource] = [:]
    private var instruments: [String: Int] = [:]

    init(buses: [BusConfiguration], instruments list: [InstrumentConfiguration]) {
        for (bus, configuration) in buses.enumerated() {
            for (device, entry) in configuration.devices.enumerated() {
                for (register, field) in entry.registers.enumerated() {
                    registers["\(entry.id).\(field.name)"] = .register(bus: bus, device: device, register: register)
                }
            }
        }
        for (index, instrument) in list.enumerated() { instruments[instrument.id] = index }
    }

    /// For hints.
    var names: [String] { registers.keys.sorted() + instruments.keys.sorted() }

    func source(_ text: String) -> FactorSource? {
        if let register = registers[text] { return register }
        guard let dot = text.firstIndex(of: "."), let index = instruments[String(text[..<dot])] else { return nil }
        let code = String(text[text.index(after: dot)...])
        return code.isEmpty ? nil : .instrument(index: index, code: code)
    }
}
