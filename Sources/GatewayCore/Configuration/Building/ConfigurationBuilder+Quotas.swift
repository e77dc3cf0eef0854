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
        let maximum = entry.required(.max, .number, hint: "in the unit of the factor's `Cou`, mostly kg")
        if let maximum, maximum <= 0 { entry.error(.max, "must be above 0") }
        var quota = QuotaConfiguration(period: period(entry, conditions), maximum: maximum ?? 1)
        quota.conditions = conditions
        readShares(entry, into: &quota)
        quota.validFrom = entry.optional(.validFrom, .civilTime)
        quota.validTo = entry.optional(.validTo, .civilTime)
        if let from = quota.validFrom, let to = quota.validTo, from.localMilliseconds >= to.localMilliseconds {
            entry.error(.validTo, "must be later than `valid_from`")
        }
        quota.source = entry.optional(.source, .text(maximum: 64))
        quota.before = entry.mapping(.before, EarlierAmountKey.self).flatMap(earlierAmount)
        return quota
    }

    private func earlierAmount(_ entry: MappingReader<EarlierAmountKey>) -> EarlierAmount? {
        let amount = entry.required(.amount, .number, hint: "in the unit of `max`")
        let until = entry.required(.until, .civilTime, hint: "when the gateway began to count")
        if let amount, amount < 0 { entry.error(.amount, "must not be below 0") }
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
            if !entry.has(.months) { entry.reportMissing(.months, hint: "such as 11-3 for November to March") }
            return months.map { .season($0) } ?? .year
        case .response:
            for case .response(let level) in conditions { return .response(atLeast: level) }
            entry.error(
                .period, "which response is meant is not said", hint: "add `when: { response_level: LEVEL }`")
            return .year
        }
    }

    private func readShares(_ entry: MappingReader<QuotaKey>, into quota: inout QuotaConfiguration) {
        guard let shares = entry.scalars(.warn, .percentage) else { return }
        quota.warn = shares.map(\.value)
        for (share, next) in zip(shares, shares.dropFirst()) where next.value <= share.value {
            entry.log.error(at: next.position, "`warn`: the shares must rise", hint: "such as [80%, 90%]")
        }
        if shares.count > 8 { entry.error(.warn, "more than 8 shares") }
    }
}
