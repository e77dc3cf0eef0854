/// The velocity of the gas in the duct.
package enum GasVelocity {
    /// The density of flue gas at standard state in kg/m³, from professional practice.
    package static let usualStandardDensity = 1.34
    /// *K*p of an S-type tube.
    package static let usualPitotCoefficient = 0.84

    /// *ρ* = *ρ*₀ · *T*₀/(*T*₀+*t*s) · (*B*a+*P*s)/101325: the actual wet gas in kg/m³.
    package static func density(
        standardKilogramsPerCubicMetre: Double = usualStandardDensity, in gas: GasState,
        standard: StandardState = .annex
    ) throws(CalculationFailure) -> Double {
        let density = try standardKilogramsPerCubicMetre.positive(.density)
        return try (density * standard.volumeRatio(gas)).result()
    }

    /// *V*p = *K*p · √(2·*P*d/*ρ*): the point velocity in m/s from the dynamic pressure of a pitot tube.
    ///
    /// A dynamic pressure below zero has no velocity. HJ 212 transmits a01017 in kPa. Source: professional practice.
    package static func metresPerSecond(
        dynamicPascals: Double, kilogramsPerCubicMetre: Double, pitotCoefficient: Double = usualPitotCoefficient
    ) throws(CalculationFailure) -> Double {
        let pressure = try dynamicPascals.notNegative(.dynamicPressure)
        let density = try kilogramsPerCubicMetre.positive(.density)
        let coefficient = try pitotCoefficient.positive(.factor)
        return try (coefficient * (2 * pressure / density).squareRoot()).result()
    }

    /// *V*s = *K*v · *V*p: the mean of the cross-section in m/s from the reading at a point.
    ///
    /// Source: HJ 212-2017, D.2.4, formula (29).
    package static func metresPerSecond(
        pointMetresPerSecond: Double, fieldCoefficient: Double
    ) throws(CalculationFailure) -> Double {
        let velocity = try pointMetresPerSecond.possible(.velocity)
        return try (fieldCoefficient.positive(.factor) * velocity).result()
    }
}
