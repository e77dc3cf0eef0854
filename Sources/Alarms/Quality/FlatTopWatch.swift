/// Rule Q7: nearly every minute of 24 hours lies just under the limit.
struct FlatTopWatch: Equatable, Sendable {
    /// Of the minutes.
    static let share = 0.95
    /// The band under the limit, from this fraction of it.
    static let bandFrom = 0.9
    private static let hours = 24
    /// Good minutes of 24 hours without which nothing is said.
    private static let needed = 24 * 45

    private struct Hour: Equatable, Sendable {
        var minutes = 0
        var good = 0
        var near = 0
    }

    /// The newest last; the running hour is one of them.
    private var counted: [Hour] = []

    mutating func judge(_ value: Double?, limit: Double?) -> Verdict {
        guard let limit, limit > 0 else { return .clear }
        if counted.isEmpty || counted[counted.count - 1].minutes == 60 {
            if counted.count == Self.hours { counted.removeFirst() }
            counted.append(Hour())
        }
        let newest = counted.count - 1
        counted[newest].minutes += 1
        if let value {
            counted[newest].good += 1
            if value >= limit * Self.bandFrom, value <= limit { counted[newest].near += 1 }
        }
        return verdict(limit)
    }

    private func verdict(_ limit: Double) -> Verdict {
        guard counted.count == Self.hours, counted[Self.hours - 1].minutes == 60 else { return .unknown }
        let good = counted.reduce(0) { $0 + $1.good }
        guard good >= Self.needed else { return .unknown }
        let share = Double(counted.reduce(0) { $0 + $1.near }) / Double(good)
        guard share >= Self.share else { return .clear }
        let shown = ShownPercent(share * 100, below: share < 1 ? 100 : nil)
        return .holds(
            Evidence(
                value: share * 100, limit: limit, span: .hours(1),
                facts: AlarmFacts([.limit: .number(limit), .share: .percent(shown)])))
    }
}
