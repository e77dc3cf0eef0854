package import Protocol
import Telemetry

/// The active alarms, and the reports that their transitions make.
///
/// An alarm keeps its id from `raised` to `cleared`: source, factor, rule and the moment it began.
package struct AlarmBoard: Sendable {
    /// What stays the same through the life of an alarm.
    struct Subject: Hashable, Sendable {
        var rule: String
        var source: String
        var factor: String?
        /// Tells several limits of one rule on one factor apart.
        var ordinal = 0
    }

    private var active: [Subject: AlarmReport] = [:]

    init() {}

    /// In order of their beginning.
    package var reports: [AlarmReport] {
        active.values.sorted { ($0.since, $0.id) < ($1.since, $1.id) }
    }

    mutating func raise(
        _ subject: Subject, severity: AlarmReport.Severity, value: Double?, limit: Double?, since: WallInstant,
        message: String
    ) -> AlarmReport {
        let factor = subject.factor.map { ".\($0)" } ?? ""
        let ordinal = subject.ordinal == 0 ? "" : "-\(subject.ordinal + 1)"
        let report = AlarmReport(
            id: "\(subject.source)\(factor).\(subject.rule)\(ordinal).\(since.millisecondsSince1970)",
            rule: subject.rule, severity: severity, state: .raised, source: subject.source, factor: subject.factor,
            value: value, limit: limit, since: since, message: message)
        active[subject] = report
        return report
    }

    func isActive(_ subject: Subject) -> Bool { active[subject] != nil }

    /// The report that ends the alarm; nil when it is not active.
    mutating func clear(_ subject: Subject, value: Double?, message: String) -> AlarmReport? {
        guard var report = active.removeValue(forKey: subject) else { return nil }
        report.state = .cleared
        report.value = value
        report.message = message
        return report
    }
}
