import Telemetry

extension ConfigurationBuilder {
    /// The section `factors`: what the site says of factor codes, for all its outlets.
    mutating func factorOverrides(_ root: MappingReader<RootKey>) -> [FactorOverride] {
        var codes = NameRegistry()
        var overrides: [FactorOverride] = []
        for entry in root.mappings(.factors, FactorOverrideKey.self) {
            let code = entry.required(.code, .factorCode)
            if let code {
                codes.claim(code, as: .factor, entry, .code)
                overriddenCodes.append((code, entry.position(of: .code)))
            }
            let override = FactorOverride(
                code: code ?? "", name: name(entry), unit: entry.optional(.unit, .text(maximum: 32)),
                decimals: entry.optional(.decimals, .integer(in: 0...9)),
                molarMass: entry.optional(
                    .molarMass,
                    .number(in: 1...1_000, hint: .init("in g/mol: SO2 has 64.06", zh: "单位 g/mol：SO2 为 64.06"))))
            if FactorOverrideKey.allCases.filter(entry.has) == [.code] {
                log.warning(
                    at: entry.position,
                    .init("an entry of `factors` that says nothing but its code", zh: "`factors` 的这一项只有编码，没有内容"))
            }
            factorOverrides[override.code] = override
            overrides.append(override)
        }
        return overrides
    }

    /// One text for both languages, or a text for each; a missing language takes the other's.
    private func name(_ entry: MappingReader<FactorOverrideKey>) -> BilingualText? {
        let text = ScalarRule<String>.text(maximum: 64)
        guard let node = entry.node(.name), case .mapping = node.content else {
            return entry.optional(.name, text).map { BilingualText(en: $0, zh: $0) }
        }
        guard let section = entry.mapping(.name, FactorNameKey.self) else { return nil }
        let en = section.optional(.en, text)
        let zh = section.optional(.zh, text)
        // A misspelt key was meant as one of them.
        if FactorNameKey.allCases.allSatisfy({ !section.has($0) }), !section.hasUnknownKeys {
            log.error(at: section.position, .init("one of `en`, `zh` is missing", zh: "缺少 `en`、`zh` 中的一个"))
        }
        guard let english = en ?? zh, let chinese = zh ?? en else { return nil }
        return BilingualText(en: english, zh: chinese)
    }
}
