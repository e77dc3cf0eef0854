package import Emissions
package import Telemetry

/// The open minute, hour and day of one outlet. Samples go in, closed periods come out, each exactly once and in order.
///
/// A sample belongs to the minute that contains its instant. One that comes after its minute was closed (a clock set
/// back, a slow line) goes to the oldest open minute: nothing is lost and nothing is emitted twice.
package struct OutletWindows: Sendable {
    /// Samples of a period may come this much after its end.
    package static let settlingTime = Duration.seconds(2)
    /// An instrument may state the mean of a period this much after its end, when we have no samples of our own.
    package static let minuteStatementWait = Duration.seconds(30)
    package static let periodStatementWait = Duration.seconds(60)
    /// A clock that jumps further ahead than this leaves a hole and not a row of empty records.
    private static let longestFilledGap = Duration.seconds(600)

    private let calendar: PeriodCalendar
    private let minuteInterval: Int
    private let factorCount: Int
    /// Oldest first; never empty after the first ``advance(to:)``.
    private var blocks: [OpenBlock] = []
    private var hours: [OpenPeriod] = []
    private var days: [OpenPeriod] = []
    /// What closed without a number, by the length of the period.
    private var missing: [PeriodLength: MissingPeriods]

    package init(calendar: PeriodCalendar, minuteInterval: Int, factorCount: Int) {
        self.calendar = calendar
        self.minuteInterval = minuteInterval
        self.factorCount = factorCount
        let none = MissingPeriods(factorCount: factorCount)
        missing = [.minutes(minuteInterval): none, .hour: none, .day: none]
    }

    private var blockLength: PeriodLength { .minutes(minuteInterval) }

    // MARK: In

    /// Counts a sample. False when it came too late for its own minute.
    @discardableResult
    package mutating func add(_ reading: Reading, factor: Int, at instant: WallInstant) -> Bool {
        if blocks.isEmpty || instant >= blocks[blocks.count - 1].end { open(through: instant) }
        // Nearly always the newest block.
        var index = blocks.count - 1
        while index > 0, instant < blocks[index].start { index -= 1 }
        blocks[index].add(reading, factor: factor, at: instant)
        return instant >= blocks[index].start
    }

    /// Takes what an instrument says of a whole period that begins at `start`. False when no such period is open.
    package mutating func state(
        _ statistics: PeriodStatistics, factor: Int, length: PeriodLength, start: WallInstant
    ) -> Bool {
        switch length {
        case .minutes:
            guard let index = blocks.firstIndex(where: { $0.start == start }) else { return false }
            blocks[index].state(statistics, factor: factor)
        case .hour:
            guard let index = hours.firstIndex(where: { $0.start == start }) else { return false }
            hours[index].state(statistics, factor: factor)
        case .day:
            guard let index = days.firstIndex(where: { $0.start == start }) else { return false }
            days[index].state(statistics, factor: factor)
        }
        return true
    }

    /// Takes what an instrument delivers of a period that is closed. True when the period had closed without a number of
    /// the factor: it is to be recorded then, and counts in the hour or day that is still open.
    package mutating func fill(
        _ statistics: PeriodStatistics, factor: Int, length: PeriodLength, start: WallInstant
    ) -> Bool {
        let end = calendar.end(of: length, startingAt: start)
        guard statistics.average != nil, missing[length]?.take(factor: factor, from: start, to: end) == true
        else { return false }
        var contribution = statistics
        if !statistics.flag.isGood { contribution.average = nil }
        switch length {
        case .minutes(let minutes):
            guard let hour = hours.firstIndex(where: { $0.start <= start && start < $0.end }) else { break }
            for _ in 0..<minutes { hours[hour].fill(contribution, factor: factor) }
        case .hour:
            guard let day = days.firstIndex(where: { $0.start <= start && start < $0.end }) else { break }
            days[day].fill(contribution, factor: factor)
        case .day: break
        }
        return true
    }

    // MARK: Out

    /// Opens the minute that contains `now` and returns what is over, oldest first.
    ///
    /// `mayStillBeStated` says whether the instrument behind a factor states means of that length, so that waiting for
    /// one makes sense.
    package mutating func advance(
        to now: WallInstant, mayStillBeStated: (_ factor: Int, _ length: PeriodLength) -> Bool
    ) -> [ClosedPeriod] {
        open(through: now)
        var closed: [ClosedPeriod] = []
        while let block = blocks.first, isOver(block, at: now, mayStillBeStated) {
            blocks.removeFirst()
            closed.append(close(block))
        }
        while let hour = hours.first, isOver(hour, .hour, at: now, before: blocks.first?.start, mayStillBeStated) {
            hours.removeFirst()
            closed.append(close(hour, .hour))
        }
        let openHour = hours.first?.start ?? blocks.first?.start
        while let day = days.first, isOver(day, .day, at: now, before: openHour, mayStillBeStated) {
            days.removeFirst()
            closed.append(close(day, .day))
        }
        return closed
    }

    /// The earliest moment at which ``advance(to:mayStillBeStated:)`` can have something to return.
    package var nextClose: WallInstant? {
        blocks.first.map { $0.end + Self.settlingTime }
    }

    // MARK: Opening

    private mutating func open(through instant: WallInstant) {
        let start = calendar.start(of: blockLength, containing: instant)
        guard let newest = blocks.last else {
            append(start)
            return
        }
        guard start > newest.start else { return }
        if start - newest.end > Self.longestFilledGap {
            for factor in 0..<factorCount {
                missing[blockLength]?.note(factor: factor, from: newest.end, to: start)
            }
            append(start)
            return
        }
        var next = newest.end
        while next <= start {
            append(next)
            next = calendar.end(of: blockLength, startingAt: next)
        }
    }

    private mutating func append(_ start: WallInstant) {
        blocks.append(OpenBlock(start: start, minutes: minuteInterval, factorCount: factorCount))
        let hour = calendar.start(of: .hour, containing: start)
        if hours.last?.start != hour { hours.append(period(.hour, startingAt: hour)) }
        let day = calendar.start(of: .day, containing: start)
        if days.last?.start != day { days.append(period(.day, startingAt: day)) }
    }

    private func period(_ length: PeriodLength, startingAt start: WallInstant) -> OpenPeriod {
        OpenPeriod(
            start: start, end: calendar.end(of: length, startingAt: start), factorCount: factorCount)
    }

    // MARK: Closing

    private func isOver(
        _ block: OpenBlock, at now: WallInstant, _ mayStillBeStated: (Int, PeriodLength) -> Bool
    ) -> Bool {
        guard now >= block.end + Self.settlingTime else { return false }
        if now >= block.end + Self.minuteStatementWait { return true }
        return !(0..<factorCount).contains { block.isMissing(factor: $0) && mayStillBeStated($0, blockLength) }
    }

    private func isOver(
        _ period: OpenPeriod, _ length: PeriodLength, at now: WallInstant, before openStart: WallInstant?,
        _ mayStillBeStated: (Int, PeriodLength) -> Bool
    ) -> Bool {
        guard now >= period.end + Self.settlingTime, openStart.map({ $0 >= period.end }) ?? true else { return false }
        if now >= period.end + Self.periodStatementWait { return true }
        return !(0..<factorCount).contains { period.isMissing(factor: $0) && mayStillBeStated($0, length) }
    }

    private mutating func close(_ block: OpenBlock) -> ClosedPeriod {
        if let hour = hours.lastIndex(where: { $0.start <= block.start }) {
            for factor in 0..<factorCount {
                for minute in block.minuteStatistics(factor: factor) { hours[hour].add(minute, factor: factor) }
            }
        }
        return noted(
            ClosedPeriod(
                length: blockLength, start: block.start, end: block.end,
                statistics: (0..<factorCount).map { block.statistics(factor: $0) },
                stated: (0..<factorCount).filter { block.isStated(factor: $0) }))
    }

    /// `period`, after noting which of its factors have no number.
    private mutating func noted(_ period: ClosedPeriod) -> ClosedPeriod {
        for (factor, statistics) in period.statistics.enumerated() where statistics.average == nil {
            missing[period.length]?.note(factor: factor, from: period.start, to: period.end)
        }
        return period
    }

    private mutating func close(_ period: OpenPeriod, _ length: PeriodLength) -> ClosedPeriod {
        if length == .hour, let day = days.lastIndex(where: { $0.start <= period.start }) {
            for factor in 0..<factorCount { days[day].add(period.contribution(factor: factor), factor: factor) }
        }
        return noted(
            ClosedPeriod(
                length: length, start: period.start, end: period.end,
                statistics: (0..<factorCount).map { period.statistics(factor: $0) },
                stated: (0..<factorCount).filter { period.isStated(factor: $0) }))
    }
}
