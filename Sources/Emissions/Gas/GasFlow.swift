/// The flow of the gas in the duct.
package enum GasFlow {
    /// *Q*sh = 3600 · *F* · *V*s: actual wet flow in m³/h from the cross-section in m² and its mean velocity.
    ///
    /// Source: HJ 212-2017, D.2.4, formula (30).
    package static func actualCubicMetresPerHour(
        squareMetres: Double, metresPerSecond: Double
    ) throws(CalculationFailure) -> Double {
        let area = try squareMetres.positive(.area)
        return try (3600 * area * metresPerSecond.possible(.velocity)).result()
    }

    /// *Q*snh = *Q*sh · *T*₀/(*T*₀+*t*s) · (*B*a+*P*s)/101325 · (1−*X*sw): dry standard flow, in the unit of the actual flow.
    ///
    /// Source: HJ 212-2017, D.2.4, formula (31).
    package static func dryStandard(
        actual: Double, gas: GasState, humidity: Humidity, standard: StandardState = .annex
    ) throws(CalculationFailure) -> Double {
        let flow = try actual.possible(.flow)
        let ratio = try standard.volumeRatio(gas)
        return try (flow * ratio * humidity.dryFraction).result()
    }

    /// m³ in `seconds` at a steady flow in m³/h.
    package static func cubicMetres(
        cubicMetresPerHour: Double, seconds: Double
    ) throws(CalculationFailure) -> Double {
        let flow = try cubicMetresPerHour.possible(.flow)
        return try (flow * (seconds.notNegative(.duration) / 3600)).result()
    }
}
