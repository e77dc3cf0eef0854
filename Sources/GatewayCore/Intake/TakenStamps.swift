import Telemetry

/// The times under which data of one factor were taken, so that what an instrument repeats counts once.
struct TakenStamps: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        /// Milliseconds of the instrument's clock, as stated.
        let stated: Int64
        var at: WallInstant
        var value: Double?
        var isGood: Bool
        /// Milliseconds that were taken off the stated time.
        var correction: Int64
        /// Whether it was known how far the instrument's clock was off: nothing better will be known later.
        var isProved: Bool
    }

    enum Verdict: Equatable, Sendable {
        case new
        /// The good datum of a time whose datum, taken at `earlier`, was bad.
        case better(than: WallInstant)
        /// It was taken before.
        case known
        /// Another number under a time whose datum was taken before.
        case contradiction
        /// A result that was taken before, at `earlier`, when the instrument's clock was not known yet.
        case moved(from: WallInstant)

        /// Whether the datum counts.
        var isNew: Bool {
            switch self {
            case .new, .better: true
            case .known, .contradiction, .moved: false
            }
        }
    }

    /// More results than a batch analyser has within an hour and a cycle.
    private static let results = 64
    /// An instrument that measures all the time repeats its latest frames.
    private static let samples = 8
    /// Corrections of one clock do not differ by more, ms.
    private static let steadiness = 5_000

    /// In the order of arrival.
    private(set) var entries: [Entry] = []

    /// Whether `sample` is a new datum.
    ///
    /// Some instruments stamp their data with whole minutes: another number under such a time is a new one. A datum
    /// without a number, or with a bad flag, gives way to a good one.
    func verdict(_ sample: FactorSample) -> Verdict {
        guard let stated = sample.stated else { return .new }
        let time = stated.civil.localMilliseconds
        // Nearly always the time is a new one.
        guard entries.contains(where: { $0.stated == time }) else { return .new }
        let same = entries.filter { $0.stated == time }
        if !stated.isOfSample, stated.civil.second == 0 {
            let isKnown = same.contains { $0.value == sample.reading.value && $0.isGood == sample.reading.isGood }
            return isKnown ? .known : .new
        }
        guard let good = same.last(where: \.isGood) else {
            guard sample.reading.isGood, let bad = same.last else { return .known }
            return .better(than: bad.at)
        }
        guard stated.isOfSample else {
            return sample.reading.isGood && sample.reading.value != good.value ? .contradiction : .known
        }
        if sample.reading.isGood, !same.contains(where: { $0.isGood && $0.value == sample.reading.value }) {
            return isOfAnotherClock(good, stated) ? .new : .contradiction
        }
        if stated.isClockKnown, !good.isProved, (stated.correction != .zero) != (good.correction != 0) {
            return .moved(from: good.at)
        }
        return .known
    }

    /// Whether the instrument's clock was set since the entry: it passes the same time once more, and what is sampled then is
    /// another result.
    private func isOfAnotherClock(_ entry: Entry, _ stated: StatedTime) -> Bool {
        let difference = stated.correction.wholeMilliseconds - entry.correction
        return entry.isProved && stated.isClockKnown && difference.magnitude > Self.steadiness
    }

    /// Notes `sample` if it is a new datum.
    mutating func take(_ sample: FactorSample) -> Verdict {
        let verdict = verdict(sample)
        guard let stated = sample.stated else { return verdict }
        let entry = Entry(
            stated: stated.civil.localMilliseconds, at: sample.at, value: sample.reading.value,
            isGood: sample.reading.isGood, correction: stated.correction.wholeMilliseconds,
            isProved: stated.isClockKnown)
        switch verdict {
        case .contradiction: break
        case .known: confirm(entry)
        case .new, .better:
            let capacity = stated.isOfSample ? Self.results : Self.samples
            if entries.count >= capacity { entries.removeFirst(entries.count - capacity + 1) }
            entries.append(entry)
        case .moved:
            if let index = index(of: entry) { entries[index] = entry }
        }
        return verdict
    }

    /// The good datum that `entry` is, taken before.
    private func index(of entry: Entry) -> Int? {
        entries.lastIndex { $0.stated == entry.stated && $0.isGood && $0.value == entry.value }
    }

    /// The clock is known by now, and the datum is where it would be put.
    private mutating func confirm(_ entry: Entry) {
        guard entry.isProved, let index = index(of: entry), entries[index].correction == entry.correction else {
            return
        }
        entries[index].isProved = true
    }

    /// How much the instrument's clock was found fast at a datum sampled in the given time; nil: at none.
    func correction(from start: WallInstant, to end: WallInstant) -> Duration? {
        let corrected = entries.last { $0.correction != 0 && $0.isGood && $0.at >= start && $0.at < end }
        return corrected.map { .milliseconds($0.correction) }
    }
}

extension TakenStamps {
    func write(to line: inout StateLine) {
        line.add(entries.count)
        for entry in entries {
            line.add(entry.stated)
            line.add(entry.at.millisecondsSince1970)
            line.add(entry.value)
            // Earlier versions knew the first bit alone.
            line.add((entry.isGood ? 1 : 0) + (entry.isProved ? 2 : 0))
            line.add(entry.correction)
        }
    }

    init(from line: inout StateLine) throws(StateLine.Unreadable) {
        for _ in 0..<(try line.count(limit: Self.results)) {
            let (stated, at, value) = (Int64(try line.integer()), try line.instant(), try line.double())
            let bits = try line.integer()
            entries.append(
                Entry(
                    stated: stated, at: at, value: value, isGood: bits & 1 != 0,
                    correction: Int64(try line.integer()), isProved: bits & 2 != 0))
        }
    }
}
