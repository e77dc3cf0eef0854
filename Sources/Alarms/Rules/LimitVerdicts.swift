import Telemetry

/// A number to be judged by limits.
package struct JudgedValue: Equatable, Sendable {
    package var statistic: LimitStatistic
    package var quantity: JudgedQuantity
    /// Rounded as the record has it; nil: there is none that is valid, and nothing is judged.
    package var value: Double?
    /// What it was at least, where readings above the range are in no mean; nil: nothing is left out of `value`.
    package var bound: Double?
    /// The length of the period; zero of an instant.
    package var span: Duration

    package init(
        _ statistic: LimitStatistic, _ quantity: JudgedQuantity, _ value: Double?, bound: Double? = nil,
        span: Duration? = nil
    ) {
        self.bound = bound
        self.statistic = statistic
        self.quantity = quantity
        self.value = value
        self.span = span ?? statistic.usualSpan
    }
}

extension LimitStatistic {
    /// The length of such a period; zero of an instant.
    var usualSpan: Duration {
        switch self {
        case .realtime: .zero
        case .minute: .minutes(1)
        case .hour: .hours(1)
        case .day: .hours(24)
        case .month: .hours(24 * 30)
        case .year: .hours(24 * 365)
        }
    }

    /// The rule of a value above the maximum.
    var ruleAbove: RuleID {
        switch self {
        case .realtime, .minute: .shortLimit
        case .hour: .hourLimit
        case .day, .month, .year: .longLimit
        }
    }

    var name: BilingualText {
        switch self {
        case .realtime: BilingualText(en: "realtime", zh: "实时")
        case .minute: BilingualText(en: "minute", zh: "分钟")
        case .hour: BilingualText(en: "hour", zh: "小时")
        case .day: BilingualText(en: "day", zh: "日")
        case .month: BilingualText(en: "month", zh: "月")
        case .year: BilingualText(en: "year", zh: "年")
        }
    }
}

extension JudgedQuantity {
    /// Of a mean, or of one instant's value.
    func name(ofInstant isInstant: Bool) -> BilingualText {
        switch self {
        case .measured:
            isInstant ? BilingualText(en: "value", zh: "值") : BilingualText(en: "mean", zh: "均值")
        case .converted:
            isInstant
                ? BilingualText(en: "converted value", zh: "折算值") : BilingualText(en: "converted mean", zh: "折算均值")
        case .mass: BilingualText(en: "mass rate", zh: "排放速率")
        case .total: BilingualText(en: "amount", zh: "排放量")
        }
    }
}

extension LimitBound {
    /// L1, L2, L6: above the maximum.
    func verdict(above judged: JudgedValue, unit: String?) -> Verdict {
        if let least = judged.bound, least > value { return .holds(evidence(judged, unit, least: least)) }
        guard let number = judged.value else { return .unknown }
        if number > value { return .holds(evidence(judged, unit)) }
        return number <= value - deadband ? .clear : .between
    }

    /// L7: below the minimum.
    func verdict(below judged: JudgedValue, unit: String?) -> Verdict {
        guard let number = judged.value else { return .unknown }
        if number < value {
            var evidence = evidence(judged, unit)
            evidence.isLow = true
            return .holds(evidence)
        }
        return number >= value + deadband ? .clear : .between
    }

    /// L3: at a warning share of the maximum. Above the maximum another alarm speaks and this one stays as it is.
    func verdict(near judged: JudgedValue, unit: String?) -> Verdict {
        if let least = judged.bound, least > value { return .unknown }
        guard let number = judged.value, number <= value else { return .unknown }
        let shares = limit.warnShares.sorted()
        guard let least = shares.first else { return .clear }
        guard let step = shares.lastIndex(where: { number >= value * $0 }) else {
            return number < value * least - deadband ? .clear : .between
        }
        return .holds(evidence(judged, unit, share: shares[step], step: step))
    }

    private func evidence(
        _ judged: JudgedValue, _ unit: String?, share: Double? = nil, step: Int = 0, least: Double? = nil
    ) -> Evidence {
        var evidence = Evidence(
            value: least ?? judged.value, limit: value, limitSource: limit.source, span: judged.span, step: step,
            unheldBy: limit.applies.namedMarks,
            facts: AlarmFacts([
                .value: least == nil ? judged.value.map { .number($0) } : nil, .least: least.map { .number($0) },
                .limit: .number(value), .unit: unit.map { .text($0) },
                .source: limit.source.map { .text($0) }, .statistic: .bilingual(judged.statistic.name),
                .quantity: .bilingual(judged.quantity.name(ofInstant: judged.span == .zero)),
                .share: share.map { .number($0 * 100) },
            ]))
        evidence.isSample = judged.span == .zero
        return evidence
    }
}
