/// Conditions that gas in a duct can have. Outside them the instrument is at fault: nothing is computed with such a number,
/// although its own record keeps it. What is possible and seldom is the business of alarms.
package enum PossibleGas {
    /// m/s. A meter of gas that stands still may show a little less than zero.
    static let leastVelocity = -1.0

    /// % of the volume. At 99.5 % the wet-to-dry formula already multiplies by 200; a sensor that shows more has come to its end.
    package static let humidity = -1.0..<99.5
}

extension GasCondition {
    /// Whether others may be computed with `value`, in the unit of the condition's records.
    ///
    /// The bounds of oxygen are those that ``OxygenConversion`` takes.
    func isPossible(_ value: Double) -> Bool {
        switch self {
        case .temperature: (-50.0...2000).contains(value)
        case .staticPressure: (-50.0...50).contains(value)
        case .atmosphericPressure: (50.0...110).contains(value)
        case .humidity: PossibleGas.humidity.contains(value)
        case .oxygen: value > 0 && value <= 25
        }
    }
}
