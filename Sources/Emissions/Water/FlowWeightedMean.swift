/// The mean concentration of a period of waste water, each part weighing as much as water flowed in it.
///
/// For concentrations only: pH and temperature have arithmetic means.
package struct FlowWeightedMean: Hashable, Sendable {
    /// *G*, what flowed off of the pollutant. Source: HJ 212-2017, D.1, formulas (8) to (11).
    package private(set) var kilograms = 0.0
    /// *D*, the water. Source: HJ 212-2017, D.1, formulas (2) to (4).
    package private(set) var cubicMetres = 0.0

    package init() {}

    /// Of one part.
    package init(milligramsPerLitre: Double, cubicMetres: Double) throws(CalculationFailure) {
        try add(milligramsPerLitre: milligramsPerLitre, cubicMetres: cubicMetres)
    }

    /// Continues with what was summed before.
    package init(kilograms: Double, cubicMetres: Double) {
        self.kilograms = kilograms
        self.cubicMetres = cubicMetres
    }

    /// Counts a part with concentration *C* in mg/L and amount *D* in m³: *G* = *C*·*D*·10⁻³. A failure counts nothing.
    package mutating func add(milligramsPerLitre: Double, cubicMetres: Double) throws(CalculationFailure) {
        let concentration = try milligramsPerLitre.possible(.concentration)
        let volume = try cubicMetres.notNegative(.volume)
        let mass = try (kilograms + concentration * volume * 1e-3).result()
        self.cubicMetres = try (self.cubicMetres + volume).result()
        kilograms = mass
    }

    /// Counts a part of which the mass is known.
    package mutating func add(kilograms: Double, cubicMetres: Double) {
        self.kilograms += kilograms
        self.cubicMetres += cubicMetres
    }

    /// *C* = *G*·10³/*D* in mg/L; nil when no water flowed: data at zero discharge are no concentration, and the mass is 0.
    ///
    /// Source: HJ 212-2017, D.1, formulas (12) to (14).
    package var milligramsPerLitre: Double? {
        guard cubicMetres > 0 else { return nil }
        let mean = kilograms * 1e3 / cubicMetres
        return mean.isFinite ? mean : nil
    }
}
