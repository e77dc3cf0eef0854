import Emissions
import Telemetry

extension ConfigurationBuilder {
    /// The factors of one outlet, one for each entry.
    func factors(_ entries: [MappingReader<FactorKey>]) -> [FactorConfiguration] {
        var codes = NameRegistry()
        return entries.map { factor($0, codes: &codes) }
    }

    private func factor(_ entry: MappingReader<FactorKey>, codes: inout NameRegistry) -> FactorConfiguration {
        let code = entry.required(.code, .factorCode)
        if let code { codes.claim(code, as: .factor, entry, .code) }
        var factor = FactorConfiguration(
            code: code ?? "", source: source(entry) ?? .instrument(index: 0, code: ""), limits: [])
        entry.read(.basis, .choice, into: &factor.basis.moisture)
        entry.read(.state, .choice, into: &factor.basis.state)
        entry.read(.converted, .truth, into: &factor.converted)
        factor.range = range(entry)
        entry.reportEmptyList(.invalid)
        let invalid = entry.scalars(.invalid, .anyNumber)?.map(\.value) ?? []
        factor.invalidNumbers = invalid
        factor.correction = correction(entry)
        readUnit(entry, into: &factor)
        readAveraging(entry, into: &factor)
        entry.read(.constant, .truth, into: &factor.isConstant)
        factor.noise = entry.optional(
            .noise, .number(in: 1e-9...1e9, hint: .init("in the unit of the record", zh: "以记录的单位计")))
        entry.read(.fossil, .truth, into: &factor.isFossil)
        factor.limits = entry.mappings(.limits, LimitKey.self).map { limit($0, of: factor) }
        factor.quotas = entry.mappings(.quotas, QuotaKey.self).map(quota)
        return factor
    }

    /// What `from` names; nil after a problem, or when the device's registers are not known.
    private func source(_ entry: MappingReader<FactorKey>) -> FactorSource? {
        guard let from = entry.required(.from, .text(), hint: SourceIndex.hint) else { return nil }
        if from == "computed" { return .computed }
        let source = sources.resolve(from) { message, hint in
            let hint = from.contains(".") ? hint : nearestHint(to: from, among: ["computed"]) ?? hint
            entry.error(.from, message, hint: hint)
        }
        if case .instrument(_, let code)? = source { warnOfLegacyCode(code, entry) }
        return source
    }

    /// Both codes of a factor are taken from an instrument, whichever is written.
    private func warnOfLegacyCode(_ code: String, _ entry: MappingReader<FactorKey>) {
        guard let current = FactorTable.entry(legacyCode: code)?.code, current.lowercased() != code.lowercased() else {
            return
        }
        let units = FactorTable.unitsThatDiffer(legacyCode: code).map { units in
            BilingualText(
                "; 2005 counts it in \(units.received), records in \(units.recorded): check `slope`",
                zh: "；2005 版以 \(units.received) 计，记录以 \(units.recorded) 计：核对 `slope`")
        }
        entry.warning(
            .from,
            .init(
                "\(shown(code)) is the code of 2005 for \(shown(current)); either is taken",
                zh: "\(shown(code, .zh)) 是 \(shown(current, .zh)) 的 2005 版编码；两者都可用"),
            hint: .init("write \(current)", zh: "写 \(current)") + (units ?? .init(verbatim: "")))
    }

    private func range(_ entry: MappingReader<FactorKey>) -> ClosedRange<Double>? {
        guard let items = entry.list(.range), let ends = entry.scalars(.range, .number) else { return nil }
        guard items.count == 2 else {
            entry.error(
                .range, .init("two numbers are expected", zh: "应为两个数"),
                hint: .init("such as [0, 300]", zh: "例如 [0, 300]"))
            return nil
        }
        guard ends.count == 2 else { return nil }
        guard ends[0].value < ends[1].value else {
            entry.error(.range, .init("the first number must be smaller than the second", zh: "第一个数必须小于第二个数"))
            return nil
        }
        return ends[0].value...ends[1].value
    }

    private func correction(_ entry: MappingReader<FactorKey>) -> LinearCorrection {
        let slope = entry.optional(.slope, .number)
        if slope == 0 { entry.error(.slope, .init("0 would make every reading the same", zh: "为 0 时所有读数都相同")) }
        return LinearCorrection(slope: slope ?? 1, offset: entry.optional(.intercept, .number) ?? 0)
    }

    private func readUnit(_ entry: MappingReader<FactorKey>, into factor: inout FactorConfiguration) {
        entry.read(.unit, .choice, into: &factor.unit)
        factor.ppmFactor = entry.optional(
            .ppmFactor,
            .number(
                in: 0.001...1_000,
                hint: .init("mg/m³ for 1 ppm, such as 2.86 for SO2", zh: "1 ppm 相当于多少 mg/m³，例如 SO2 为 2.86")))
        factor.nitricOxideWeight = entry.optional(
            .nitricOxideWeight,
            .number(
                in: 1...3, hint: .init("what 1 mg of NO counts as NO2, such as 1.53", zh: "1 mg NO 折合多少 NO2，例如 1.53")))
        factor.decimals = entry.optional(.decimals, .integer(in: 0...9))
    }

    private func readAveraging(_ entry: MappingReader<FactorKey>, into factor: inout FactorConfiguration) {
        factor.average = entry.optional(.average, .choice)
        factor.cycle = entry.optional(.cycle, .duration(in: .seconds(60) ... .seconds(86_400)))
        factor.meter = meter(entry, beside: factor.source)
    }

    /// `true`, or a mapping that says where the meter is read and where it begins anew.
    private func meter(_ entry: MappingReader<FactorKey>, beside present: FactorSource) -> MeterSettings? {
        if let text = entry.node(.meter)?.text, let number = try? ScalarRule<Double>.number.read(text), number > 1 {
            entry.error(
                .meter, .init("\(shown(text)) is neither true nor false", zh: "\(shown(text, .zh)) 既不是 true 也不是 false"),
                hint: .init(
                    "if the meter begins anew there: `meter: { modulus: \(text) }`",
                    zh: "如果表到此数后归零：`meter: { modulus: \(text) }`"))
            return MeterSettings()
        }
        guard let node = entry.node(.meter), case .mapping = node.content else {
            return entry.optional(.meter, .truth) == true ? MeterSettings() : nil
        }
        return entry.mapping(.meter, MeterKey.self).map { section in
            var settings = MeterSettings()
            settings.modulus = section.optional(
                .modulus, .number(in: 1...1_000_000_000_000, hint: .init("in m³", zh: "单位 m³")))
            let slope = section.optional(.slope, .number)
            if slope.map({ $0 <= 0 }) == true {
                section.error(
                    .slope, .init("must be more than 0", zh: "必须大于 0"),
                    hint: .init("a meter counts upwards", zh: "累计表只增不减"))
            }
            settings.slope = slope ?? 1
            if section.has(.from) {
                settings.source = meterSource(section, beside: present)
            } else {
                section.warnOfNoEffect(
                    .slope, because: .init("it converts a meter with a `from` of its own", zh: "它只换算自带 `from` 的累计表"),
                    hint: .init("`slope` of the factor converts its reading", zh: "累计表的读数由因子的 `slope` 换算"))
            }
            return settings
        }
    }

    /// Where a meter is read that stands beside the present values; after a problem still one, so that the meter is not taken for
    /// the factor's own reading.
    private func meterSource(_ section: MappingReader<MeterKey>, beside present: FactorSource) -> FactorSource {
        let unknown = FactorSource.instrument(index: 0, code: "")
        guard let from = section.optional(.from, .text()) else { return unknown }
        guard let source = sources.resolve(from, complain: { section.error(.from, $0, hint: $1) }) else {
            return unknown
        }
        if source == present {
            section.error(
                .from, .init("`\(from)` is the present value already", zh: "`\(from)` 已是瞬时值的来源"),
                hint: .init("where there is only a meter, write `meter: true`", zh: "只有累计表时写 `meter: true`"))
        }
        return source
    }
}
