/// What an emission standard converts concentrations to, so that air let in does not thin them.
package enum OxygenReference: Hashable, Sendable {
    /// *O*₂s, % of the dry volume.
    case oxygen(percent: Double)
    /// *α*s, the excess-air coefficient.
    case excessAir(Double)
    /// The standard converts nothing.
    case none

    /// The oxygen of air in % as HJ 212-2017, D.2.3 rounds it.
    package static let airOxygenPercent = 21.0

    /// *α* = 21/(21−*O*₂): the excess-air coefficient of gas with so much oxygen (dry, below 21 %).
    ///
    /// Source: HJ 212-2017, D.2.3, formula (27).
    package static func excessAir(oxygenPercent: Double) throws(CalculationFailure) -> Double {
        try (airOxygenPercent / (airOxygenPercent - oxygenPercent)).positive(.oxygen)
    }

    /// The concentration as it would be at the reference: *C*·*α*/*α*s or *C*·(21−*O*₂s)/(21−*O*₂), mg/m³ dry standard.
    ///
    /// Fails at 21 % oxygen and above. For what to do near it see ``OxygenConversion``.
    /// Source: HJ 212-2017, D.2.3, formulas (26) and (28).
    package func converted(
        milligramsPerCubicMetre: Double, oxygenPercent: Double
    ) throws(CalculationFailure) -> Double {
        let concentration = try milligramsPerCubicMetre.possible(.concentration)
        switch self {
        case .none: return concentration
        case .excessAir(let reference):
            let reference = try reference.positive(.excessAir)
            return try (concentration * Self.excessAir(oxygenPercent: oxygenPercent) / reference).result()
        case .oxygen(let reference):
            let wanted = try (Self.airOxygenPercent - reference).positive(.referenceOxygen)
            let present = try (Self.airOxygenPercent - oxygenPercent).positive(.oxygen)
            // Divided last, so that oxygen at the reference changes nothing but the last digit.
            return try (concentration * wanted / present).result()
        }
    }
}
