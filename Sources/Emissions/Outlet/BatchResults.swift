import Telemetry

/// The latest results of a batch analyser, by the time of their samples.
struct BatchResults: Equatable, Sendable {
    /// More results than an hour and a cycle hold at the shortest cycle.
    private static let capacity = 64
    /// How long behind the cycle the newest result still is the present one.
    private static let delayMilliseconds: Int64 = 900_000

    private let cycleMilliseconds: Int64
    /// By time; one for each.
    private(set) var results: [MinuteSamples.Instant] = []
    /// What came instead of results, by time.
    private(set) var failures: [(at: Int64, flag: DataFlag)] = []

    init(cycleSeconds: Double) {
        cycleMilliseconds = Int64(min(max(cycleSeconds, 1), 1e7) * 1000)
    }

    init(cycleSeconds: Double, results: [MinuteSamples.Instant], failures: [(at: Int64, flag: DataFlag)]) {
        self.init(cycleSeconds: cycleSeconds)
        self.results = results
        self.failures = failures
    }

    /// False for what is no new result. `isStamped`: `instant` is when the sample was taken. An analyser that does not tell
    /// repeats its result: then another number is a new one, or the same after most of a cycle.
    mutating func take(_ reading: Reading, of channel: Channel, at instant: WallInstant, isStamped: Bool) -> Bool {
        let at = instant.millisecondsSince1970
        guard reading.isGood, let value = reading.value, let normalised = channel.normalised(value) else {
            if failures.count == Self.capacity { failures.removeFirst() }
            failures.append((at, reading.flag.isGood ? .noCommunication : reading.flag))
            return true
        }
        if normalised.isOverRange {
            if failures.count == Self.capacity { failures.removeFirst() }
            failures.append((at, .overRange))
            return true
        }
        let place = results.lastIndex { $0.at <= at }
        if let place, results[place].at == at { return false }
        if !isStamped, let place, Self.isSame(results[place].value, normalised.value),
            at - results[place].at < cycleMilliseconds / 4 * 3
        {
            return false
        }
        results.insert(.init(at: at, value: normalised.value), at: place.map { $0 + 1 } ?? 0)
        if results.count > Self.capacity { results.removeFirst() }
        return true
    }

    /// Whether two numbers are one result. A result that was brought to other settings may differ in its last digits from
    /// one that was taken under them.
    private static func isSame(_ a: Double, _ b: Double) -> Bool {
        (a - b).magnitude <= 1e-12 * max(a.magnitude, b.magnitude)
    }

    /// Brings results that were taken under the settings `earlier` to those of `now`. Another source begins without results:
    /// the present value of an analyser is none of another's, nor does it have its sample times.
    mutating func adapt(_ earlier: ReadingSource, to now: ReadingSource?) {
        guard let now, now.reads(as: earlier) else {
            results = []
            failures = []
            return
        }
        results = results.compactMap { result in
            now.number(result.value, from: earlier).map { .init(at: result.at, value: $0) }
        }
    }

    /// Brings the result that was sampled at `earlier` to another time, unless a result is there.
    mutating func move(from earlier: WallInstant, to instant: WallInstant) {
        guard let index = results.firstIndex(where: { $0.at == earlier.millisecondsSince1970 }) else { return }
        var result = results.remove(at: index)
        result.at = instant.millisecondsSince1970
        let place = results.lastIndex { $0.at <= result.at }
        if let place, results[place].at == result.at { return }
        results.insert(result, at: place.map { $0 + 1 } ?? 0)
    }

    /// The present value in a minute: the newest result, unless it is older than a cycle and the delay.
    func minute(from start: Int64, to end: Int64) -> PeriodStatistics {
        guard let newest = results.last(where: { $0.at < end }),
            end - newest.at <= cycleMilliseconds + Self.delayMilliseconds
        else { return none(from: start, to: end) }
        let own = results.count { $0.at >= start && $0.at < end }
        return PeriodStatistics(
            average: newest.value, minimum: newest.value, maximum: newest.value, count: own, flag: .normal)
    }

    /// The mean of the results whose samples were taken in the hour, else the one whose cycle reaches into it.
    func hour(from start: Int64, to end: Int64) -> PeriodStatistics {
        let own = results.filter { $0.at >= start && $0.at < end }
        if let first = own.first {
            let values = own.map(\.value)
            return PeriodStatistics(
                average: values.reduce(0, +) / Double(values.count), minimum: values.min() ?? first.value,
                maximum: values.max() ?? first.value, count: own.count, flag: .normal)
        }
        guard let last = results.last(where: { $0.at < start }), start - last.at < cycleMilliseconds else {
            return none(from: start, to: end)
        }
        return PeriodStatistics(
            average: last.value, minimum: last.value, maximum: last.value, count: 0, flag: .normal)
    }

    private func none(from start: Int64, to end: Int64) -> PeriodStatistics {
        let flag = failures.last { $0.at >= start && $0.at < end }?.flag ?? .noCommunication
        return PeriodStatistics(average: nil, minimum: nil, maximum: nil, count: 0, flag: flag, failure: .noData)
    }

    static func == (a: BatchResults, b: BatchResults) -> Bool {
        a.cycleMilliseconds == b.cycleMilliseconds && a.results == b.results
            && a.failures.elementsEqual(b.failures) { $0 == $1 }
    }
}
