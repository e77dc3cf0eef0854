/// The length of a period that records are made for.
package enum PeriodLength: Hashable, Sendable {
    /// So many minutes, a divisor of 60.
    case minutes(Int)
    case hour
    case day
    case month
    case year
}

/// Where periods begin and end on the plant's clock.
///
/// Minutes and hours begin where the clock shows a multiple of them, and where the clock is changed: no period has two offsets,
/// and an hour that the clock shows twice is two periods. Where the clock changes by half an hour (Australia/Lord_Howe), the
/// period from the change to the next whole hour has 30 minutes. Days, months and years run from midnight to midnight of the
/// plant's clock; a day has 23 to 25 hours.
package struct PeriodCalendar: Sendable {
    package let zone: ZoneRules

    package init(zone: ZoneRules) {
        self.zone = zone
    }

    /// The first moment of the period that contains `instant`.
    package func start(of length: PeriodLength, containing instant: WallInstant) -> WallInstant {
        switch length {
        case .minutes(let count): return cut(instant, to: Int64(count) * 60_000)
        case .hour: return cut(instant, to: 3_600_000)
        case .day:
            let civil = zone.civilTime(at: instant)
            return zone.instant(of: CivilTime(year: civil.year, month: civil.month, day: civil.day))
        case .month:
            let civil = zone.civilTime(at: instant)
            return zone.instant(of: CivilTime(year: civil.year, month: civil.month, day: 1))
        case .year: return zone.instant(of: CivilTime(year: zone.civilTime(at: instant).year, month: 1, day: 1))
        }
    }

    /// The first moment after the period that starts at `start`.
    package func end(of length: PeriodLength, startingAt start: WallInstant) -> WallInstant {
        switch length {
        case .minutes(let count): return end(of: Int64(count) * 60_000, startingAt: start)
        case .hour: return end(of: 3_600_000, startingAt: start)
        case .day:
            // 36 hours after midnight is the next day's noon or so, whatever the clocks do.
            return self.start(of: .day, containing: start + .seconds(36 * 3_600))
        case .month: return self.start(of: .month, containing: start + .seconds(40 * 86_400))
        case .year: return self.start(of: .year, containing: start + .seconds(400 * 86_400))
        }
    }

    /// How many hours begin from `start` up to, not including, `end`. Both are beginnings of hours.
    package func hours(from start: WallInstant, to end: WallInstant) -> Int {
        var count = 0
        var next = start
        while next < end {
            next = self.end(of: .hour, startingAt: next)
            count += 1
        }
        return count
    }

    private func cut(_ instant: WallInstant, to milliseconds: Int64) -> WallInstant {
        let start = multiple(of: milliseconds, before: instant)
        return zone.lastChange(at: instant).map { max(start, $0) } ?? start
    }

    private func end(of milliseconds: Int64, startingAt start: WallInstant) -> WallInstant {
        // A period that begins with a change of the clock is over where the clock shows the next multiple.
        let isCut = zone.lastChange(at: start) == start
        let first = isCut ? multiple(of: milliseconds, before: start) : start
        let end = first + .milliseconds(milliseconds)
        return zone.nextChange(after: start).map { min(end, $0) } ?? end
    }

    /// The latest moment, not after `instant`, at which its clock shows a multiple of `milliseconds`.
    private func multiple(of milliseconds: Int64, before instant: WallInstant) -> WallInstant {
        let offset = zone.offset(at: instant).wholeMilliseconds
        let local = instant.millisecondsSince1970 + offset
        return WallInstant(millisecondsSince1970: local.flooredQuotient(milliseconds) * milliseconds - offset)
    }
}
