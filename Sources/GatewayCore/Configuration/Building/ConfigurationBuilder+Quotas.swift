import Alarms
import Telemetry

/// `period` of a quota as it is written.
private enum WrittenPeriod: String, CaseIterable, Sendable {
    case month, quarter, season, year, response
}

extension ConfigurationBuilder {
    /// One quota of a factor.
    func quota(_ entry: MappingReader<QuotaKey>) -> QuotaConfiguration {
        let conditions = entry.mapping(.when, LimitConditionKey.self).map(self.conditions) ?? []
        let maximum = entry.required(
            .max, .number, hint: .init("in the unit of the factor's `Cou`, mostly kg", zh: "以因子 `Cou` 的单位计，多为 kg"))
        if let maximum, maximum <= 0 { entry.error(.max, .init("must be above 0", zh: "必须大于 0")) }
        var quota = QuotaConfiguration(period: period(entry, conditions), maximum: maximum ?? 1)
        quota.conditions = conditions
        readShares(entry, into: &quota)
        quota.validFrom = entry.optional(.validFrom, .civilTime)
        quota.validTo = entry.optional(.validTo, .civilTime)
        if let from = quota.validFrom, let to = quota.validTo, from.localMilliseconds >= to.localMilliseconds {
            entry.error(.validTo, .init("must be later than `valid_from`", zh: "必须晚于 `valid_from`"))
        }
        quota.source = entry.optional(.source, .text(maximum: 64))
        quota.before = entry.mapping(.before, EarlierAmountKey.self).flatMap(earlierAmount)
        return quota
    }

    private func earlierAmount(_ entry: MappingReader<EarlierAmountKey>) -> EarlierAmount? {
        let amount = entry.required(.amount, .number, hint: .init("in the unit of `max`", zh: "以 `max` 的单位计"))
        let until = entry.required(.until, .civilTime, hint: .init("when the gateway began to count", zh: "网关开始统计的时间"))
        if let amount, amount < 0 { entry.error(.amount, .init("must not be below 0", zh: "不能小于 0")) }
        guard let amount, let until else { return nil }
        return EarlierAmount(amount: amount, until: until)
    }

    private func period(_ entry: MappingReader<QuotaKey>, _ conditions: [LimitCondition]) -> QuotaPeriod {
        let names = WrittenPeriod.allCases.map(\.rawValue)
        let period = entry.required(.period, ScalarRule<WrittenPeriod>.choice, hint: .oneOf(names))
        let months = entry.optional(.months, .months)
        if let period, period != .season {
            entry.warnOfNoEffect(.months, without: "`period: season`")
        }
        switch period {
        case .month: return .month
        case .quarter: return .quarter
        case .year, nil: return .year
        case .season:
            if !entry.has(.months) {
                entry.reportMissing(
                    .months, hint: .init("such as 11-3 for November to March", zh: "例如 11-3 表示 11 月至次年 3 月"))
            }
            return months.map { .season($0) } ?? .year
        case .response:
            for case .response(let level) in conditions { return .response(atLeast: level) }
            entry.error(
                .period, .init("which response is meant is not said", zh: "没有说明是哪一级响应"),
                hint: .init("add `when: { response_level: LEVEL }`", zh: "增加 `when: { response_level: 级别 }`"))
            return .year
        }
    }

    private func readShares(_ entry: MappingReader<QuotaKey>, into quota: inout QuotaConfiguration) {
        guard let shares = entry.scalars(.warn, .percentage) else { return }
        quota.warn = shares.map(\.value)
        for (share, next) in zip(shares, shares.dropFirst()) where next.value <= share.value {
            entry.log.error(
                at: next.position, .init("`warn`: the shares must rise", zh: "`warn`：各档必须递增"),
                hint: .init("such as [80%, 90%]", zh: "例如 [80%, 90%]"))
        }
        if shares.count > 8 { entry.error(.warn, .init("more than 8 shares", zh: "超过 8 档")) }
    }
}
