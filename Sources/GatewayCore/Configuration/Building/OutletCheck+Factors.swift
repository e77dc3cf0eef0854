import Emissions
import Telemetry

extension OutletCheck {
    func check(_ factor: FactorConfiguration, _ entry: MappingReader<FactorKey>) {
        // A factor without a code is a mistake already noted, and nothing can be said about it.
        guard !factor.code.isEmpty else { return }
        let nature = FactorNature(code: factor.code)
        if factor.source == .computed {
            checkComputed(factor, entry)
        } else {
            checkUnit(factor, nature, entry)
            checkBasis(factor, nature, entry)
            checkMeter(factor, nature, entry)
        }
        if case .register = factor.source, !factor.hasMeterOfInstrument {
            entry.warnOfNoEffect(
                .invalid, because: "a register has its own",
                hint: "write it at the register, for its numbers before `scale`")
        }
        if factor.code != "a21002" || factor.source != .computed {
            entry.warnOfNoEffect(.nitricOxideWeight, without: "`code: a21002` and `from: computed`")
        }
        checkConverted(factor, nature, entry)
        checkAverage(factor, nature, entry)
        checkAmounts(factor, entry)
        checkConditions(factor, entry)
    }

    // MARK: Computed factors

    private func checkComputed(_ factor: FactorConfiguration, _ entry: MappingReader<FactorKey>) {
        switch factor.code {
        case "a01011":
            require("a01017", "the dynamic pressure", for: factor, entry)
            if !hasTemperature {
                entry.error(.from, "no velocity can be computed without the temperature", hint: Self.temperatureHint)
            }
        case "a21002": require("a21003", "NO", for: factor, entry)
        case "a00000":
            entry.error(
                .from, "`a00000` needs no line to be computed",
                hint: "remove the entry: with `area` in `stack` and a factor `a01011` records carry it")
        default:
            entry.error(
                .from, "`\(factor.code)` cannot be computed",
                hint: "only a01011 from a01017, and a21002 from a21003 and a21004")
        }
        let ofReadings: [FactorKey] = [
            .slope, .intercept, .unit, .ppmFactor, .basis, .state, .cycle, .meter, .invalid,
        ]
        for key in ofReadings {
            entry.warnOfNoEffect(key, because: "a computed factor has no reading of its own")
        }
    }

    private func require(
        _ code: String, _ name: String, for factor: FactorConfiguration, _ entry: MappingReader<FactorKey>
    ) {
        guard !has(code) else { return }
        entry.error(
            .from, "`\(factor.code)` is computed from \(name), which is missing",
            hint: "add a factor `\(code)` to the outlet")
    }

    // MARK: Units and conditions

    private func checkUnit(
        _ factor: FactorConfiguration, _ nature: FactorNature, _ entry: MappingReader<FactorKey>
    ) {
        guard nature.readingUnits.contains(factor.unit) else {
            entry.error(.unit, "`\(factor.unit.rawValue)` is no unit of `\(factor.code)`", hint: nature.unitHint)
            return
        }
        let isShare = factor.unit.isShareOfVolume
        if !isShare {
            entry.warnOfNoEffect(.ppmFactor, without: "`unit: ppm` or `unit: percent`")
        } else if !entry.has(.ppmFactor), overrides[factor.code]?.molarMass == nil,
            MolarMass.usual(forFactor: factor.code) == nil
        {
            entry.error(
                .unit, "the molar mass of `\(factor.code)` is not known",
                hint: "add `ppm_factor`, or `molar_mass` in the section `factors`")
        }
    }

    private func checkBasis(
        _ factor: FactorConfiguration, _ nature: FactorNature, _ entry: MappingReader<FactorKey>
    ) {
        if factor.basis.moisture == .wet {
            if !nature.knowsMoisture {
                entry.warnOfNoEffect(.basis, because: "`\(factor.code)` does not depend on water vapour")
            } else if !hasHumidity {
                entry.error(
                    .basis, "no dry value can be computed without the humidity", hint: Self.humidityHint)
            }
        }
        if factor.basis.state == .actual {
            if factor.unit.isShareOfVolume || nature == .oxygen {
                entry.warnOfNoEffect(.state, because: "a share of the volume is the same in every state")
            } else if !nature.knowsState {
                entry.warnOfNoEffect(.state, because: "`\(factor.code)` does not depend on the state of the gas")
            } else if !hasTemperature {
                entry.error(
                    .state, "no value at standard state can be computed without the temperature",
                    hint: Self.temperatureHint)
            }
        }
    }

    private func checkMeter(
        _ factor: FactorConfiguration, _ nature: FactorNature, _ entry: MappingReader<FactorKey>
    ) {
        guard let meter = factor.meter else { return }
        let unit = overrides[factor.code]?.unit ?? FactorTable.entry(code: factor.code)?.unit
        if nature != .gasFlow, nature != .waterFlow, unit != Channel.energyUnit {
            entry.error(
                .meter, "`\(factor.code)` is no volume",
                hint: "only a00000 and w00000 have a meter, and factors in \(Channel.energyUnit)")
        }
        if entry.has(.cycle) {
            entry.error(.meter, "a meter counts all the time and has no `cycle`", hint: "keep one of them")
        }
        guard meter.source == nil else { return }
        if factor.unit != .asRecorded, factor.range == nil {
            entry.warnOfNoEffect(.unit, because: "a meter counts m³", hint: "`slope` converts other counts")
        }
        for key in [FactorKey.basis, .state] {
            entry.warnOfNoEffect(key, because: "the m³ of a meter are recorded as they are")
        }
    }

    // MARK: Records

    private func checkConverted(
        _ factor: FactorConfiguration, _ nature: FactorNature, _ entry: MappingReader<FactorKey>
    ) {
        guard factor.converted else { return }
        if nature != .concentration, nature != .unknown {
            entry.warnOfNoEffect(.converted, because: "`\(factor.code)` is no concentration in gas")
        } else if !hasReference {
            entry.warning(
                .converted, "nothing is converted without a reference",
                hint: "add `reference_oxygen`, `excess_air` or `industry` to `stack`")
        } else if let reference = outlet.stack?.reference, reference != .none, !has("a19001") {
            entry.warning(
                .converted, "nothing is converted without the oxygen", hint: "add a factor `a19001` to the outlet")
        }
    }

    private func checkAverage(
        _ factor: FactorConfiguration, _ nature: FactorNature, _ entry: MappingReader<FactorKey>
    ) {
        guard factor.average == .flowWeighted else { return }
        if !has("w00000") {
            entry.warning(
                .average, "nothing is weighted without the flow", hint: "add a factor `w00000` to the outlet")
        } else if nature != .waterConcentration, nature != .unknown {
            entry.warning(
                .average, "`\(factor.code)` is no concentration in water", hint: "its mean is `arithmetic`")
        }
    }
}

extension OutletCheck {
    /// A quota is about an amount, and so are some limits; an amount needs a flow.
    fileprivate func checkAmounts(_ factor: FactorConfiguration, _ entry: MappingReader<FactorKey>) {
        if entry.has(.quotas) { checkAmount(of: factor, for: .quotas, entry) }
        if factor.limits.contains(where: { $0.of == .mass || $0.of == .total }) {
            checkAmount(of: factor, for: .limits, entry)
        }
    }

    /// A condition on a factor that is not there is never met.
    fileprivate func checkConditions(_ factor: FactorConfiguration, _ entry: MappingReader<FactorKey>) {
        let named = (factor.limits.flatMap(\.conditions) + factor.quotas.flatMap(\.conditions)).compactMap(\.factor)
        for code in Set(named).sorted() where !has(code) && code != "a00000" && code != "w00000" {
            entry.warning(
                factor.limits.flatMap(\.conditions).contains { $0.factor == code } ? .limits : .quotas,
                "`when` asks for `\(code)`, which this outlet does not have: it is never met",
                hint: nearestHint(to: code, among: outlet.factors.map(\.code)))
        }
    }

    private func checkAmount(
        of factor: FactorConfiguration, for key: FactorKey, _ entry: MappingReader<FactorKey>
    ) {
        let known = FactorTable.entry(code: factor.code)
        let role = Channel.Role(
            code: known?.code ?? factor.code, unit: overrides[factor.code]?.unit ?? known?.unit)
        switch role {
        case .gasFlow, .waterFlow, .energy: break
        case .gasConcentration:
            guard !has("a00000"), !(has("a01011") && stack?.has(.area) == true) else { return }
            entry.error(
                key, "no amount of `\(factor.code)` is known without the flow",
                hint: "add a factor `a00000`, or `a01011` with `area` in `stack`")
        case .waterConcentration:
            guard !has("w00000") else { return }
            entry.error(
                key, "no amount of `\(factor.code)` is known without the flow", hint: "add a factor `w00000`")
        case .condition, .dynamicPressure, .velocity, .other:
            entry.error(
                key, "`\(factor.code)` has no amount", hint: "only flows and concentrations have one")
        }
    }
}

extension ReadingUnit {
    /// Whether the number is a share of the volume, which its gas has in every state.
    fileprivate var isShareOfVolume: Bool { self == .partsPerMillion || self == .percent }
}

extension FactorNature {
    /// What to write in place of a unit that the factor cannot have.
    fileprivate var unitHint: ProblemText {
        switch self {
        case .concentration, .unknown, .gasFlow, .waterFlow, .pressure: .oneOf(readingUnits.map(\.rawValue))
        case .oxygen: .init("readings are in % of the volume: remove the line", zh: "读数以体积分数 % 计：删除此行")
        case .waterConcentration, .other:
            .init("remove the line; `slope` converts other units", zh: "删除此行；其他单位用 `slope` 换算")
        }
    }
}
