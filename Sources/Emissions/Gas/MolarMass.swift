/// The mass of a gas that turns a share of the volume into mg/m³.
package struct MolarMass: Hashable, Sendable {
    /// *M* in g/mol.
    package let gramsPerMole: Double

    /// The volume of a mole at standard state in L, as HJ 212-2017, D.2.1 rounds it.
    package static let litresPerMole = 22.4

    package init(gramsPerMole: Double) {
        self.gramsPerMole = gramsPerMole
    }

    /// The mass that gives `factor` mg/m³ for 1 ppm: a site's own number in place of the table's.
    package init(milligramsPerCubicMetrePerPPM factor: Double) {
        gramsPerMole = factor * Self.litresPerMole
    }

    package static let sulfurDioxide = MolarMass(gramsPerMole: 64.06)
    package static let nitricOxide = MolarMass(gramsPerMole: 30.01)
    package static let nitrogenDioxide = MolarMass(gramsPerMole: 46.01)
    package static let carbonMonoxide = MolarMass(gramsPerMole: 28.01)
    package static let carbonDioxide = MolarMass(gramsPerMole: 44.01)
    package static let hydrogenChloride = MolarMass(gramsPerMole: 36.46)
    package static let hydrogenFluoride = MolarMass(gramsPerMole: 20.01)
    package static let hydrogenSulfide = MolarMass(gramsPerMole: 34.08)
    package static let ammonia = MolarMass(gramsPerMole: 17.03)
    package static let methane = MolarMass(gramsPerMole: 16.04)
    package static let nitrousOxide = MolarMass(gramsPerMole: 44.01)
    /// Per atom of carbon, for hydrocarbons counted as carbon (NMHC, 非甲烷总烃).
    package static let carbon = MolarMass(gramsPerMole: 12.01)

    /// The usual mass for a factor of HJ 212-2017, appendix B; nil where a channel must state its own.
    ///
    /// NOx counts as NO₂. Fluoride (a21018) counts as HF.
    package static func usual(forFactor code: String) -> MolarMass? { byCode[code] }

    private static let byCode: [String: MolarMass] = [
        "a21026": .sulfurDioxide, "a21002": .nitrogenDioxide, "a21003": .nitricOxide, "a21004": .nitrogenDioxide,
        "a21005": .carbonMonoxide, "a21018": .hydrogenFluoride, "a21024": .hydrogenChloride, "a21001": .ammonia,
        "a21028": .hydrogenSulfide, "a05001": .carbonDioxide, "a05002": .methane,
        "a24088": .carbon,
    ]

    /// *C*Q = *M*/22.4 · *C*V: ppm (µmol/mol) → mg/m³ at standard state, as wet or dry as the ppm were.
    ///
    /// Source: HJ 212-2017, D.2.1, formula (20).
    package func milligramsPerCubicMetre(ppm: Double) throws(CalculationFailure) -> Double {
        let mass = try gramsPerMole.positive(.molarMass)
        let share = try ppm.possible(.concentration)
        return try (mass / Self.litresPerMole * share).result()
    }

    /// The same from % of the volume: 1 % is 10 000 ppm.
    package func milligramsPerCubicMetre(percent: Double) throws(CalculationFailure) -> Double {
        try milligramsPerCubicMetre(ppm: percent.possible(.concentration) * 10_000)
    }
}
