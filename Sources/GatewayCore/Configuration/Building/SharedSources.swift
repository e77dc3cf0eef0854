import Telemetry

/// Factors that are fed by the same register, or the same value of an instrument.
struct SharedSources {
    private struct Use {
        let outlet: Int
        /// The current code, where a table knows it.
        let code: String
        let written: String
        /// Where the source is named.
        let key: FactorKey
        let entry: MappingReader<FactorKey>
    }

    private var uses: [FactorSource: [Use]] = [:]
    /// In the order of the file.
    private var order: [FactorSource] = []
    /// What each outlet's concentrations come from.
    private var concentrations: [Int: Set<FactorSource>] = [:]

    /// Notes a factor of the outlet that `outlet` counts.
    mutating func add(_ factor: FactorConfiguration, _ entry: MappingReader<FactorKey>, outlet: Int) {
        guard !factor.code.isEmpty else { return }
        switch factor.source {
        case .computed, .instrument(_, ""): return
        case .register, .instrument: break
        }
        let code = FactorTable.entry(code: factor.code)?.anyCode ?? factor.code
        let use = Use(outlet: outlet, code: code, written: factor.code, key: .from, entry: entry)
        note(use, of: factor.source.asReceived)
        if Self.isConcentration(factor.code) { concentrations[outlet, default: []].insert(factor.source.asReceived) }
        guard let meter = factor.meter?.source?.asReceived, meter != factor.source.asReceived else { return }
        note(
            Use(outlet: outlet, code: "\(code) meter", written: "\(factor.code).meter", key: .meter, entry: entry),
            of: meter)
    }

    private mutating func note(_ use: Use, of source: FactorSource) {
        if uses[source] == nil { order.append(source) }
        uses[source, default: []].append(use)
    }

    func report() {
        for source in order {
            guard let uses = uses[source], let first = uses.first else { continue }
            for use in uses.dropFirst() {
                let line = first.entry.position(of: first.key).line
                if use.code != first.code || use.outlet == first.outlet {
                    use.entry.warning(
                        use.key,
                        .init(
                            "this already feeds `\(first.written)` on line \(line)",
                            zh: "它已用于第 \(line) 行的 `\(first.written)`"),
                        hint: .init("each factor has a source of its own", zh: "每个因子各有来源"))
                } else if Self.isConcentration(use.code), isSlip(first.outlet, use.outlet) {
                    use.entry.warning(
                        .from,
                        .init(
                            "this already feeds `\(first.written)` of another outlet, on line \(line)",
                            zh: "它已用于第 \(line) 行另一排口的 `\(first.written)`"),
                        hint: .init("the other concentrations of the two have sources of their own", zh: "两处的其他浓度各有来源"))
                }
            }
        }
    }

    /// Whether two outlets are two places, and not one that is told to two platforms: each measures something by itself.
    private func isSlip(_ a: Int, _ b: Int) -> Bool {
        guard a != b, let first = concentrations[a], let second = concentrations[b] else { return false }
        return !first.isSubset(of: second) && !second.isSubset(of: first)
    }

    private static func isConcentration(_ code: String) -> Bool {
        let nature = FactorNature(code: code)
        return nature == .concentration || nature == .waterConcentration
    }
}

extension FactorSource {
    /// The same for all spellings of one value of an instrument: in any case, and as either edition calls it.
    fileprivate var asReceived: FactorSource {
        guard case .instrument(let index, let code) = self else { return self }
        return .instrument(index: index, code: (FactorTable.entry(legacyCode: code)?.code ?? code).lowercased())
    }
}
