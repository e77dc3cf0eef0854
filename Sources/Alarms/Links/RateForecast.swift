/// Rule D8: how many hours a month can still lose before its effective transmission rate misses the target.
///
/// Effective rate = received/due · valid/received = valid/due. Source: assessment practice of the national software.
package struct RateForecast: Equatable, Sendable {
    /// Hours of the whole month that are due; those of a stopped plant are not.
    package var dueInMonth: Int
    /// Due so far.
    package var due: Int
    /// Of these, the valid ones. What waits at an uplink is not lost: rules D5 to D7 tell of it.
    package var valid: Int
    /// Percent.
    package var target: Double
    /// Fewer hours than this left to lose are told.
    package var margin: Int

    package init(dueInMonth: Int, due: Int, valid: Int, target: Double = 90, margin: Int = 24) {
        self.dueInMonth = dueInMonth
        self.due = due
        self.valid = valid
        self.target = target
        self.margin = margin
    }

    /// Of the month so far, percent; nil before anything is due.
    package var rate: Double? { due > 0 ? Double(valid) / Double(due) * 100 : nil }

    /// How many hours the month may lose in all.
    private var allowed: Int {
        let hours = (Double(dueInMonth) * (1 - target / 100) + 1e-9).rounded(.down)
        return Int(min(max(hours, 0), 1e6))
    }

    /// So many more lost hours bring the month under the target; 0: it is missed already.
    package var hoursToLose: Int {
        // The hour that brings it under is one more than may be lost.
        max(0, allowed - (due - valid) + 1)
    }

    package var verdict: Verdict {
        guard let rate, due > valid else { return .clear }
        // What is left of a month in which the gateway came late allows few lost hours: half of them must be gone.
        guard hoursToLose <= min(margin, (allowed + 1) / 2) else { return .clear }
        let shown = ShownPercent(rate, below: rate < target ? target : nil)
        return .holds(
            Evidence(
                value: rate, limit: target, isLow: true, step: hoursToLose == 0 ? 1 : 0,
                facts: AlarmFacts([
                    .value: .percent(shown), .count: .number(Double(hoursToLose)),
                    .limit: .number(target),
                ])))
    }
}
