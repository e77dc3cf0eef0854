/// What standard state (标态) means: 101 325 Pa and zero degrees Celsius, with the kelvins a site writes for it.
///
/// HJ 212-2017 prints 273; physics says 273.15. One constant serves every term of every formula: at 120 °C the two differ by
/// 0.017 %.
package struct StandardState: Hashable, Sendable {
    /// *T*₀ in K.
    package let zeroKelvin: Double

    /// Standard pressure in Pa.
    package static let pascals = 101_325.0
    /// 273 K, as HJ 212-2017, D.2.1 prints it.
    package static let annex = StandardState(zeroKelvin: 273)
    /// 273.15 K.
    package static let exact = StandardState(zeroKelvin: 273.15)

    package init(zeroKelvin: Double) {
        self.zeroKelvin = zeroKelvin
    }

    /// Actual → standard state: *C*sn = *C*s · 101325/(*B*a+*P*s) · (*T*₀+*t*s)/*T*₀, mg/m³ in and out.
    ///
    /// Dry stays dry and wet stays wet. Not for what came from ppm: a share of the volume does not change with the state.
    /// Source: HJ 212-2017, D.2.1, formula (18).
    package func standardConcentration(
        actualMilligramsPerCubicMetre: Double, in gas: GasState
    ) throws(CalculationFailure) -> Double {
        let concentration = try actualMilligramsPerCubicMetre.possible(.concentration)
        let pressure = try gas.absolutePascals
        let kelvin = try actualKelvin(gas)
        return try (concentration * (Self.pascals / pressure) * (kelvin / zeroKelvin)).result()
    }

    /// How much of an actual volume is left at standard state: *T*₀/(*T*₀+*t*s) · (*B*a+*P*s)/101325, without unit.
    ///
    /// Source: HJ 212-2017, D.2.4, formula (31), first two factors.
    package func volumeRatio(_ gas: GasState) throws(CalculationFailure) -> Double {
        let pressure = try gas.absolutePascals
        let kelvin = try actualKelvin(gas)
        return try (zeroKelvin / kelvin * (pressure / Self.pascals)).result()
    }

    /// *T*₀+*t*s, after a look at both.
    private func actualKelvin(_ gas: GasState) throws(CalculationFailure) -> Double {
        let zero = try zeroKelvin.positive(.temperature)
        return try (zero + gas.celsius).positive(.temperature)
    }
}

/// The state of the gas in the duct where it is measured.
package struct GasState: Hashable, Sendable {
    /// *t*s.
    package let celsius: Double
    /// *P*s, gauge: against the atmosphere, usually negative. HJ 212 transmits a01013 in kPa.
    package let staticPascals: Double
    /// *B*a: from a barometer or the site's constant.
    package let atmosphericPascals: Double

    /// Gas at standard state.
    package static let standard = GasState(
        celsius: 0, staticPascals: 0, atmosphericPascals: StandardState.pascals)

    package init(celsius: Double, staticPascals: Double, atmosphericPascals: Double) {
        self.celsius = celsius
        self.staticPascals = staticPascals
        self.atmosphericPascals = atmosphericPascals
    }

    /// *B*a + *P*s; a failure where nothing or less is left.
    package var absolutePascals: Double {
        get throws(CalculationFailure) { try (atmosphericPascals + staticPascals).positive(.pressure) }
    }
}
