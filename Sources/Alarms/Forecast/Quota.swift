import Emissions
package import Telemetry

/// Rules T1 and T2: an amount that may be emitted within a period.
package struct Quota: Equatable, Sendable {
    /// T1 for the permit, T2 for a season or a response period.
    package var rule: RuleID
    /// In the unit of the factor's `Cou`.
    package var limit: Double
    package var unit: String?
    package var source: String?
    /// "year 2026".
    package var period: BilingualText
    package var start: WallInstant
    /// The first moment after the period.
    package var end: WallInstant
    /// Fractions of the limit at which it is told, in order.
    package var shares: [Double]

    package init(
        _ rule: RuleID, limit: Double, unit: String? = nil, source: String? = nil, period: BilingualText,
        start: WallInstant, end: WallInstant, shares: [Double] = [0.8, 0.9, 1]
    ) {
        self.rule = rule
        self.limit = limit
        self.unit = unit
        self.source = source
        self.period = period
        self.start = start
        self.end = end
        self.shares = shares
    }

    /// When the amount is used up if it goes on as on the average so far; nil before anything can be said, and for
    /// what lasts a hundred years. `counted`: the time in which `used` was counted, where it is not all since ``start``.
    package func exhaustion(used: Double, counted: Duration? = nil, at now: WallInstant) -> WallInstant? {
        let elapsed = (counted ?? now - start).inSeconds
        guard used > 0, elapsed > 0, limit > 0 else { return nil }
        let left = elapsed * (limit / used - 1)
        guard left < 100 * 366 * 86_400 else { return nil }
        return now + .milliseconds(Int64(left * 1_000))
    }

    /// `used`: emitted since ``start``, as far as it was counted; `counted`: see ``exhaustion(used:counted:at:)``.
    package func verdict(used: Double, counted: Duration? = nil, at now: WallInstant) -> Verdict {
        guard used.isFinite else { return .unknown }
        guard now >= start, now < end, limit > 0 else { return .clear }
        guard let step = shares.lastIndex(where: { used >= limit * $0 }) else { return .clear }
        let date = exhaustion(used: used, counted: counted, at: now).flatMap { $0 < end && $0 > now ? $0 : nil }
        let next = shares.indices.contains(step + 1) ? shares[step + 1] * 100 : nil
        return .holds(
            Evidence(
                value: used, limit: limit, limitSource: source, step: step,
                severity: severity(used, isShort: date != nil),
                facts: AlarmFacts([
                    .amount: .number(used), .limit: .number(limit), .unit: unit.map { .text($0) },
                    .share: .percent(ShownPercent(used / limit * 100, below: next)), .period: .bilingual(period),
                    .source: source.map { .text($0) }, .date: date.map { .date($0) },
                ])))
    }

    /// What lasts to the end of the period is worth knowing and no warning.
    private func severity(_ used: Double, isShort: Bool) -> AlarmSeverity {
        if used >= limit { return .alarm }
        return isShort ? .warning : .info
    }
}
