import Telemetry

/// The month or year that a report is about, on the plant's clock.
package enum ReportPeriod: Hashable, Sendable {
    /// One row a day. The month is 1…12.
    case month(year: Int, month: Int)
    /// One row a month.
    case year(Int)

    /// `2026-11`; nil for any other text.
    package init?(month text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let year = Self.number(parts[0], digits: 4, in: 1971...2099),
            let month = Self.number(parts[1], digits: 2, in: 1...12)
        else { return nil }
        self = .month(year: year, month: month)
    }

    /// `2026`; nil for any other text.
    package init?(year text: String) {
        guard let year = Self.number(text[...], digits: 4, in: 1971...2099) else { return nil }
        self = .year(year)
    }

    private static func number(_ text: Substring, digits: Int, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    var year: Int {
        switch self {
        case .month(let year, _), .year(let year): year
        }
    }

    var length: PeriodLength {
        switch self {
        case .month: .month
        case .year: .year
        }
    }

    /// Midnight of its first day.
    var start: CivilTime {
        switch self {
        case .month(let year, let month): CivilTime(year: year, month: month, day: 1)
        case .year(let year): CivilTime(year: year, month: 1, day: 1)
        }
    }

    /// As it is written on the command line.
    package var text: String {
        switch self {
        case .month(let year, let month): Self.text(year, month)
        case .year(let year): "\(year)"
        }
    }

    func contains(_ time: CivilTime) -> Bool {
        switch self {
        case .month(let year, let month): time.year == year && time.month == month
        case .year(let year): time.year == year
        }
    }

    /// The name of the row that an hour of the period belongs to: `2026-11-05` or `2026-11`.
    func row(of time: CivilTime) -> String {
        switch self {
        case .month: String(time.readable.prefix(10))
        case .year: Self.text(time.year, time.month)
        }
    }

    /// Whether an hour can bear on the report: substitutes look back up to a year, and a quarter is judged as a whole.
    func needs(_ time: CivilTime, substituting: Bool) -> Bool {
        guard substituting else { return contains(time) }
        let last =
            switch self {
            case .month(_, let month): (month + 2) / 3 * 3
            case .year: 12
            }
        return time.year == year - 1 || time.year == year && time.month <= last
    }

    /// Instants outside of which no hour of the period, and of the year before when `substituting`, begins in any zone, in ms
    /// since 1970 UTC: for passing over records without reading them.
    package func bounds(substituting: Bool) -> ClosedRange<Int64> {
        let day: Int64 = 86_400_000
        let first = CivilTime(year: substituting ? year - 1 : year, month: 1, day: 1)
        let last = CivilTime(year: year + 1, month: 1, day: 1)
        return first.localMilliseconds - day...last.localMilliseconds + day
    }

    private static func text(_ year: Int, _ month: Int) -> String {
        var text = ""
        text.appendDecimal(year, width: 4)
        text += "-"
        text.appendDecimal(month, width: 2)
        return text
    }
}
