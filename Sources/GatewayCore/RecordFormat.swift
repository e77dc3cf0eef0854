import Emissions
import Telemetry

/// With how many decimals records carry a factor, and how they are rounded.
struct RecordFormat: Hashable, Sendable {
    /// Nil: seven significant digits, what instruments state.
    var decimals: Int?
    /// Of amounts.
    var amountDecimals = 3
    var rule = RoundingRule.halfEven

    /// Of the factor `code`: what is configured, else the format of 2017, and where that has no decimals the one of 2025.
    init(code: String, decimals: Int?, rule: RoundingRule) {
        let entry = FactorTable.entry(code: code)
        let table = entry?.format(in: .hj2017)?.number?.decimals
        self.decimals = decimals ?? (table == 0 ? entry?.format(in: .hj2025)?.number?.decimals ?? 0 : table)
        self.rule = rule
    }

    func value(_ number: Double) -> Double {
        decimals.map { round(number, to: $0) } ?? number.withInstrumentPrecision
    }

    func amount(_ number: Double) -> Double { round(number, to: amountDecimals) }

    private func round(_ number: Double, to decimals: Int) -> Double {
        number.roundedMean(toDecimals: decimals, rule: rule)
    }
}
