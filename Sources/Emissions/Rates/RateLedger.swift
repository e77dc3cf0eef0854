package import Telemetry

/// The counts of one outlet's factors, day by day, for the rates of today, yesterday and the month.
///
/// The latest 62 days are kept, which covers the present month and the one before. A day that is wrong because the clock
/// was takes one place and disturbs nothing else.
package struct RateLedger: Equatable, Sendable {
    /// What is summed.
    package enum Span: String, CaseIterable, Sendable {
        case today, yesterday, month
    }

    private struct Day: Equatable, Sendable {
        /// `YYYYMMDD`.
        var date: Int
        /// One for each factor.
        var counts: [RateCounts]
    }

    package static let mostDays = 62

    /// The codes, in the order of their indices.
    package let factors: [String]
    /// In order of date.
    private var days: [Day] = []

    package init(factors: [String]) {
        self.factors = factors
    }

    // MARK: Counting

    /// Counts items of `day` (its date alone matters) for the factor at an index into ``factors``.
    package mutating func note(
        day: CivilTime, factor: Int, due: Int = 0, received: Int = 0, valid: Int = 0, acknowledged: Int = 0
    ) {
        guard factors.indices.contains(factor), let place = place(of: day.dateNumber) else { return }
        days[place].counts[factor] += RateCounts(
            due: due, received: received, valid: valid, acknowledged: acknowledged)
    }

    /// Where the day is kept, for which there may have to be made room; nil when it is older than all that are kept.
    private mutating func place(of date: Int) -> Int? {
        // Nearly always the last one.
        var place = days.count
        while place > 0, days[place - 1].date > date { place -= 1 }
        if place > 0, days[place - 1].date == date { return place - 1 }
        if days.count == Self.mostDays {
            guard place > 0 else { return nil }
            days.removeFirst()
            place -= 1
        }
        days.insert(Day(date: date, counts: Array(repeating: RateCounts(), count: factors.count)), at: place)
        return place
    }

    // MARK: Sums

    /// What was counted of one factor, or of all when `factor` is nil, as seen on `today`.
    package func sum(_ span: Span, today: CivilTime, factor: Int? = nil) -> RateCounts {
        let dates: ClosedRange<Int>
        switch span {
        case .today: dates = today.dateNumber...today.dateNumber
        case .yesterday: dates = today.dayBefore.dateNumber...today.dayBefore.dateNumber
        case .month: dates = today.dateNumber / 100 * 100...today.dateNumber / 100 * 100 + 99
        }
        var total = RateCounts()
        for day in days where dates.contains(day.date) {
            for (index, counts) in day.counts.enumerated() where factor == nil || factor == index { total += counts }
        }
        return total
    }

    // MARK: Keeping

    /// All of it as numbers: for each day the date, then due, received, valid and acknowledged of each factor.
    package var numbers: [Int] {
        days.flatMap { day in
            [day.date] + day.counts.flatMap { [$0.due, $0.received, $0.valid, $0.acknowledged] }
        }
    }

    /// The ledger that ``numbers`` were taken from when its factors were `savedFactors`. Factors that are gone are left
    /// out, new ones begin empty. Nil when the numbers are no such ledger.
    package init?(factors: [String], numbers: [Int], savedFactors: [String]) {
        let width = 1 + 4 * savedFactors.count
        guard numbers.count.isMultiple(of: width), numbers.count / width <= Self.mostDays else { return nil }
        self.factors = factors
        let places = factors.map { savedFactors.firstIndex(of: $0) }
        for start in stride(from: 0, to: numbers.count, by: width) {
            let row = numbers[start..<start + width]
            guard row.allSatisfy({ $0 >= 0 }), (days.last?.date ?? 0) < row[start], row[start] <= 9_999_12_31 else {
                return nil
            }
            let counts = places.map { place in
                place.map { index in
                    let first = start + 1 + 4 * index
                    return RateCounts(
                        due: row[first], received: row[first + 1], valid: row[first + 2],
                        acknowledged: row[first + 3])
                } ?? RateCounts()
            }
            days.append(Day(date: row[start], counts: counts))
        }
    }
}

extension CivilTime {
    /// `YYYYMMDD`.
    fileprivate var dateNumber: Int { (min(max(year, 0), 9_999) * 100 + month) * 100 + day }

    fileprivate var dayBefore: CivilTime {
        CivilTime(localMilliseconds: CivilTime(year: year, month: month, day: day).localMilliseconds - 86_400_000)
    }
}
