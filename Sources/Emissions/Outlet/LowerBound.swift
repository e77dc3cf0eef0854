/// What a period was at least, where readings above the range are in no mean: for judging limits alone.
package struct LowerBound: Equatable, Sendable {
    /// In the unit of the record; nil: it cannot be computed.
    package var mean: Double?
    /// Whether enough is known to judge by it.
    package var isValid = false
    /// Of the converted value.
    package var converted: Double?
    package var isConvertedValid = false
    /// m³ of water that the mean is of.
    var water: Double?
    /// Minutes with readings above the range.
    package var minutes = 0

    /// What limits judge of the measured value; nil where too little is known.
    package var judged: Double? { isValid ? mean : nil }
    /// The same of the converted value.
    package var judgedConverted: Double? { isConvertedValid ? converted : nil }

    /// Keeps what it tells, and nothing is judged by it.
    mutating func judgesNothing() {
        isValid = false
        isConvertedValid = false
    }
}
