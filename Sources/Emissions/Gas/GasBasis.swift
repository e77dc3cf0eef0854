/// What an instrument's number refers to, and so which steps still lead to the dry standard value (标态干基).
///
/// A cold-dry extractive analyser already states dry standard values: nothing is left to do. In-situ dust meters, heated FTIR
/// and zirconia oxygen measure wet gas.
package struct GasBasis: Hashable, Sendable {
    package enum Moisture: String, CaseIterable, Sendable { case dry, wet }
    package enum State: String, CaseIterable, Sendable { case standard, actual }

    package var moisture: Moisture
    package var state: State

    package static let dryStandard = GasBasis(moisture: .dry, state: .standard)

    package init(moisture: Moisture = .dry, state: State = .standard) {
        self.moisture = moisture
        self.state = state
    }

    /// `value` in mg/m³ as dry standard value, by formulas (18) and (19) of HJ 212-2017, D.2.1 as far as they are needed.
    ///
    /// What is not needed is not looked at: a dry value does not fail for want of a humidity.
    package func dryStandard(
        _ value: Double, gas: GasState, humidity: Humidity, standard: StandardState = .annex
    ) throws(CalculationFailure) -> Double {
        var value = try value.possible(.concentration)
        if state == .actual {
            value = try standard.standardConcentration(actualMilligramsPerCubicMetre: value, in: gas)
        }
        if moisture == .wet { value = try humidity.dry(wet: value) }
        return value
    }
}
