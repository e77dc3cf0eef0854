/// NOx as NO₂ from NO and NO₂.
package struct NitrogenOxides: Hashable, Sendable {
    /// *M*(NO₂)/*M*(NO): what one mg of NO counts as NO₂.
    package let nitricOxideWeight: Double

    /// From unrounded masses, 46.01/30.01 = 1.533.
    package static let exact = NitrogenOxides()
    /// 1.53, common in the field.
    package static let field = NitrogenOxides(nitricOxideWeight: 1.53)

    package init(nitricOxide: MolarMass = .nitricOxide, nitrogenDioxide: MolarMass = .nitrogenDioxide) {
        nitricOxideWeight = nitrogenDioxide.gramsPerMole / nitricOxide.gramsPerMole
    }

    /// A site's own ratio.
    package init(nitricOxideWeight: Double) {
        self.nitricOxideWeight = nitricOxideWeight
    }

    /// *C*NOx = *C*NO · *M*(NO₂)/*M*(NO) + *C*NO₂, all in mg/m³ of the same state.
    ///
    /// Source: HJ 212-2017, D.2.1, formula (21).
    package func milligramsPerCubicMetre(
        nitricOxide: Double, nitrogenDioxide: Double
    ) throws(CalculationFailure) -> Double {
        let weight = try nitricOxideWeight.positive(.molarMass)
        let counted = try nitricOxide.possible(.concentration) * weight
        return try (counted + nitrogenDioxide.possible(.concentration)).result()
    }

    /// *C*NOx = (*C*NO + *C*NO₂) · *M*(NO₂)/22.4: ppm → mg/m³ at standard state.
    ///
    /// Source: HJ 212-2017, D.2.1, formula (22).
    package static func milligramsPerCubicMetre(
        nitricOxidePPM: Double, nitrogenDioxidePPM: Double, nitrogenDioxide: MolarMass = .nitrogenDioxide
    ) throws(CalculationFailure) -> Double {
        let sum = try nitricOxidePPM.possible(.concentration) + nitrogenDioxidePPM.possible(.concentration)
        return try nitrogenDioxide.milligramsPerCubicMetre(ppm: sum)
    }
}
