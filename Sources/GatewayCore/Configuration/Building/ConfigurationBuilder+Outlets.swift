import Emissions
import Telemetry

extension ConfigurationBuilder {
    mutating func outlets(_ root: MappingReader<RootKey>) -> [OutletConfiguration] {
        var outlets: [OutletConfiguration] = []
        for entry in root.mappings(.outlets, OutletKey.self) {
            let id = entry.required(.id, .placeIdentifier)
            if let id { places.claim(id, as: "outlet", entry, .id) }
            let st = systemCode(entry)
            var outlet = OutletConfiguration(id: id ?? "", st: st ?? "", factors: factors(entry))
            outlet.name = entry.optional(.name, .text(maximum: 64))
            outlet.mn = entry.optional(.mn, .mn)
            outlet.stack = entry.mapping(.stack, StackKey.self).map(stack)
            outlets.append(outlet)
        }
        return outlets
    }

    /// `st`, which an outlet with a stack need not state.
    private func systemCode(_ entry: MappingReader<OutletKey>) -> String? {
        if entry.has(.stack), !entry.has(.st) { return "31" }
        return entry.required(.st, .systemCode, hint: "\"31\" air pollution source, \"32\" water")
    }

    private func stack(_ section: MappingReader<StackKey>) -> StackSettings {
        var stack = StackSettings()
        stack.area = section.optional(.area, .number(in: 0.001...1000, hint: "in m²"))
        stack.velocityCoefficient = section.optional(.velocityCoefficient, .number(in: 0.01...10))
        stack.reference = section.optional(.referenceOxygen, .number(in: 0...20.9, hint: "in %, such as 6"))
            .map { .oxygen(percent: $0) }
        stack.atmosphericPressure = section.optional(
            .atmosphericPressure, .number(in: 50_000...110_000, hint: "in Pa: 98.5 kPa is 98500"))
        return stack
    }

    private func factors(_ entry: MappingReader<OutletKey>) -> [FactorConfiguration] {
        var codes = NameRegistry()
        return entry.requiredMappings(.factors, FactorKey.self).map { factor($0, codes: &codes) }
    }

    private func factor(_ entry: MappingReader<FactorKey>, codes: inout NameRegistry) -> FactorConfiguration {
        let code = entry.required(.code, .factorCode)
        if let code { codes.claim(code, as: "factor", entry, .code) }
        let source = entry.required(.from, .text(), hint: "DEVICE.REGISTER or INSTRUMENT.CODE").flatMap { from in
            sources.resolve(from) { message, hint in entry.error(.from, message, hint: hint) }
        }
        var factor = FactorConfiguration(
            code: code ?? "", source: source ?? .instrument(index: 0, code: ""), limits: [])
        entry.read(.basis, .choice, into: &factor.basis.moisture)
        entry.read(.state, .choice, into: &factor.basis.state)
        entry.read(.converted, .truth, into: &factor.converted)
        factor.range = range(entry)
        factor.limits = entry.mappings(.limits, LimitKey.self).map { limit($0, of: factor) }
        return factor
    }

    private func range(_ entry: MappingReader<FactorKey>) -> ClosedRange<Double>? {
        guard let items = entry.list(.range), let ends = entry.scalars(.range, .number) else { return nil }
        guard items.count == 2 else {
            entry.error(.range, "two numbers are expected", hint: "such as [0, 300]")
            return nil
        }
        guard ends.count == 2 else { return nil }
        guard ends[0].value < ends[1].value else {
            entry.error(.range, "the first number must be smaller than the second")
            return nil
        }
        return ends[0].value...ends[1].value
    }
}
