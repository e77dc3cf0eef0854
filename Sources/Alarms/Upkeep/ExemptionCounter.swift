package import Telemetry

/// Rule M5: exempt hours or events, counted against a ceiling, as of start-ups of a waste incinerator in a year.
package struct ExemptionCounter: Equatable, Sendable {
    /// Fractions of the ceiling that are told, with their urgency.
    private static let steps: [(share: Double, severity: AlarmSeverity)] = [
        (0.5, .info), (0.8, .warning), (1, .alarm),
    ]

    package let name: BilingualText
    /// In hours or events.
    package let ceiling: Double
    /// Used in ``period``; both are to be kept over a restart.
    package private(set) var used: Double
    /// The number of the year, quarter or day it counts for.
    package private(set) var period: Int

    package init(name: BilingualText, ceiling: Double, used: Double = 0, period: Int = 0) {
        self.name = name
        self.ceiling = ceiling
        self.used = used
        self.period = period
    }

    /// Counts `amount`, none at all to look only. In a new period counting begins anew.
    package mutating func add(_ amount: Double, in period: Int) -> Verdict {
        if period != self.period {
            self.period = period
            used = 0
        }
        if amount.isFinite, amount > 0 { used += amount }
        let used = used
        guard ceiling > 0, let step = Self.steps.lastIndex(where: { used >= ceiling * $0.share }) else { return .clear }
        let next = Self.steps.indices.contains(step + 1) ? Self.steps[step + 1].share * 100 : nil
        return .holds(
            Evidence(
                value: used, limit: ceiling, step: step, severity: Self.steps[step].severity,
                facts: AlarmFacts([
                    .parameter: .bilingual(name), .amount: .number(used), .limit: .number(ceiling),
                    .share: .percent(ShownPercent(used / ceiling * 100, below: next)),
                ])))
    }
}
