import Telemetry

/// The latest results of a batch analyser, by the time of their samples, and when it was failing.
struct BatchResults: Equatable, Sendable {
    /// More results than an hour, its greatest delay and a cycle hold at the shortest cycle.
    private static let capacity = 128
    /// Ms behind the cycle for which the newest result still is the present one.
    private static let delayMilliseconds: Int64 = 900_000
    /// Ms of an hour without a result of its own for which the analyser may have failed.
    private static let toleratedFailure = 900_000

    private let cycleMilliseconds: Int64
    /// By time; one for each.
    private(set) var results: [MinuteSamples.Instant] = []
    private(set) var failing = FailingTime()
    /// When the last reading that was no result was sampled, and heard, in ms since 1970. Neither survives a restart.
    private var badSampled: Int64?
    private var badHeard: Int64?
    /// What the register that changes with each result was last; nil: there is none.
    private(set) var register: Double?

    init(cycleSeconds: Double) {
        cycleMilliseconds = Int64(min(max(cycleSeconds, 1), 1e7) * 1000)
    }

    init(cycleSeconds: Double, results: [MinuteSamples.Instant], failing: FailingTime, register: Double?) {
        self.init(cycleSeconds: cycleSeconds)
        self.results = results
        self.failing = failing
        self.register = register
    }

    // MARK: In

    /// Notes whether the analyser works, and returns the number of a reading that is a result. `instant`: when it was read.
    @discardableResult
    mutating func hear(
        _ reading: Reading, _ scale: ReadingScale, overRangeCounts: Bool, at instant: WallInstant
    ) -> Double? {
        let normalised = reading.value.flatMap(scale.normalised)
        var flag = reading.flag
        if flag.isGood, normalised == nil { flag = .noCommunication }
        if flag.isGood, !overRangeCounts, normalised?.isOverRange == true { flag = .overRange }
        failing.note(flag, at: instant.millisecondsSince1970)
        return flag.isGood ? normalised?.value : nil
    }

    /// Notes the times of a reading that is no result.
    mutating func noteBad(sampledAt sampled: WallInstant, heardAt heard: WallInstant) {
        badSampled = sampled.millisecondsSince1970
        badHeard = heard.millisecondsSince1970
    }

    /// Takes back the bad reading that was sampled at `instant`, whose place a good one takes.
    mutating func withdraw(badAt instant: WallInstant) {
        guard badSampled == instant.millisecondsSince1970, let badHeard else { return }
        failing.withdraw(at: badHeard)
    }

    /// Takes the number of a good reading. False: it is no new result. `instant`: when the sample was taken, or read.
    mutating func take(_ number: Double, at instant: WallInstant, _ identity: ResultIdentity) -> Bool {
        let at = instant.millisecondsSince1970
        switch identity {
        case .sampleTime: return insert(.init(at: at, value: number))
        case .number:
            register = nil
            return take(held: number, at: at)
        case .register(let now):
            let before = register
            register = now ?? before
            return take(number, at: at, register: register, before: before)
        }
    }

    /// A number that is held is one result until it changes, or well over a cycle passes.
    private mutating func take(held number: Double, at: Int64) -> Bool {
        bringBack(to: at)
        if let last = results.last, Self.isSame(last.value, number), (at - last.at) * 4 < cycleMilliseconds * 5 {
            return false
        }
        return insert(.init(at: at, value: number))
    }

    /// A result is new with its register, or its number. Where one of them comes a poll later than the other, both are of one
    /// result.
    private mutating func take(_ number: Double, at: Int64, register: Double?, before: Double?) -> Bool {
        guard let register else { return take(held: number, at: at) }
        bringBack(to: at)
        guard let last = results.last else { return insert(.init(at: at, value: number)) }
        let isRecent = (at - last.at) * 4 < cycleMilliseconds
        if Self.isSame(last.value, number) {
            return before == nil || register == before || isRecent ? false : insert(.init(at: at, value: number))
        }
        // The register alone made a result of the number before.
        let isRepeated = results.count > 1 && Self.isSame(results[results.count - 2].value, last.value)
        guard isRecent, isRepeated else { return insert(.init(at: at, value: number)) }
        results[results.count - 1].value = number
        return true
    }

    /// The clock was set back: what was read last was read at `instant` at the latest.
    private mutating func bringBack(to instant: Int64) {
        guard let last = results.last, last.at > instant else { return }
        results.removeAll { $0.at >= instant }
        results.append(.init(at: instant, value: last.value))
    }

    /// Places a result by its time. False: there is one of that time.
    private mutating func insert(_ result: MinuteSamples.Instant) -> Bool {
        let place = results.lastIndex { $0.at <= result.at }
        if let place, results[place].at == result.at { return false }
        results.insert(result, at: place.map { $0 + 1 } ?? 0)
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
            failing = FailingTime()
            register = nil
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
        _ = insert(result)
    }

    // MARK: Out

    /// The present value in a minute: the newest result, unless it is older than a cycle and the delay. A minute in which the
    /// analyser failed all the time is not valid.
    func minute(from start: Int64, to end: Int64) -> FactorPeriod {
        let failures = failing.tally(from: start, to: end)
        let isFailing = failures.total >= Int(end - start)
        let newest = results.last { $0.at < end }
        guard let newest, end - newest.at <= cycleMilliseconds + Self.delayMilliseconds else {
            let none = Self.none(failures)
            return FactorPeriod(
                measured: none, validity: .invalid(reason: isFailing ? "flag \(none.flag)" : "no result"))
        }
        let own = results.count { $0.at >= start && $0.at < end }
        let flag = isFailing ? failures.leadingFlag : .normal
        return FactorPeriod(
            measured: Self.held(newest, count: own, flag: flag),
            validity: isFailing ? .invalid(reason: "flag \(flag)") : .valid)
    }

    /// The mean of the results whose samples were taken in the hour; else the last one before it, if that is at most a cycle
    /// and a quarter old at the hour's end. Its flag is not `N` where the analyser failed too long.
    func hour(from start: Int64, to end: Int64) -> PeriodStatistics {
        let own = results.filter { $0.at >= start && $0.at < end }
        if !own.isEmpty {
            let extent = Extent(own)
            return PeriodStatistics(
                average: extent.mean, minimum: extent.minimum, maximum: extent.maximum, count: own.count,
                flag: .normal)
        }
        let failures = failing.tally(from: start, to: end)
        guard let last = results.last(where: { $0.at < start }), (end - last.at) * 4 <= cycleMilliseconds * 5 else {
            return Self.none(failures)
        }
        let isFailed = failures.total > Self.toleratedFailure
        return Self.held(last, count: 0, flag: isFailed ? failures.leadingFlag : .normal)
    }

    /// What the hour was at least, where results are above the range: each counts at its end. Nil where none is; without a mean where
    /// no range is known.
    func bound(from start: Int64, to end: Int64, endOfRange: Double?) -> LowerBound? {
        let above = failing.count(of: .overRange, from: start, to: end)
        let milliseconds = failing.tally(from: start, to: end).others.first { $0.flag == .overRange }?.count ?? 0
        let minutes = max(above > 0 ? 1 : 0, milliseconds / 60_000)
        // A stretch that ends in the hour is a result of the one in which it began.
        guard above > 0, let endOfRange else { return minutes > 0 ? LowerBound(minutes: minutes) : nil }
        let own = results.filter { $0.at >= start && $0.at < end }.map(\.value)
        let sum = own.reduce(0, +) + Double(above) * endOfRange
        return LowerBound(mean: sum / Double(own.count + above), isValid: true, minutes: minutes)
    }

    private static func held(_ result: MinuteSamples.Instant, count: Int, flag: DataFlag) -> PeriodStatistics {
        PeriodStatistics(
            average: result.value, minimum: result.value, maximum: result.value, count: count, flag: flag)
    }

    private static func none(_ failures: FlagTally) -> PeriodStatistics {
        PeriodStatistics(
            average: nil, minimum: nil, maximum: nil, count: 0,
            flag: failures.total > 0 ? failures.leadingFlag : .noCommunication, failure: .noData)
    }
}
