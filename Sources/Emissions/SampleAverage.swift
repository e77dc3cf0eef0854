package import Telemetry

/// The plain average of the good samples of one factor over a minute, built sample by sample.
///
/// Source: HJ 212-2017, formula (23): arithmetic mean of the instantaneous values.
package struct SampleAverage: Equatable, Sendable {
    private var sum = 0.0
    private var minimum = Double.infinity
    private var maximum = -Double.infinity
    private var tally = FlagTally()
    private var failure: ReadFailure?

    package init() {}

    /// Whether no sample, good or bad, has come.
    package var isEmpty: Bool { tally.total == 0 }

    package mutating func add(_ reading: Reading) {
        // A reading flagged N without a number counts as bad: it is no sample.
        tally.add(reading.value == nil && reading.flag.isGood ? .noCommunication : reading.flag)
        if let reason = reading.failure { failure = reason }
        guard reading.isGood, let value = reading.value else { return }
        sum += value
        minimum = min(minimum, value)
        maximum = max(maximum, value)
    }

    /// The period's numbers; without any good sample only count, flag and reason.
    package var statistics: PeriodStatistics {
        let count = tally.good
        let reason = isEmpty ? .noData : failure
        guard count > 0 else {
            return PeriodStatistics(
                average: nil, minimum: nil, maximum: nil, count: 0, flag: tally.flag, failure: reason)
        }
        return PeriodStatistics(
            average: sum / Double(count), minimum: minimum, maximum: maximum, count: count, flag: tally.flag,
            failure: reason)
    }
}
