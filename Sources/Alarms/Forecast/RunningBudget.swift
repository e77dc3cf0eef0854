import Emissions
package import Telemetry

/// Rules L4 and L5: what the rest of a running hour or day may average without exceeding its limit.
///
/// With the limit L, the sum S of n valid parts and r parts left, the rest may average R = ((n+r)·L − S)/r. Parts that
/// are lost leave the budget, as they leave the mean. Source: monitoring practice, remaining-budget forecast.
package struct RunningBudget: Equatable, Sendable {
    /// How a period is divided and looked at.
    package struct Division: Equatable, Sendable {
        /// Parts of the period.
        package var parts: Int
        package var partLength: Duration
        /// Parts that make up the present level, and from one look to the next.
        package var stride: Int
        /// Parts before the first look: an hour is not judged by its first minutes.
        package var earliest: Int
        /// Valid parts without which the period has no valid mean.
        package var needed: Int

        package init(parts: Int, partLength: Duration, stride: Int, earliest: Int, needed: Int) {
            self.parts = parts
            self.partLength = partLength
            self.stride = stride
            self.earliest = earliest
            self.needed = needed
        }

        /// 60 minutes, looked at every 5 from the 10th on.
        package static let hour = Division(
            parts: 60, partLength: .seconds(60), stride: 5, earliest: 10, needed: ValidityRule.hour.minimum)
        /// 24 hours, looked at every hour from the 4th on.
        package static let day = Division(
            parts: 24, partLength: .seconds(3_600), stride: 1, earliest: 4, needed: ValidityRule.day.minimum)
    }

    package let rule: RuleID
    package let division: Division
    private var sum = 0.0
    private var valid = 0
    private var elapsed = 0
    /// The last ``Division/stride`` parts.
    private var level: [Double?] = []

    /// L4.
    package static var hour: RunningBudget { RunningBudget(rule: .hourForecast, division: .hour) }
    /// L5.
    package static var day: RunningBudget { RunningBudget(rule: .dayForecast, division: .day) }

    private init(rule: RuleID, division: Division) {
        self.rule = rule
        self.division = division
    }

    /// A new period begins; the alarm of the one before ends.
    package mutating func begin() -> Verdict {
        self = RunningBudget(rule: rule, division: division)
        return .clear
    }

    /// The next part of the period, in order; nil: it is not valid. After a restart the parts of the open period are
    /// given again.
    package mutating func add(_ part: Double?) {
        guard elapsed < division.parts else { return }
        elapsed += 1
        if let part {
            sum += part
            valid += 1
        }
        level.append(part)
        if level.count > division.stride { level.removeFirst() }
    }

    /// The running period, for a state that survives restarts.
    package func write(to line: inout StateLine) {
        line.add(sum)
        line.add(valid)
        line.add(elapsed)
        line.add(level.count)
        for part in level { line.add(part) }
    }

    package mutating func restore(from line: inout StateLine) throws(StateLine.Unreadable) {
        sum = try line.number()
        valid = try line.count(limit: division.parts)
        elapsed = try line.count(limit: division.parts)
        level = []
        for _ in 0..<(try line.count(limit: division.stride)) { level.append(try line.double()) }
    }

    /// R; nil when nothing is left.
    package func allowed(limit: Double) -> Double? {
        let left = division.parts - elapsed
        guard left > 0 else { return nil }
        return (Double(valid + left) * limit - sum) / Double(left)
    }

    /// The mean of the last parts that are valid; nil without one.
    package var present: Double? {
        let numbers = level.compactMap(\.self)
        return numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
    }

    /// Looks, when a look is due. Within a period it never says that the danger is over: one alarm a period, which goes a
    /// step further once R is not above zero and nothing can help any more.
    package func verdict(
        limit: LimitBound, decimals: Int, until end: WallInstant, unit: String? = nil
    ) -> Verdict {
        guard elapsed >= division.earliest, elapsed.isMultiple(of: division.stride),
            valid + division.parts - elapsed >= division.needed,
            let allowed = allowed(limit: limit.value), let present, allowed <= 0 || present > allowed
        else { return .unknown }
        let value = present.rounded(toDecimals: decimals)
        let isLost = allowed <= 0
        return .holds(
            Evidence(
                value: value, limit: limit.value, limitSource: limit.limit.source,
                span: division.partLength * division.stride, step: isLost ? 1 : 0,
                unheldBy: limit.limit.applies.namedMarks,
                facts: AlarmFacts([
                    .allowed: isLost ? nil : .number(Self.cut(allowed, decimals)), .until: isLost ? nil : .clock(end),
                    .limit: isLost ? nil : .number(limit.value), .bound: isLost ? .number(limit.value) : nil,
                    .value: .number(value), .unit: unit.map { .text($0) },
                    .source: limit.limit.source.map { .text($0) },
                ])))
    }

    /// Cut to the factor's decimals, never up: who keeps below what is said stays within the limit. What is cut to nothing
    /// is said in full.
    private static func cut(_ allowed: Double, _ decimals: Int) -> Double {
        let unit = (0..<min(max(decimals, 0), 9)).reduce(1.0) { unit, _ in unit / 10 }
        var cut = allowed.rounded(toDecimals: decimals)
        if cut > allowed { cut = (cut - unit).rounded(toDecimals: decimals) }
        return cut > 0 ? cut : allowed
    }
}
