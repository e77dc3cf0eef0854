/// The offsets from UTC that hold at the plant, as a table: the core asks no operating system for the time of day.
///
/// `HostSystem` reads the table of a named zone from the system's zone data.
package struct ZoneRules: Equatable, Sendable {
    /// From `start` on, local time is UTC plus `offset`.
    package struct Period: Equatable, Sendable {
        package let start: WallInstant
        package let offset: Duration

        package init(start: WallInstant, offset: Duration) {
            self.start = start
            self.offset = offset
        }
    }

    /// In order of `start`, each with another offset than the one before; the first also holds for every earlier moment. Never
    /// empty.
    private let periods: [Period]

    /// `periods` in order of `start`, at least one.
    package init(periods: [Period]) {
        precondition(!periods.isEmpty, "a zone has at least one offset")
        self.periods = periods.reduce(into: []) { changes, period in
            if changes.last?.offset != period.offset { changes.append(period) }
        }
    }

    /// A zone whose offset never changes.
    package init(fixedOffset: Duration) {
        self.init(periods: [Period(start: WallInstant(millisecondsSince1970: 0), offset: fixedOffset)])
    }

    /// China Standard Time, UTC+8 without daylight saving: the clock of HJ 212.
    package static let china = ZoneRules(fixedOffset: .seconds(8 * 3600))

    /// The offset from UTC at `instant`.
    package func offset(at instant: WallInstant) -> Duration { periods[index(at: instant)].offset }

    /// The latest change of the offset, not after `instant`; nil: none is known.
    package func lastChange(at instant: WallInstant) -> WallInstant? {
        let index = index(at: instant)
        return index > 0 ? periods[index].start : nil
    }

    /// The first change of the offset after `instant`; nil: none is known.
    package func nextChange(after instant: WallInstant) -> WallInstant? {
        let next = index(at: instant) + 1
        return next < periods.count ? periods[next].start : nil
    }

    /// The place in ``periods`` of the one that holds at `instant`.
    private func index(at instant: WallInstant) -> Int {
        var low = 0
        var high = periods.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if periods[middle].start <= instant { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// What the plant's clock shows at `instant`.
    package func civilTime(at instant: WallInstant) -> CivilTime {
        CivilTime(localMilliseconds: (instant + offset(at: instant)).millisecondsSince1970)
    }

    /// The moment at which the plant's clock shows `civil`.
    ///
    /// Of a time that occurs twice (clocks set back) the first; a time that is skipped (clocks set forward) is read with
    /// the offset that held before it.
    package func instant(of civil: CivilTime) -> WallInstant {
        let local = WallInstant(millisecondsSince1970: civil.localMilliseconds)
        // The offsets a day before and after bracket any change; the earlier one wins when both fit.
        let before = offset(at: local - .seconds(86_400))
        let after = offset(at: local + .seconds(86_400))
        for candidate in [before, after] where offset(at: local - candidate) == candidate {
            return local - candidate
        }
        return local - before
    }
}
