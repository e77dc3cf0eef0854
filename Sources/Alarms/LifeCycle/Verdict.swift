package import Telemetry

/// The two clocks at one moment: the wall clock labels, uptime measures.
package struct Moment: Hashable, Sendable {
    package var wall: WallInstant
    package var uptime: Uptime

    package init(wall: WallInstant, uptime: Uptime) {
        self.wall = wall
        self.uptime = uptime
    }
}

/// What a rule says about its subject now. Delays, marks and repetition are not its business: ``AlarmLifecycle`` knows
/// them.
package enum Verdict: Equatable, Sendable {
    /// The condition holds.
    case holds(Evidence)
    /// It does not hold.
    case clear
    /// Not bad enough to begin an alarm, not good enough to end one: a value inside the deadband.
    case between
    /// Nothing can be said, as for want of data. An alarm stays what it is.
    case unknown
}

/// What a rule saw.
package struct Evidence: Equatable, Sendable {
    /// The judged number, rounded as records are, in the factor's unit; or a length in seconds, a share in percent.
    package var value: Double?
    /// What it was judged by.
    package var limit: Double?
    /// The permit, standard or order of the limit.
    package var limitSource: String?
    /// Whether small values are the bad ones; decides what the peak is.
    package var isLow = false
    /// How long the observation already lasted: the length of a period, zero for an instant. Periods count in full
    /// towards delays, whenever they happened to be closed.
    package var span: Duration = .zero
    /// How long the condition had held when it was first noticed, as a silence has. The alarm begins that much earlier;
    /// delays begin with the notice.
    package var lasted: Duration = .zero
    /// Whether it is one value among samples that may fail to come: then only observed time counts to its length.
    package var isSample = false
    /// How far a condition with steps has gone, such as 80, 90, 100 % of a quota; from 0.
    package var step = 0
    /// Of this step; nil: the rule's.
    package var severity: AlarmSeverity?
    /// Marks that do not hold it back: those that the limit is made for.
    package var unheldBy: HoldMarks = []
    /// For the sentence.
    package var facts = AlarmFacts()

    package init(
        value: Double? = nil, limit: Double? = nil, limitSource: String? = nil, isLow: Bool = false,
        span: Duration = .zero, lasted: Duration = .zero, step: Int = 0, severity: AlarmSeverity? = nil,
        unheldBy: HoldMarks = [], facts: AlarmFacts = AlarmFacts()
    ) {
        self.value = value
        self.limit = limit
        self.limitSource = limitSource
        self.isLow = isLow
        self.span = span
        self.lasted = lasted
        self.step = step
        self.severity = severity
        self.unheldBy = unheldBy
        self.facts = facts
    }
}

extension Evidence {
    /// Whether the alarm lasts as long as what was judged bad, and not until something good comes.
    var isSummed: Bool { span > .zero || isSample }
}
