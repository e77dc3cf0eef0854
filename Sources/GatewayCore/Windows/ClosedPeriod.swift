package import Emissions
package import Telemetry

/// A period of an outlet that is over: what its record is made from and its limits are judged by.
package struct ClosedPeriod: Equatable, Sendable {
    package var length: PeriodLength
    package var start: WallInstant
    package var end: WallInstant
    /// By channel of the outlet's plan.
    package var numbers: OutletPeriod
    /// Channels whose numbers an instrument stated, because no samples of our own exist.
    package var stated: [Int]
    /// Of a minute record, by channel: the extremes of the readings before they are brought to the standard state; nil
    /// without samples.
    package var raw: [ClosedRange<Double>?] = []
    /// Their mean, likewise.
    package var rawMeans: [Double?] = []
    /// Of a minute record, by channel: the greatest reading above the range, which no mean has; empty where there was none.
    package var overRange: [Double?] = []
    /// Of a minute record, by channel: a reading of its meter that is not believed; empty where there was none.
    package var meterDoubts: [MeterDoubt?] = []
    /// What a step of the clock has done to it.
    package var clockFault: ClockFault?

    package enum ClockFault: Sendable {
        /// The clock was set while it was open, so that it lacks a part or holds what belongs elsewhere.
        case cut
        /// There was a record of some of its time already.
        case again
    }
}
