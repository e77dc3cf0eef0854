import Emissions
import Protocol
package import Telemetry

/// What was due, came and counted at one outlet, hour by hour, and what its platforms have acknowledged of it.
///
/// An hour of a factor is due unless the plant stood, or, of water, none was discharged; hours without a record, while the gateway
/// was off or on its first day before it began, are due too.
struct OutletRates: Sendable {
    private static let targetPercent = 90
    /// More hours without a record than this are not made up for: the clock was wrong.
    private static let longestGap = 31 * 24

    private let calendar: PeriodCalendar
    private(set) var ledger: RateLedger
    /// The start of the latest hour that was counted.
    private var latest: WallInstant?
    /// Of the first day, if it had hours before the first sample, `YYYYMMDD`.
    private var partialDate: Int?
    /// By uplink: hour records of a date (`YYYYMMDD`) that it has acknowledged.
    private var acknowledged: [String: [Int: Int]] = [:]

    init(factors: [String], calendar: PeriodCalendar) {
        self.calendar = calendar
        ledger = RateLedger(factors: factors)
    }

    // MARK: Counting

    /// Counts an hour that has closed.
    mutating func count(_ hour: ClosedPeriod) {
        countHoles(before: hour.start)
        // After a clock was set back it is an earlier one.
        latest = hour.start
        let day = calendar.zone.civilTime(at: hour.start)
        for factor in ledger.factors.indices {
            let period = hour.numbers.factors[factor]
            ledger.note(
                day: day, factor: factor, due: period.isDue ? 1 : 0,
                received: period.isDue && period.measured.average != nil ? 1 : 0,
                valid: period.isDue && period.validity.isValid ? 1 : 0)
        }
    }

    private mutating func countHoles(before start: WallInstant) {
        let midnight = calendar.start(of: .day, containing: start)
        if latest == nil, midnight < start { partialDate = calendar.zone.civilTime(at: start).date }
        var missing = latest.map { calendar.end(of: .hour, startingAt: $0) } ?? midnight
        var bound = Self.longestGap
        while missing < start, bound > 0 {
            let day = calendar.zone.civilTime(at: missing)
            for factor in ledger.factors.indices { ledger.note(day: day, factor: factor, due: 1) }
            missing = calendar.end(of: .hour, startingAt: missing)
            bound -= 1
        }
    }

    /// Counts an hour of a factor that had been missing and was delivered since.
    mutating func fill(factor: Int, hour start: WallInstant, isValid: Bool) {
        ledger.note(day: calendar.zone.civilTime(at: start), factor: factor, received: 1, valid: isValid ? 1 : 0)
    }

    /// Takes how many hour records of each date (`YYYYMMDD`) an uplink has acknowledged.
    mutating func acknowledged(_ counts: [Int: Int], by uplink: String) { acknowledged[uplink] = counts }

    // MARK: Reporting

    /// The rates of the day that `day` is in, and of its month up to it.
    func report(of day: CivilTime, uplinks: [String]) -> RateReport {
        let factors = ledger.factors.enumerated().map { index, code in
            (code: code, rates: RateReport.Rates(ledger.sum(.today, today: day, factor: index)))
        }
        let month = ledger.sum(.month, today: day)
        return RateReport(
            factors: factors, day: RateReport.Rates(ledger.sum(.today, today: day)), month: RateReport.Rates(month),
            hoursToLose: hoursToLose(month, day), dayDeliveries: uplinks.map { delivery(.today, day, $0) },
            monthDeliveries: uplinks.map { delivery(.month, day, $0) })
    }

    /// The sums of all factors.
    func rates(_ span: RateLedger.Span, today: CivilTime) -> RateReport.Rates {
        RateReport.Rates(ledger.sum(span, today: today))
    }

    /// What an uplink has of the outlet's hour records.
    func delivery(_ span: RateLedger.Span, _ today: CivilTime, _ uplink: String) -> RateReport.Delivery {
        // All factors of an hour share a record.
        let due = ledger.factors.isEmpty ? 0 : ledger.sum(span, today: today, factor: 0).due
        let dates = span.dates(today)
        let count = acknowledged[uplink, default: [:]].reduce(0) { dates.contains($1.key) ? $0 + $1.value : $0 }
        let counts = RateCounts(due: due, acknowledged: min(count, due))
        return RateReport.Delivery(
            uplink: uplink, due: due, acknowledged: counts.acknowledged, rate: counts.acknowledgedRate.map(percent))
    }

    /// Of the factor that has lost the most: the hours of the whole month that are due, those due up to the hour that
    /// begins at `hour`, and the valid ones of these.
    func month(through hour: WallInstant) -> (dueInMonth: Int, due: Int, valid: Int) {
        let day = calendar.zone.civilTime(at: hour)
        let start = calendar.zone.instant(of: CivilTime(year: day.year, month: day.month, day: 1))
        let end = calendar.end(of: .month, startingAt: start)
        let toCome = calendar.hours(from: calendar.end(of: .hour, startingAt: hour), to: end)
        let counts = ledger.factors.indices.map { ledger.sum(.month, today: day, factor: $0) }
        guard let worst = counts.max(by: { $0.due - $0.valid < $1.due - $1.valid }) else { return (toCome, 0, 0) }
        return (worst.due + toCome, worst.due, worst.valid)
    }

    /// Whether `hour` is of the first day, hours of which are lost because the gateway began later.
    func isOfPartialDay(_ hour: WallInstant) -> Bool { partialDate == calendar.zone.civilTime(at: hour).date }

    private func hoursToLose(_ month: RateCounts, _ day: CivilTime) -> Int? {
        let start = calendar.zone.instant(of: CivilTime(year: day.year, month: day.month, day: 1))
        let end = calendar.end(of: .month, startingAt: start)
        let reached = calendar.end(
            of: .day, startingAt: calendar.zone.instant(of: CivilTime(year: day.year, month: day.month, day: day.day)))
        let hours = calendar.hours(from: reached, to: end)
        return RateForecast(targetPercent: Self.targetPercent, itemsPerHour: ledger.factors.count)
            .lostHours(kept: month.valid, due: month.due, hoursToCome: hours)
    }

    // MARK: State

    /// What survives a restart: one line.
    var state: StateLine {
        var line = StateLine()
        line.add(latest?.millisecondsSince1970)
        line.add(ledger.factors.count)
        for code in ledger.factors { line.add(word: code) }
        for number in ledger.numbers { line.add(number) }
        if let latest, isOfPartialDay(latest) { line.add(partialDate) }
        return line
    }

    mutating func restore(_ line: StateLine) throws(StateLine.Unreadable) {
        var line = line
        let at = try line.word().flatMap { Int64($0) }
        var codes: [String] = []
        for _ in 0..<(try line.count(limit: 10_000)) { codes.append(try line.word() ?? "") }
        var numbers: [Int] = []
        while !line.isAtEnd { numbers.append(try line.integer()) }
        // One behind the rows of the ledger; earlier versions had none.
        let partialDate = !codes.isEmpty && numbers.count % (1 + 4 * codes.count) == 1 ? numbers.removeLast() : nil
        guard let ledger = RateLedger(factors: ledger.factors, numbers: numbers, savedFactors: codes) else {
            throw StateLine.Unreadable()
        }
        self.ledger = ledger
        latest = at.map { WallInstant(millisecondsSince1970: $0) }
        self.partialDate = partialDate
    }
}

/// A share as it is reported: per cent with two decimals.
private func percent(_ share: Double) -> Double { (share * 100).rounded(toDecimals: 2) }

extension RateReport.Rates {
    init(_ counts: RateCounts) {
        self.init(
            due: counts.due, received: counts.received, valid: counts.valid,
            transmission: counts.transmissionRate.map(percent), validity: counts.validityRate.map(percent),
            effective: counts.effectiveRate.map(percent))
    }
}

extension RateLedger.Span {
    /// The dates it covers, as `YYYYMMDD`.
    fileprivate func dates(_ today: CivilTime) -> ClosedRange<Int> {
        let date = today.date
        switch self {
        case .today: return date...date
        case .yesterday:
            let before = CivilTime(
                localMilliseconds: CivilTime(year: today.year, month: today.month, day: today.day).localMilliseconds
                    - 86_400_000
            ).date
            return before...before
        case .month: return date / 100 * 100...date / 100 * 100 + 99
        }
    }
}

extension CivilTime {
    /// `YYYYMMDD`.
    package var date: Int { (year * 100 + month) * 100 + day }
}

extension GatewayConfiguration {
    /// The uplinks whose platforms are due hour records of an outlet; others are told nothing of it.
    func uplinks(carryingHoursOf outlet: Int) -> [String] {
        let outlet = outlets[outlet]
        return uplinks.filter { uplink in
            RecordSelection(uplink).carries(.hour, of: outlet.id, factors: outlet.factors.lazy.map(\.code))
        }.map(\.id)
    }
}
