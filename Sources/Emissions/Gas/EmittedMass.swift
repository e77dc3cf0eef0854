/// How much of a pollutant leaves the outlet. Mass uses the measured dry standard concentration, never the converted one.
package enum EmittedMass {
    /// *G*h = *C* · *Q*snh · 10⁻⁶: kg/h from mg/m³ and m³/h, both dry standard.
    ///
    /// Source: HJ 212-2017, D.2.5, formula (33). Formula (34), the day, is the sum of the hours; the second 10⁻⁶ printed
    /// there is a misprint.
    package static func kilogramsPerHour(
        milligramsPerCubicMetre: Double, cubicMetresPerHour: Double
    ) throws(CalculationFailure) -> Double {
        let concentration = try milligramsPerCubicMetre.possible(.concentration)
        return try (concentration * cubicMetresPerHour.possible(.flow) * 1e-6).result()
    }

    /// kg in `seconds` at a steady rate in kg/h.
    package static func kilograms(
        kilogramsPerHour: Double, seconds: Double
    ) throws(CalculationFailure) -> Double {
        let rate = try kilogramsPerHour.possible(.flow)
        return try (rate * (seconds.notNegative(.duration) / 3600)).result()
    }
}
