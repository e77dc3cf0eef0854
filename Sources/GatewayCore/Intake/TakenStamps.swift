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
    }

    enum Verdict: Equatable, Sendable {
        case new
        /// It was taken before.
        case known
        /// Another number under a time whose datum was taken before.
        case contradiction
        /// A result that was taken before, at `earlier`, when the instrument's clock was not known yet.
        case moved(from: WallInstant)
    }

    /// More results than a batch analyser has within an hour and a cycle.
    private static let results = 64
    /// An instrument that measures all the time repeats its latest frames.
    private static let samples = 8

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
        guard let good = same.last(where: \.isGood) else { return sample.reading.isGood ? .new : .known }
        if sample.reading.isGood, sample.reading.value != good.value { return .contradiction }
        let isCorrected = stated.correction != .zero
        if stated.isOfSample, stated.isClockKnown, isCorrected != (good.correction != 0) {
            return .moved(from: good.at)
        }
        return .known
    }

    /// Notes `sample` if it is a new datum.
    mutating func take(_ sample: FactorSample) -> Verdict {
        let verdict = verdict(sample)
        guard let stated = sample.stated else { return verdict }
        let entry = Entry(
            stated: stated.civil.localMilliseconds, at: sample.at, value: sample.reading.value,
            isGood: sample.reading.isGood, correction: stated.correction.wholeMilliseconds)
        switch verdict {
        case .known, .contradiction: break
        case .new:
            let capacity = stated.isOfSample ? Self.results : Self.samples
            if entries.count >= capacity { entries.removeFirst(entries.count - capacity + 1) }
            entries.append(entry)
        case .moved:
            if let index = entries.lastIndex(where: { $0.stated == entry.stated && $0.isGood }) {
                entries[index] = entry
            }
        }
        return verdict
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
            line.add(entry.isGood)
            line.add(entry.correction)
        }
    }

    init(from line: inout StateLine) throws(StateLine.Unreadable) {
        for _ in 0..<(try line.count(limit: Self.results)) {
            entries.append(
                Entry(
                    stated: Int64(try line.integer()), at: try line.instant(), value: try line.double(),
                    isGood: try line.bool(), correction: Int64(try line.integer())))
        }
    }
}
