import Emissions
import Telemetry

/// One reading of a factor on its way into an outlet.
struct FactorSample: Sendable {
    var reading: Reading
    /// When it was taken, on our clock.
    var at: WallInstant
    /// The source sent no data flag; `N` was assumed.
    var flagIsAssumed = false
    /// The time that the source states of it; nil: none.
    var stated: StatedTime?
    /// What the register that changes with each result of a batch analyser says.
    var register: ResultIdentity?
    /// When the bad sample was taken whose place it takes; nil: there is none.
    var replaced: WallInstant?

    init(_ reading: Reading, at instant: WallInstant, flagIsAssumed: Bool = false, stated: StatedTime? = nil) {
        self.reading = reading
        at = instant
        self.flagIsAssumed = flagIsAssumed
        self.stated = stated
    }

    /// What tells a result of a batch analyser from the one before it.
    var identity: ResultIdentity { stated?.isOfSample == true ? .sampleTime : register ?? .number }
}

/// The time that an instrument gives its data. It names them: what comes again under it is no new datum.
struct StatedTime: Equatable, Sendable {
    /// By the instrument's clock.
    var civil: CivilTime
    /// Whether it is the time of sampling of a batch result.
    var isOfSample = false
    /// How much the instrument's clock was found fast, and the instant of the sample corrected by it.
    var correction = Duration.zero
    /// Whether it is known how far that clock is off.
    var isClockKnown = false
}
