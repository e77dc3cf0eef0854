/// The first step of the chain: *y* = *a*·*x* + *b*, in the unit of the reading.
///
/// Serves analogue scaling, the slope of a dust meter and a site's correction from a comparison test. Nothing is clamped: a
/// value outside the measuring range keeps its number, so that zero drift stays visible.
package struct LinearCorrection: Hashable, Sendable {
    /// *a*, without unit.
    package let slope: Double
    /// *b*, in the unit of the result.
    package let offset: Double

    /// Changes nothing.
    package static let none = LinearCorrection(slope: 1, offset: 0)

    package init(slope: Double = 1, offset: Double = 0) {
        self.slope = slope
        self.offset = offset
    }

    /// The line through two points, as for 4–20 mA or an integer card: `raw` ends map to `engineering` ends.
    ///
    /// Fails where the raw ends are equal or any end is no number.
    package init(
        raw: (low: Double, high: Double), engineering: (low: Double, high: Double)
    ) throws(CalculationFailure) {
        slope = try ((engineering.high - engineering.low) / (raw.high - raw.low)).possible(.factor)
        offset = try (engineering.low - slope * raw.low).possible(.factor)
    }

    package func apply(to value: Double) throws(CalculationFailure) -> Double {
        let line = try slope.possible(.factor) * value.possible(.concentration)
        return try (line + offset.possible(.factor)).result()
    }
}
