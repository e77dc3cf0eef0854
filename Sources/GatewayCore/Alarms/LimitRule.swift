import Protocol
import Telemetry

/// The rules that one `limits` entry of a factor stands for.
struct LimitRule: Sendable {
    /// L1 hour, L2 day, L6 realtime or minute above the maximum; L3 above the warning share of it; L7 below the minimum.
    /// What each means is docs/alarms.md.
    let rule: String
    let severity: AlarmReport.Severity
    let average: LimitAverage
    let quantity: LimitQuantity
    /// Tells entries of the same rule apart in alarm ids.
    let ordinal: Int
    var watch: ThresholdWatch

    /// The rules of `limits`, in their order.
    static func rules(for limits: [LimitConfiguration]) -> [LimitRule] {
        limits.enumerated().flatMap { ordinal, limit in rules(for: limit, ordinal: ordinal) }
    }

    private static func rules(for limit: LimitConfiguration, ordinal: Int) -> [LimitRule] {
        var rules: [LimitRule] = []
        func add(
            _ rule: String, _ severity: AlarmReport.Severity, _ threshold: Double,
            _ direction: ThresholdWatch.Direction
        ) {
            rules.append(
                LimitRule(
                    rule: rule, severity: severity, average: limit.average, quantity: limit.of, ordinal: ordinal,
                    watch: ThresholdWatch(threshold: threshold, direction: direction, deadband: limit.deadband)))
        }
        if let maximum = limit.maximum {
            add(limit.average.ruleAbove, .alarm, maximum, .above)
            if let share = limit.warn { add("L3", .warning, maximum * share, .above) }
        }
        if let minimum = limit.minimum { add("L7", .alarm, minimum, .below) }
        return rules
    }
}

extension LimitAverage {
    fileprivate var ruleAbove: String {
        switch self {
        case .realtime, .minute: "L6"
        case .hour: "L1"
        case .day: "L2"
        }
    }
}
