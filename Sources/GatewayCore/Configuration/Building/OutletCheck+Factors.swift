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
                .invalid, because: .init("a register has its own", zh: "寄存器有自己的 `invalid`"),
                hint: .init("write it at the register, for its numbers before `scale`", zh: "写在寄存器处，针对 `scale` 之前的数值"))
        }
        if factor.code != "a21002" || factor.source != .computed {
            entry.warnOfNoEffect(
                .nitricOxideWeight,
                without: .init("`code: a21002` and `from: computed`", zh: "`code: a21002` 和 `from: computed`"))
        }
        if !factor.isMethane {
            entry.warnOfNoEffect(
                .fossil, because: .init("`\(factor.code)` is not methane", zh: "`\(factor.code)` 不是甲烷"))
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
            require("a01017", .init("the dynamic pressure", zh: "动压"), for: factor, entry)
            if !hasTemperature {
                entry.error(
                    .from, .init("no velocity can be computed without the temperature", zh: "没有温度就无法计算流速"),
                    hint: Self.temperatureHint)
            }
        case "a21002": require("a21003", .init(verbatim: "NO"), for: factor, entry)
        case "a00000":
            entry.error(
                .from, .init("`a00000` needs no line to be computed", zh: "`a00000` 不写也会计算"),
                hint: .init(
                    "remove the entry: with `area` in `stack` and a factor `a01011` records carry it",
                    zh: "删除此项：`stack` 有 `area` 且有因子 `a01011` 时，记录中即有流量"))
        default:
            entry.error(
                .from, .init("`\(factor.code)` cannot be computed", zh: "`\(factor.code)` 不能计算"),
                hint: .init(
                    "only a01011 from a01017, and a21002 from a21003 and a21004",
                    zh: "只能由 a01017 计算 a01011，由 a21003 和 a21004 计算 a21002"))
        }
        let ofReadings: [FactorKey] = [
            .slope, .intercept, .unit, .ppmFactor, .basis, .state, .cycle, .meter, .invalid,
        ]
        for key in ofReadings {
            entry.warnOfNoEffect(key, because: .init("a computed factor has no reading of its own", zh: "计算因子没有自己的读数"))
        }
    }

    private func require(
        _ code: String, _ name: BilingualText, for factor: FactorConfiguration, _ entry: MappingReader<FactorKey>
    ) {
        guard !has(code) else { return }
        entry.error(
            .from,
            .init(
                "`\(factor.code)` is computed from \(name.en), which is missing",
                zh: "`\(factor.code)` 由\(name.zh)计算，而缺少该因子"),
            hint: .init("add a factor `\(code)` to the outlet", zh: "在排口增加因子 `\(code)`"))
    }

    // MARK: Units and conditions

    private func checkUnit(
        _ factor: FactorConfiguration, _ nature: FactorNature, _ entry: MappingReader<FactorKey>
    ) {
        guard nature.readingUnits.contains(factor.unit) else {
            entry.error(
                .unit,
                .init(
                    "`\(factor.unit.rawValue)` is no unit of `\(factor.code)`",
                    zh: "`\(factor.unit.rawValue)` 不是 `\(factor.code)` 的单位"), hint: nature.unitHint)
            return
        }
        let isShare = factor.unit.isShareOfVolume
        if !isShare {
            entry.warnOfNoEffect(
                .ppmFactor, without: .init("`unit: ppm` or `unit: percent`", zh: "`unit: ppm` 或 `unit: percent`"))
        } else if !entry.has(.ppmFactor), overrides[factor.code]?.molarMass == nil,
            MolarMass.usual(forFactor: factor.code) == nil
        {
            entry.error(
                .unit, .init("the molar mass of `\(factor.code)` is not known", zh: "`\(factor.code)` 的摩尔质量未知"),
                hint: .init(
                    "add `ppm_factor`, or `molar_mass` in the section `factors`",
                    zh: "增加 `ppm_factor`，或在 `factors` 部分写 `molar_mass`"))
        }
    }

    private func checkBasis(
        _ factor: FactorConfiguration, _ nature: FactorNature, _ entry: MappingReader<FactorKey>
    ) {
        if factor.basis.moisture == .wet {
            if !nature.knowsMoisture {
                entry.warnOfNoEffect(
                    .basis,
                    because: .init("`\(factor.code)` does not depend on water vapour", zh: "`\(factor.code)` 与水汽无关"))
            } else if !hasHumidity {
                entry.error(
                    .basis, .init("no dry value can be computed without the humidity", zh: "没有湿度就无法计算干基值"),
                    hint: Self.humidityHint)
            }
        }
        if factor.basis.state == .actual {
            if factor.unit.isShareOfVolume || nature == .oxygen {
                entry.warnOfNoEffect(
                    .state, because: .init("a share of the volume is the same in every state", zh: "体积分数在任何状态下都相同"))
            } else if !nature.knowsState {
                entry.warnOfNoEffect(
                    .state,
                    because: .init(
                        "`\(factor.code)` does not depend on the state of the gas", zh: "`\(factor.code)` 与气体状态无关"))
            } else if !hasTemperature {
                entry.error(
                    .state,
                    .init("no value at standard state can be computed without the temperature", zh: "没有温度就无法计算标态值"),
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
                .meter, .init("`\(factor.code)` is no volume", zh: "`\(factor.code)` 不是体积"),
                hint: .init(
                    "only a00000 and w00000 have a meter, and factors in \(Channel.energyUnit)",
                    zh: "只有 a00000、w00000 和单位为 \(Channel.energyUnit) 的因子有累计表"))
        }
        if entry.has(.cycle) {
            entry.error(
                .meter, .init("a meter counts all the time and has no `cycle`", zh: "累计表连续计数，没有 `cycle`"),
                hint: .init("keep one of them", zh: "保留其中一个"))
        }
        guard meter.source == nil else { return }
        if factor.unit != .asRecorded, factor.range == nil {
            entry.warnOfNoEffect(
                .unit, because: .init("a meter counts m³", zh: "累计表以 m³ 计"),
                hint: .init("`slope` converts other counts", zh: "其他计数用 `slope` 换算"))
        }
        for key in [FactorKey.basis, .state] {
            entry.warnOfNoEffect(key, because: .init("the m³ of a meter are recorded as they are", zh: "累计表的 m³ 原样记录"))
        }
    }

    // MARK: Records

    private func checkConverted(
        _ factor: FactorConfiguration, _ nature: FactorNature, _ entry: MappingReader<FactorKey>
    ) {
        guard factor.converted else { return }
        if nature != .concentration, nature != .unknown {
            entry.warnOfNoEffect(
                .converted,
                because: .init("`\(factor.code)` is no concentration in gas", zh: "`\(factor.code)` 不是气体中的浓度"))
        } else if !hasReference {
            entry.warning(
                .converted, .init("nothing is converted without a reference", zh: "没有折算基准就不折算"),
                hint: .init(
                    "add `reference_oxygen`, `excess_air` or `industry` to `stack`",
                    zh: "在 `stack` 中增加 `reference_oxygen`、`excess_air` 或 `industry`"))
        } else if let reference = outlet.stack?.reference, reference != .none, !has("a19001") {
            entry.warning(
                .converted, .init("nothing is converted without the oxygen", zh: "没有氧含量就不折算"),
                hint: .init("add a factor `a19001` to the outlet", zh: "在排口增加因子 `a19001`"))
        }
    }

    private func checkAverage(
        _ factor: FactorConfiguration, _ nature: FactorNature, _ entry: MappingReader<FactorKey>
    ) {
        guard factor.average == .flowWeighted else { return }
        if !has("w00000") {
            entry.warning(
                .average, .init("nothing is weighted without the flow", zh: "没有流量就无法加权"),
                hint: .init("add a factor `w00000` to the outlet", zh: "在排口增加因子 `w00000`"))
        } else if nature != .waterConcentration, nature != .unknown {
            entry.warning(
                .average, .init("`\(factor.code)` is no concentration in water", zh: "`\(factor.code)` 不是水中的浓度"),
                hint: .init("its mean is `arithmetic`", zh: "其均值为 `arithmetic`"))
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

    /// A condition on a factor that is not there is never met. It asks by the code that the outlet writes.
    fileprivate func checkConditions(_ factor: FactorConfiguration, _ entry: MappingReader<FactorKey>) {
        let named = (factor.limits.flatMap(\.conditions) + factor.quotas.flatMap(\.conditions)).compactMap(\.factor)
        let known = Set(outlet.factors.map(\.code)).union(["a00000", "w00000"])
        for code in Set(named).subtracting(known).sorted() {
            entry.warning(
                factor.limits.flatMap(\.conditions).contains { $0.factor == code } ? .limits : .quotas,
                .init(
                    "`when` asks for `\(code)`, which this outlet does not have: it is never met",
                    zh: "`when` 所用的 `\(code)` 此排口没有：条件永远不满足"),
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
                key,
                .init("no amount of `\(factor.code)` is known without the flow", zh: "没有流量就不知道 `\(factor.code)` 的排放量"),
                hint: .init(
                    "add a factor `a00000`, or `a01011` with `area` in `stack`",
                    zh: "增加因子 `a00000`，或增加 `a01011` 并在 `stack` 中写 `area`"))
        case .waterConcentration:
            guard !has("w00000") else { return }
            entry.error(
                key,
                .init("no amount of `\(factor.code)` is known without the flow", zh: "没有流量就不知道 `\(factor.code)` 的排放量"),
                hint: .init("add a factor `w00000`", zh: "增加因子 `w00000`"))
        case .condition, .dynamicPressure, .velocity, .other:
            entry.error(
                key, .init("`\(factor.code)` has no amount", zh: "`\(factor.code)` 没有排放量"),
                hint: .init("only flows and concentrations have one", zh: "只有流量和浓度才有"))
        }
    }
}

extension ReadingUnit {
    /// Whether the number is a share of the volume, which its gas has in every state.
    fileprivate var isShareOfVolume: Bool { self == .partsPerMillion || self == .percent }
}

extension FactorNature {
    /// What to write in place of a unit that the factor cannot have.
    fileprivate var unitHint: BilingualText {
        switch self {
        case .concentration, .unknown, .gasFlow, .waterFlow, .pressure: .oneOf(readingUnits.map(\.rawValue))
        case .oxygen: .init("readings are in % of the volume: remove the line", zh: "读数以体积分数 % 计：删除此行")
        case .waterConcentration, .other:
            .init("remove the line; `slope` converts other units", zh: "删除此行；其他单位用 `slope` 换算")
        }
    }
}
