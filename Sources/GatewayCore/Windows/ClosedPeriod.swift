package import Emissions
package import Telemetry

/// A period of an outlet that is over: what its record is made from and its limits are judged by.
package struct ClosedPeriod: Equatable, Sendable {
    package var length: PeriodLength
    package var start: WallInstant
    package var end: WallInstant
    /// One for each factor of the outlet, in its order.
    package var statistics: [PeriodStatistics]
    /// Factors (by index) whose numbers an instrument stated, because no samples of our own exist.
    package var stated: [Int]
}
