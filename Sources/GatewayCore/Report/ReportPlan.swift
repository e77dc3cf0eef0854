package import Emissions
import Telemetry

/// What a report shall hold.
package struct ReportOptions: Equatable, Sendable {
    package var period: ReportPeriod
    /// Whether masses of invalid hours are substituted, in columns of their own.
    package var isSubstituting: Bool
    package var potentials: WarmingPotentials

    package init(period: ReportPeriod, isSubstituting: Bool = false, potentials: WarmingPotentials = .ar6) {
        self.period = period
        self.isSubstituting = isSubstituting
        self.potentials = potentials
    }
}

/// One outlet as a report sees it: its arithmetic, and how its factors are named and written.
package struct ReportPlan: Sendable {
    struct Factor: Sendable {
        var code: String
        var name: BilingualText
        var unit: String?
        /// Of amounts; nil: the factor has none.
        var amountUnit: String?
        var isConverted: Bool
        var format: RecordFormat
        var gas: GreenhouseGas?
        /// Whether the table of HJ 75 substitutes its mass: dust, SO2, NOx.
        var hasSubstitutes: Bool
    }

    let outlet: OutletConfiguration
    package let isConfigured: Bool
    let arithmetic: OutletPlan
    /// One for each channel of the arithmetic.
    let factors: [Factor]

    /// The plan of an outlet as it is configured, and behind it the factors that only its records have: they were renamed or
    /// removed. An outlet that is not configured any more has these alone, the usual rules of validity, and as converted means
    /// those of the converted hours.
    ///
    /// Nil when neither the configuration nor the records know an outlet `id`.
    package init?(outlet id: String, of configuration: GatewayConfiguration, recorded: RecordedFactors = .init()) {
        let known = configuration.outlets.first { $0.id == id }
        guard known != nil || !recorded.isEmpty else { return nil }
        var outlet = known ?? OutletConfiguration(id: id, st: "", factors: [])
        let computed = Set(OutletPlan(outlet, configuration) { _ in 5 }.channels.map(\.code))
        for (code, isConverted) in recorded.inOrder
        where !computed.contains(FactorTable.entry(code: code)?.code ?? code) {
            var factor = FactorConfiguration(code: code, source: .computed, limits: [])
            factor.converted = isConverted
            outlet.factors.append(factor)
        }
        self.outlet = outlet
        isConfigured = known != nil
        var arithmetic = OutletPlan(outlet, configuration) { _ in 5 }
        if known == nil {
            arithmetic.constants.conversion = OxygenConversion(reference: .none)
            arithmetic.constants.method = .meanOf
        }
        self.arithmetic = arithmetic
        let overrides = Dictionary(configuration.factors.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        factors = arithmetic.channels.enumerated().map { index, channel in
            let override = overrides[channel.code]
            let stated = index < outlet.factors.count ? outlet.factors[index].decimals : nil
            return Factor(
                channel, override: override,
                format: RecordFormat(
                    code: channel.code, decimals: stated ?? override?.decimals, rule: configuration.gateway.rounding),
                isConverted: channel.isConverted && arithmetic.constants.conversion != nil,
                isFossil: index < outlet.factors.count && outlet.factors[index].isFossil)
        }
    }

    var waterFlow: Int? { arithmetic.channels.firstIndex { $0.role == .waterFlow } }
}

extension ReportPlan.Factor {
    /// Units are those of records, which for some gases are not those that HJ 212 prints.
    fileprivate init(
        _ channel: Channel, override: FactorOverride?, format: RecordFormat, isConverted: Bool, isFossil: Bool
    ) {
        let entry = FactorTable.entry(code: channel.code)
        code = channel.code
        name = override?.name ?? entry?.name ?? BilingualText(en: "", zh: "")
        self.format = format
        self.isConverted = isConverted
        let current = entry?.code ?? channel.code
        gas =
            GreenhouseGas(code: current) ?? (name.en.contains("N2O") || name.zh.contains("氧化亚氮") ? .nitrousOxide : nil)
        if gas == .methane, isFossil { gas = .fossilMethane }
        hasSubstitutes = ["a34013", "a21026", "a21002"].contains(current)
        unit = override?.unit ?? entry?.unit
        switch channel.role {
        case .gasConcentration:
            unit = "mg/m3"
            amountUnit = "kg"
        case .gasFlow:
            unit = "m3/s"
            amountUnit = "m3"
        case .waterFlow: amountUnit = "m3"
        case .waterConcentration: amountUnit = unit == "ug/L" ? "g" : "kg"
        case .energy:
            unit = "kW"
            amountUnit = Channel.energyUnit
        case .condition, .dynamicPressure, .velocity, .other: amountUnit = nil
        }
    }
}
