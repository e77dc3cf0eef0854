import Emissions
package import Telemetry

/// Rule D4: the running hour can no longer become valid.
package struct HourCompleteness: Equatable, Sendable {
    private let needed: Int
    private var bad = 0

    /// `needed`: valid minutes of an hour; with 45 the 16th bad one decides.
    package init(needed: Int = ValidityRule.hour.minimum) {
        self.needed = needed
    }

    /// Bad minutes of the running hour, for a state that survives restarts.
    package func write(to line: inout StateLine) { line.add(bad) }

    package mutating func restore(from line: inout StateLine) throws(StateLine.Unreadable) {
        bad = try line.count(limit: 60)
    }

    /// A new hour begins; the alarm of the one before ends.
    package mutating func begin() -> Verdict {
        bad = 0
        return .clear
    }

    /// The next minute of the hour. `isDue`: false while the plant stands, when nothing is missing. After a restart the
    /// minutes of the open hour are given again.
    package mutating func minute(isValid: Bool, isDue: Bool = true, until end: WallInstant) -> Verdict {
        if !isValid, isDue { bad += 1 }
        guard 60 - bad < needed else { return .unknown }
        return .holds(
            Evidence(
                value: Double(bad), limit: Double(61 - needed), span: .minutes(1),
                facts: AlarmFacts([
                    .count: .number(Double(bad)), .needed: .number(Double(needed)), .until: .clock(end),
                ])))
    }
}
