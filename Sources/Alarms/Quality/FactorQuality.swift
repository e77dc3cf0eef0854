package import Emissions
import Telemetry

/// Rules Q1–Q8 of one factor: minute by minute, and hour by hour for Q8.
package struct FactorQuality: Sendable {
    /// The rules judged by the minute, in the order of ``judge(_:isRunning:limit:)``.
    package static let minuteRules: [RuleID] = [
        .constantValue, .zeroValue, .negativeValue, .overRange, .jump, .tooSmooth, .flatTop,
    ]
    /// Good minutes before steps and noise can be judged.
    private static let leastHistory = 15

    private let traits: FactorTraits
    private var constant = ConstantWatch()
    private var history = HourHistory()
    private var flatTop = FlatTopWatch()
    private var lastMark: PlantMark?

    package init(_ traits: FactorTraits) {
        self.traits = traits
    }

    /// One verdict for each of ``minuteRules``. `limit`: the one in force for what `average` is, or for the converted mean
    /// where `limitIsConverted`, for Q7.
    package mutating func judge(
        _ minute: FactorMinute, isRunning: Bool?, limit: Double?, limitIsConverted: Bool = false,
        mark: PlantMark = .running
    ) -> [Verdict] {
        // A plant that starts or stops changes every value; what was before is no measure for what comes.
        if lastMark != mark { history = HourHistory() }
        lastMark = mark
        let verdicts = [
            constant.judge(minute, traits), zero(minute, isRunning), negative(minute), overRange(minute), jump(minute),
            tooSmooth(minute), flatTop.judge(limitIsConverted ? minute.converted : minute.good, limit: limit),
        ]
        if minute.newResult != false { history.add(minute.good, deviation: minute.deviation) }
        return verdicts
    }

    // MARK: Q2 … Q4

    private func zero(_ minute: FactorMinute, _ isRunning: Bool?) -> Verdict {
        guard traits.isEmitted, isRunning != false else { return .clear }
        guard isRunning == true, minute.good != nil, let low = minute.minimum, let high = minute.maximum
        else { return .unknown }
        let nothing = (traits.resolution ?? 0) / 2
        guard max(low.magnitude, high.magnitude) <= nothing else { return .clear }
        return .holds(Evidence(value: minute.average, span: .minutes(1)))
    }

    /// 2 % of the span below the range of the readings; without one a step of the resolution below zero.
    private func negative(_ minute: FactorMinute) -> Verdict {
        guard let average = minute.good else { return .unknown }
        guard let range = traits.readingRange ?? traits.range else {
            // Without a range nothing says that a temperature or a pressure must not be below zero.
            return traits.isEmitted ? negative(average, below: 0 - (traits.resolution ?? 0)) : .clear
        }
        let reading = traits.readingRange == nil ? average : minute.rawAverage ?? average
        return negative(reading, below: range.lowerBound - (range.upperBound - range.lowerBound) * 0.02)
    }

    private func negative(_ value: Double, below lowest: Double) -> Verdict {
        value < lowest ? .holds(evidence(value, limit: lowest, isLow: true)) : .clear
    }

    private func overRange(_ minute: FactorMinute) -> Verdict {
        let end = traits.range?.upperBound
        if minute.flag == .overRange {
            // The means leave out what is over range, and so does their maximum.
            let greatest = [minute.overRange, minute.maximum].compactMap(\.self).max()
            return .holds(evidence(greatest ?? end, limit: end))
        }
        guard let end else { return .clear }
        guard minute.good != nil, let high = minute.maximum else { return .unknown }
        return high >= end ? .holds(evidence(high, limit: end)) : .clear
    }

    private func evidence(_ value: Double?, limit: Double?, isLow: Bool = false) -> Evidence {
        Evidence(
            value: value, limit: limit, isLow: isLow, span: .minutes(1),
            facts: AlarmFacts([
                .value: value.map { .number($0) }, .limit: limit.map { .number($0) },
                .unit: traits.unit.map { .text($0) },
            ]))
    }

    // MARK: Q5 and Q6

    private func jump(_ minute: FactorMinute) -> Verdict {
        if let doubt = minute.meterDoubt { return .holds(meter(doubt)) }
        guard let value = minute.good else { return .unknown }
        if let verdict = hourChange(value) { return verdict }
        guard let span = traits.span, span > 0 else { return .clear }
        guard let last = history.last, history.count >= Self.leastHistory else { return .unknown }
        let step = (value - last).magnitude
        guard step > 0.5 * span, let deviation = history.deviation, step > 5 * deviation else { return .clear }
        return .holds(change(from: last, to: value, within: .minutes(1), unit: traits.unit))
    }

    /// A meter that went back, or further than its pipe can carry.
    private func meter(_ doubt: MeterDoubt) -> Evidence {
        let length = doubt.seconds.map { Duration.milliseconds(Int64(min($0, 1e9) * 1000)) }
        return change(from: doubt.from, to: doubt.to, within: length, unit: traits.amountUnit)
    }

    private func hourChange(_ value: Double) -> Verdict? {
        guard let greatest = traits.hourChange, let extremes = history.extremes else { return nil }
        let low = min(extremes.lowerBound, value)
        let high = max(extremes.upperBound, value)
        guard high - low > greatest else { return nil }
        let from = value - low > high - value ? low : high
        return .holds(change(from: from, to: value, within: .hours(1), unit: traits.unit))
    }

    private func change(
        from before: Double, to after: Double, within length: Duration?, unit: String?
    ) -> Evidence {
        Evidence(
            value: (after - before).magnitude, span: .minutes(1),
            facts: AlarmFacts([
                .before: .number(before), .after: .number(after), .length: length.map { .length($0) },
                .unit: unit.map { .text($0) },
            ]))
    }

    private func tooSmooth(_ minute: FactorMinute) -> Verdict {
        guard let noise = traits.noise, noise > 0 else { return .clear }
        guard minute.good != nil, history.count == HourHistory.length, let deviation = history.deviation
        else { return .unknown }
        guard deviation < noise / 10 else { return .clear }
        return .holds(evidence(deviation, limit: noise))
    }

    // MARK: Q8

    /// Judged once an hour with the hour's measured mean, nil without a valid one; not while the plant stands.
    package func judgeRange(hourMean: Double?, isRunning: Bool?) -> Verdict {
        guard let range = traits.range, let span = traits.span, span > 0 else { return .clear }
        guard let hourMean, isRunning != false else { return .unknown }
        let share = (hourMean - range.lowerBound) / span * 100
        // A range that a limit asks for cannot be made smaller, however clean the gas.
        let isTooLow = share < 10 && range.upperBound > traits.neededRange ?? 0
        guard isTooLow || share > 90 else { return .clear }
        let shown = isTooLow ? ShownPercent(share, below: 10) : ShownPercent(share, above: 90)
        return .holds(
            Evidence(
                value: hourMean, limit: range.upperBound, isLow: share < 10, span: .hours(1),
                facts: AlarmFacts([.share: .percent(shown), .limit: .number(range.upperBound)])))
    }

    /// Whether a range covers a limit: it must reach one and a half times as far. For checking configurations.
    package static func suits(range: ClosedRange<Double>, limit: Double) -> Bool { range.upperBound >= 1.5 * limit }
}
