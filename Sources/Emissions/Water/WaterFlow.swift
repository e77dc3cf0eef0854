/// Amounts of waste water.
package enum WaterFlow {
    /// *D* = *Q*·*T*·10⁻³: m³ in `seconds` at a steady flow in L/s.
    ///
    /// Source: HJ 212-2017, D.1, formula (1).
    package static func cubicMetres(litresPerSecond: Double, seconds: Double) throws(CalculationFailure) -> Double {
        let flow = try litresPerSecond.notNegative(.flow)
        return try (flow * seconds.notNegative(.duration) * 1e-3).result()
    }

    /// *Q* = *D*·1000/*T*: the mean flow in L/s of a period of `seconds` in which `cubicMetres` flowed.
    ///
    /// Source: HJ 212-2017, D.1, formulas (5) to (7) for 600, 3 600 and 86 400 s.
    package static func litresPerSecond(cubicMetres: Double, seconds: Double) throws(CalculationFailure) -> Double {
        let volume = try cubicMetres.notNegative(.volume)
        return try (volume * 1000 / seconds.positive(.duration)).result()
    }
}
