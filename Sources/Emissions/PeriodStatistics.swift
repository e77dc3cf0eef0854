package import Telemetry

/// What is known of one factor over one period: the numbers of a minute, hour or day record.
package struct PeriodStatistics: Equatable, Sendable {
    /// Arithmetic mean; nil when nothing counted.
    package var average: Double?
    package var minimum: Double?
    package var maximum: Double?
    /// Good samples of a minute; minutes with a mean of an hour; hours with a mean of a day. Nil when an instrument stated
    /// the mean itself and did not say.
    package var count: Int?
    package var flag: DataFlag
    /// Why samples are missing or bad, the most recent reason; nil when all were good.
    package var failure: ReadFailure?

    package init(
        average: Double?, minimum: Double?, maximum: Double?, count: Int?, flag: DataFlag, failure: ReadFailure? = nil
    ) {
        self.average = average
        self.minimum = minimum
        self.maximum = maximum
        self.count = count
        self.flag = flag
        self.failure = failure
    }
}
