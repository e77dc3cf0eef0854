import Telemetry

/// How much of a period must be there for its mean to count.
package struct ValidityRule: Hashable, Sendable {
    /// What a period is the mean of.
    package enum Part: String, CaseIterable, Sendable {
        case sample = "good sample"
        case minute = "valid minute"
        case hour = "valid hour"
        case day = "valid day"
        case month = "valid month"
    }

    package let part: Part
    /// Parts needed, at least 1: without any there is no mean.
    package let minimum: Int
    /// Parts due, where that is less than the period has; nil: all are.
    private let due: Int?

    package init(part: Part, minimum: Int) { self.init(part: part, minimum: minimum, due: nil) }

    private init(part: Part, minimum: Int, due: Int?) {
        self.part = part
        self.minimum = max(1, minimum)
        self.due = due
    }

    /// 75 % of the parts due, rounded up, and at most `cap`. `parts`: of the whole period. Source: HJ 356-2019.
    package static func share(ofDue due: Int, in parts: Int, _ part: Part, cap: Int? = nil) -> ValidityRule {
        let share = ValidityRule(part: part, percent: 75, ofDue: due).minimum
        return ValidityRule(part: part, minimum: min(share, cap ?? share), due: due < parts ? due : nil)
    }

    /// So many of the parts due, or all of these where they are fewer. `parts`: of the whole period.
    package static func number(_ needed: Int, ofDue due: Int, in parts: Int, _ part: Part) -> ValidityRule {
        ValidityRule(part: part, minimum: min(needed, due), due: due < parts ? due : nil)
    }

    /// So many percent of the parts due, rounded up.
    package init(part: Part, percent: Int, ofDue due: Int) {
        let (product, overflow) = max(0, due).multipliedReportingOverflow(by: min(max(percent, 0), 100))
        self.init(part: part, minimum: overflow ? .max : product / 100 + (product % 100 > 0 ? 1 : 0))
    }

    /// A minute record over `minutes`: 12 good samples a minute from a source read at least every 5 s (HJ 212-2017,
    /// formula (23)), from a slower one 75 % of the samples due, from a batch analyser one.
    ///
    /// An interval that is no time counts as 5 s or less.
    package static func minute(sampleSeconds: Double, minutes: Int = 1) -> ValidityRule {
        let minutes = min(max(minutes, 1), 1440)
        guard sampleSeconds > 5 else { return ValidityRule(part: .sample, minimum: 12 * minutes) }
        // At most 12 a minute; an infinite interval makes none due.
        return ValidityRule(part: .sample, percent: 75, ofDue: Int(Double(minutes) * 60 / sampleSeconds))
    }

    /// 45 valid minutes. Source: HJ 212-2017, formula (24); HJ 76, appendix B.
    package static let hour = ValidityRule(part: .minute, minimum: 45)
    /// 20 valid hours. Source: HJ 212-2017, formula (25); HJ 76, appendix B.
    package static let day = ValidityRule(part: .hour, minimum: 20)
    /// 25 valid days, 23 in February. `month`: 1…12. Source: HJ 76, appendix B.
    package static func month(_ month: Int) -> ValidityRule { ValidityRule(part: .day, minimum: month == 2 ? 23 : 25) }
    /// One valid month: no text sets more.
    package static let year = ValidityRule(part: .month, minimum: 1)

    package func judge(count: Int) -> Validity {
        if count >= minimum { return .valid }
        let count = max(0, count)
        let words = "\(count) \(part.rawValue)\(count == 1 ? "" : "s")"
        return .invalid(reason: due.map { "\(words) of \($0) due" } ?? words)
    }

    /// An average that an instrument stated without saying of how much stands on the instrument's own flag.
    package func judge(_ period: PeriodStatistics) -> Validity {
        if let count = period.count { return judge(count: count) }
        guard period.average != nil else { return judge(count: 0) }
        return period.flag.isGood ? .valid : .invalid(reason: "flag \(period.flag)")
    }
}
