package import Telemetry

/// The time for which an amount is permitted.
package enum QuotaPeriod: Hashable, Sendable {
    case month, quarter, year
    /// Whole months of every year; both ends belong to it, and `from` may lie after `to`: 11…3.
    case season(CalendarSpan)
    /// As long as a heavy-pollution response of this level or a higher one is in force.
    case response(atLeast: ResponseLevel)

    /// T1 for the permit, T2 for a season or a response.
    package var rule: RuleID {
        switch self {
        case .month, .quarter, .year: .quota
        case .season, .response: .seasonQuota
        }
    }
}

/// One such time.
package struct QuotaSpan: Equatable, Sendable {
    package var start: WallInstant
    /// The first moment after it.
    package var end: WallInstant
    /// "year 2026".
    package var name: BilingualText
}

extension QuotaPeriod {
    /// The one that contains `instant`; nil outside the season, or without a response.
    package func span(containing instant: WallInstant, zone: ZoneRules, levels: ResponseLevels) -> QuotaSpan? {
        let clock = zone.civilTime(at: instant)
        func span(from month: Int, months: Int, _ name: BilingualText, year: Int = clock.year) -> QuotaSpan {
            func start(_ index: Int) -> WallInstant {
                zone.instant(of: CivilTime(year: year + index / 12, month: index % 12 + 1, day: 1))
            }
            return QuotaSpan(start: start(month - 1), end: start(month - 1 + months), name: name)
        }
        let year = clock.year
        switch self {
        case .month:
            let month = clock.month < 10 ? "0\(clock.month)" : "\(clock.month)"
            return span(
                from: clock.month, months: 1, BilingualText(en: "month \(year)-\(month)", zh: "\(year)年\(clock.month)月")
            )
        case .quarter:
            let quarter = (clock.month - 1) / 3
            return span(
                from: quarter * 3 + 1, months: 3,
                BilingualText(en: "quarter \(quarter + 1) of \(year)", zh: "\(year)年第\(quarter + 1)季度"))
        case .year: return span(from: 1, months: 12, BilingualText(en: "year \(year)", zh: "\(year)年"))
        case .season(let months):
            guard months.containsClosed(clock.month) else { return nil }
            let wraps = months.from > months.to
            let first = wraps && clock.month <= months.to ? year - 1 : year
            return span(
                from: months.from, months: months.to - months.from + 1 + (wraps ? 12 : 0),
                BilingualText(
                    en: "season \(months.from)-\(months.to) from \(first)",
                    zh: "\(first)年\(months.from)月至\(wraps ? "次年" : "")\(months.to)月"), year: first)
        case .response(let level):
            guard let stretch = levels.stretch(atLeast: level, around: instant) else { return nil }
            return QuotaSpan(
                start: stretch.lowerBound, end: stretch.upperBound,
                name: BilingualText(en: "response (\(level.name))", zh: "应急响应时段（\(level.name)）"))
        }
    }
}
