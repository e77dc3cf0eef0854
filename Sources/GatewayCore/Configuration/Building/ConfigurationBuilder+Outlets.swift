import Emissions
import Telemetry

extension ConfigurationBuilder {
    mutating func outlets(_ root: MappingReader<RootKey>) -> [OutletConfiguration] {
        var outlets: [ChangedDefaults.Outlet] = []
        var shared = SharedSources()
        for entry in root.mappings(.outlets, OutletKey.self) {
            let id = entry.required(.id, .placeIdentifier)
            if let id { places.claim(id, as: .outlet, entry, .id) }
            let (outlet, factorEntries) = outlet(entry, id: id)
            for (factor, entry) in zip(outlet.factors, factorEntries) {
                shared.add(factor, entry, outlet: outlets.count)
            }
            outlets.append((outlet, entry, factorEntries))
        }
        shared.report()
        ChangedDefaults(outlets: outlets).report()
        return outlets.map(\.configuration)
    }

    private func outlet(
        _ entry: MappingReader<OutletKey>, id: String?
    ) -> (OutletConfiguration, [MappingReader<FactorKey>]) {
        let st = systemCode(entry)
        let stack = entry.mapping(.stack, StackKey.self)
        let factorEntries = entry.requiredMappings(.factors, FactorKey.self)
        var outlet = OutletConfiguration(id: id ?? "", st: st ?? "", factors: factors(factorEntries))
        outlet.name = entry.optional(.name, .text(maximum: 64))
        outlet.mn = entry.optional(.mn, .mn)
        outlet.stack = stack.map { StackSettings($0) }
        if let section = entry.mapping(.validity, ValidityKey.self) { read(section, into: &outlet.validity) }
        outlet.plantMark = entry.mapping(.plantMark, PlantMarkKey.self).flatMap(plantMark)
        outlet.exemptions = exemptions(entry)
        entry.read(.hourCloseDelay, .duration(in: .zero ... .seconds(3_000)), into: &outlet.hourCloseDelay)
        let check = OutletCheck(outlet, entry, stack: stack, factorEntries, overrides: factorOverrides)
        check.run()
        return (outlet, factorEntries)
    }

    /// `st`, which an outlet with a stack need not state.
    private func systemCode(_ entry: MappingReader<OutletKey>) -> String? {
        if entry.has(.stack), !entry.has(.st) { return "31" }
        return entry.required(
            .st, .systemCode, hint: .init("\"31\" air pollution source, \"32\" water", zh: "\"31\" 大气污染源，\"32\" 水污染源"))
    }

    private func read(_ section: MappingReader<ValidityKey>, into validity: inout ValiditySettings) {
        section.read(
            .minutes, .integer(in: 1...60, hint: .init("minutes of an hour", zh: "一小时内的分钟数")), into: &validity.minutes)
        validity.isStated = section.has(.hours) && section.has(.days)
        validity.hours = unlessDefault(
            section, .hours, .integer(in: 1...24, hint: .init("hours of a day", zh: "一天内的小时数")))
        validity.days = unlessDefault(
            section, .days, .integer(in: 1...31, hint: .init("days of a month", zh: "一个月内的天数")))
    }

    /// A number; nil where there is none, or `default` says that none is wanted.
    private func unlessDefault(
        _ section: MappingReader<ValidityKey>, _ key: ValidityKey, _ rule: ScalarRule<Int>
    ) -> Int? {
        section.node(key)?.text == "default" ? nil : section.optional(key, rule)
    }

    private func plantMark(_ section: MappingReader<PlantMarkKey>) -> PlantMarkSettings? {
        let source = section.required(.from, .text(), hint: SourceIndex.hint).flatMap { from in
            sources.resolve(from) { message, hint in section.error(.from, message, hint: hint) }
        }
        if !section.has(.marks) {
            section.reportMissing(.marks, hint: .init("such as { 0: F, 2: St }", zh: "例如 { 0: F, 2: St }"))
        }
        let pairs = section.numbered(
            .marks, ScalarRule<PlantMark>.choice, kinds: .init("marks", zh: "工况标记"), example: "{ 0: F, 2: St }")
        guard let source, let pairs else { return nil }
        var marks: [Int: PlantMark] = [:]
        for pair in pairs { marks[Int(pair.number)] = pair.value }
        return PlantMarkSettings(source: source, marks: marks)
    }
}
