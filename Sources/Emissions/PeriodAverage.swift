import Telemetry

/// The plain average of shorter periods of one factor: an hour of minutes, a day of hours.
///
/// Source: HJ 212-2017, formulas (24) and (25): arithmetic mean of the valid means of the level below.
package struct PeriodAverage: Equatable, Sendable {
    private var sum = 0.0
    private var minimum = Double.infinity
    private var maximum = -Double.infinity
    private var count = 0
    private var tally = FlagTally()
    private var failure: ReadFailure?

    package init() {}

    /// Whether no shorter period with a mean has come.
    package var isEmpty: Bool { count == 0 }

    /// Counts a shorter period. One that is not valid by its own rule adds its flag alone, not its numbers.
    package mutating func add(_ period: PeriodStatistics, isValid: Bool = true) {
        tally.add(period.flag)
        if let reason = period.failure { failure = reason }
        if isValid { count(period) }
    }

    /// Counts a shorter period that was missing and has been delivered since.
    package mutating func fill(_ period: PeriodStatistics, isValid: Bool = true) {
        tally.replace(.noCommunication, with: period.flag)
        if isValid { count(period) }
    }

    private mutating func count(_ period: PeriodStatistics) {
        guard let average = period.average else { return }
        sum += average
        minimum = min(minimum, period.minimum ?? average)
        maximum = max(maximum, period.maximum ?? average)
        count += 1
    }

    package var statistics: PeriodStatistics {
        PeriodStatistics(
            average: count > 0 ? sum / Double(count) : nil, minimum: count > 0 ? minimum : nil,
            maximum: count > 0 ? maximum : nil, count: count, flag: tally.flag,
            failure: tally.total == 0 ? .noData : failure)
    }
}
