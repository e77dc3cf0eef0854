package import Emissions
package import Telemetry

/// Rules L4 and L5: what the rest of a running hour or day may average without exceeding its limit.
///
/// With the limit L, the sum S of n valid parts and r parts left, the rest may average R = ((n+r)·L − S)/r. Parts that
/// are lost or not due leave the budget, as they leave the mean. A mean that the record weighs by the flow is weighed here too:
/// n and r are m³ then. Source: monitoring practice, remaining-budget forecast.
package struct RunningBudget: Equatable, Sendable {
    /// How a period is divided and looked at.
    package enum Division: Equatable, Sendable {
        /// 60 minutes, looked at every 5 from the 10th on.
        case hour
        /// 24 hours, looked at every hour from the 4th on.
        case day

        package var parts: Int { self == .hour ? 60 : 24 }
        var partLength: Duration { self == .hour ? .seconds(60) : .seconds(3_600) }
        /// Parts that make up the present level, and from one look to the next.
        var stride: Int { self == .hour ? 5 : 1 }
        /// Parts before the first look: an hour is not judged by its first minutes.
        var earliest: Int { self == .hour ? 10 : 4 }
    }

    /// One minute of an hour, or hour of a day.
    package struct Part: Equatable, Sendable {
        /// The mean, or the lower bound, that limits judge; nil: the part is not valid.
        package var value: Double?
        /// Whether something was to be measured.
        package var isDue: Bool
        /// m³ that carried the value; nil: the flow is not known.
        package var water: Double?
        /// Parts for which the water stands: more than one after a silence of the meter.
        package var waterParts: Int
        /// The mean that the water carried where it is that of more parts; nil: `value`.
        package var waterMean: Double?

        package init(_ value: Double?, isDue: Bool = true, water: Double? = nil, waterParts: Int = 1) {
            self.value = value
            self.isDue = isDue
            self.water = water
            self.waterParts = waterParts
        }

        static let lost = Part(nil)
    }

    package let rule: RuleID
    package let division: Division
    private let needs: NeededParts
    private let isWeighted: Bool
    private var sum = 0.0
    private var valid = 0
    private var elapsed = 0
    private var notDue = 0
    /// Over the valid parts whose flow is known: value · m³, m³, and how many they are.
    private var carried = 0.0
    private var water = 0.0
    private var weighed = 0
    /// The last ``Division/stride`` parts.
    private var level: [Double?] = []

    /// L4. `isWeighted`: whether the record weighs the mean by the flow.
    package static func hour(_ needs: NeededParts = NeededParts(), isWeighted: Bool = false) -> RunningBudget {
        RunningBudget(rule: .hourForecast, division: .hour, needs: needs, isWeighted: isWeighted)
    }

    /// L5.
    package static func day(_ needs: NeededParts = NeededParts(), isWeighted: Bool = false) -> RunningBudget {
        RunningBudget(rule: .dayForecast, division: .day, needs: needs, isWeighted: isWeighted)
    }

    private init(rule: RuleID, division: Division, needs: NeededParts, isWeighted: Bool) {
        self.rule = rule
        self.division = division
        self.needs = needs
        self.isWeighted = isWeighted
    }

    /// A new period begins; the alarm of the one before ends.
    package mutating func begin() -> Verdict {
        self = RunningBudget(rule: rule, division: division, needs: needs, isWeighted: isWeighted)
        return .clear
    }

    /// The next part of the period, in order. After a restart the parts of the open period are given again.
    package mutating func add(_ part: Part) {
        guard elapsed < division.parts else { return }
        elapsed += 1
        if !part.isDue { notDue += 1 }
        if let value = part.value {
            sum += value
            valid += 1
        }
        if let cubicMetres = part.water, cubicMetres > 0, let mean = part.waterMean ?? part.value {
            carried += mean * cubicMetres
            water += cubicMetres
            // A meter that was silent for hours stands for no more than the period has had.
            weighed = min(elapsed, weighed + part.waterParts)
        }
        level.append(part.value)
        if level.count > division.stride { level.removeFirst() }
    }

    private var left: Int { division.parts - elapsed }
    /// Parts due, if those that are left are.
    private var due: Int { division.parts - notDue }

    /// Whether the period can still become valid.
    private var canBeValid: Bool {
        let needed = division == .hour ? needs.minutes(ofDue: due) : needs.hours(ofDue: due)
        return valid + left >= needed
    }

    /// R; nil when nothing is left.
    package func allowed(limit: Double) -> Double? {
        guard left > 0 else { return nil }
        // As the record weighs: the flow must be known in 75 % of what is due.
        guard isWeighted, water > 0, (weighed + left) * 4 >= due * 3 else {
            return (Double(valid + left) * limit - sum) / Double(left)
        }
        let toCome = Double(left) * water / Double(weighed)
        return ((water + toCome) * limit - carried) / toCome
    }

    /// The mean of the last parts that are valid; nil without one.
    package var present: Double? {
        let numbers = level.compactMap(\.self)
        return numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
    }

    /// Looks, when a look is due. Within a period it never says that the danger is over: one alarm a period, which goes a
    /// step further once R is not above zero and nothing can help any more.
    package func verdict(
        limit: LimitBound, decimals: Int, rounding: RoundingRule = .halfEven, until end: WallInstant,
        unit: String? = nil
    ) -> Verdict {
        guard elapsed >= division.earliest, elapsed.isMultiple(of: division.stride), canBeValid,
            let allowed = allowed(limit: limit.value), let present, allowed <= 0 || present > allowed
        else { return .unknown }
        let value = present.roundedMean(toDecimals: decimals, rule: rounding)
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

extension RunningBudget {
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

    /// Writes what earlier versions did not have, behind ``write(to:)``.
    func writeMore(to line: inout StateLine) {
        line.add(notDue)
        line.add(carried)
        line.add(water)
        line.add(weighed)
    }

    mutating func restoreMore(from line: inout StateLine) throws(StateLine.Unreadable) {
        notDue = try line.count(limit: division.parts)
        carried = try line.number()
        water = try line.number()
        weighed = try line.count(limit: division.parts)
    }
}
