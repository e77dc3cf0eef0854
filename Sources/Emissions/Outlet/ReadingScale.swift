/// How the reading of a factor becomes a number in the unit of its records.
package struct ReadingScale: Hashable, Sendable {
    /// Of the reading as it comes.
    package var correction = LinearCorrection.none
    /// What turns the unit of the corrected reading into that of the record.
    package var unitFactor = 1.0
    /// The measuring range, in the unit of the reading as it comes; nil: none is known.
    package var range: ClosedRange<Double>?

    package init() {}

    /// The reading in the unit of the record, before the conditions of the gas come in; nil where no measurement can be so great.
    func normalised(_ reading: Double) -> (value: Double, isOverRange: Bool)? {
        let value = recorded(reading)
        guard value.isMeasurable else { return nil }
        return (value, range.map { reading > $0.upperBound } ?? false)
    }

    /// What a number of the reading is in the unit of the record.
    package func recorded(_ reading: Double) -> Double {
        (correction.slope * reading + correction.offset) * unitFactor
    }

    /// The measuring range in the unit of the record, before the conditions of the gas come in.
    package var recordedRange: ClosedRange<Double>? {
        guard let range else { return nil }
        let (a, b) = (recorded(range.lowerBound), recorded(range.upperBound))
        return min(a, b)...max(a, b)
    }
}
