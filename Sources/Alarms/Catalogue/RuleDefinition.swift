package import Telemetry

/// What ends an alarm.
package enum AlarmClosing: String, CaseIterable, Sendable {
    /// The condition no longer holds.
    case byCondition = "condition"
    /// Somebody has taken note: for what happened once and leaves no condition behind.
    case byAcknowledgement = "acknowledgement"
    /// Nothing needs doing: it is recorded, raised and closed in one.
    case atOnce = "at_once"
}

/// A rule as the catalogue has it.
package struct RuleDefinition: Sendable {
    package let id: RuleID
    /// A few words: "hour mean above the limit".
    package let title: BilingualText
    /// The sentence of an alarm. `{name}` stands for a fact; `[…]` is left out when a fact in it is missing.
    package let sentence: BilingualText
    /// What the operator should do.
    package let advice: BilingualText
    package let defaults: RuleSettings

    /// Pre-warnings and forecasts never become an alarm: nothing has happened yet.
    package var greatestSeverity: AlarmSeverity { id.greatestSeverity }
}

extension RuleID {
    var greatestSeverity: AlarmSeverity {
        switch self {
        case .preWarning, .hourForecast, .dayForecast, .shortLimit: .warning
        default: .critical
        }
    }

    /// Whether permits and orders set what it judges by, so that a new limit is worth telling; other limits are worked out
    /// anew each time.
    var hasSetLimits: Bool {
        switch self {
        case .hourLimit, .longLimit, .preWarning, .hourForecast, .dayForecast, .shortLimit, .lowerLimit, .quota,
            .seasonQuota, .productionForbidden:
            true
        default: false
        }
    }

    /// Whether a verdict of it is unknown for want of data alone. L3 leaves what is above the limit to another rule, forecasts
    /// and D4 look from time to time, Q7 once an hour.
    var isBlindWithoutData: Bool {
        switch self {
        case .preWarning, .hourForecast, .dayForecast, .incompleteHour, .flatTop: false
        default: true
        }
    }

    package var definition: RuleDefinition { RuleCatalogue.definition(of: self) }
}

/// How one rule behaves for one subject: the catalogue's defaults, changed by the configuration.
package struct RuleSettings: Equatable, Sendable {
    package let rule: RuleID
    package var isEnabled: Bool
    /// Of evidence that names none. A step below ``AlarmSeverity/alarm`` keeps its own; see ``severity(of:)``.
    package var severity: AlarmSeverity
    /// How long the condition must hold.
    package var onDelay: Duration
    /// How long it must be gone.
    package var offDelay: Duration
    /// After this time an alarm that nobody acknowledged is told again; nil: never.
    package var repeatInterval: Duration?
    /// While one of these marks is in force an alarm is recorded and not raised.
    package var heldBy: HoldMarks
    package var closing: AlarmClosing

    package init(
        _ rule: RuleID, severity: AlarmSeverity, onDelay: Duration = .zero, offDelay: Duration = .zero,
        repeatInterval: Duration? = nil, heldBy: HoldMarks = [], closing: AlarmClosing = .byCondition,
        isEnabled: Bool = true
    ) {
        self.rule = rule
        self.severity = severity
        self.onDelay = onDelay
        self.offDelay = offDelay
        self.repeatInterval = repeatInterval
        self.heldBy = heldBy
        self.closing = closing
        self.isEnabled = isEnabled
    }

    /// The defaults of `rule`.
    package init(_ rule: RuleID) {
        self = rule.definition.defaults
    }

    /// The severity of the evidence's step, or the rule's; never above what the rule may have.
    func severity(of evidence: Evidence) -> AlarmSeverity {
        min(evidence.severity ?? severity, rule.greatestSeverity)
    }
}
