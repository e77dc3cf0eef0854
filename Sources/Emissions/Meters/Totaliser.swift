/// Amounts from a meter that counts upwards (totaliser), of water, gas or energy: over its roll-over and its being reset,
/// past readings that dip and readings that no pipe explains.
///
/// A machine whose input is ``advance(to:)``. A reading that does not go on from the last one is believed when further ones go on
/// from it; until then the last believed reading stands, so that a wild one spoils nothing. The value is all there is to keep
/// over a restart: what flowed meanwhile is in the next difference.
package struct Totaliser: Hashable, Sendable {
    /// A good reading, in the meter's unit.
    package struct Reading: Hashable, Sendable {
        package var value: Double
        /// ms since 1970.
        package var at: Int64

        package init(_ value: Double, at: Int64) {
            self.value = value
            self.at = at
        }

        func seconds(since earlier: Int64) -> Double { (Double(at) - Double(earlier)) / 1000 }
    }

    package struct Settings: Hashable, Sendable {
        /// Where the meter begins anew at 0, 1 000 000 for six digits; nil: it never does.
        package var modulus: Double?
        /// What the pipe carries at most, in the meter's unit per second; nil: ten times the highest rate of a day.
        package var greatestRate: Double?
        /// From reading to reading, s. Closer ones count as so far apart.
        package var interval = 5.0

        package init(modulus: Double? = nil, greatestRate: Double? = nil, interval: Double = 5) {
            self.modulus = modulus.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
            self.greatestRate = greatestRate.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
            self.interval = interval.isFinite ? max(interval, 1) : 5
        }
    }

    /// A fall to this share of the last reading or more is noise.
    private static let noise = 0.99
    /// A fall below this share is a reset, once further readings confirm it.
    private static let resetShare = 0.1
    /// Further readings that make another course of the meter believed.
    private static let confirmations = 2
    /// How long readings between noise and reset must go on before the meter counts as set back, s.
    private static let patience = 3600.0
    /// What a pipe may carry beyond its range.
    private static let tolerance = 1.1
    private static let highestRateFactor = 10.0
    /// A step of a meter is no more than the pipe carries in this time, s.
    private static let longestStep = 3600.0
    /// How long a meter that passed its end may dip back across it, s; at least two intervals.
    private static let backOverTheEnd = 60.0
    /// Before any rate is known: more than any pipe carries, in m³/s.
    private static let greatestOfAll = 1000.0

    package let settings: Settings
    /// The last believed reading: its value, or the greatest before a dip, and its time; nil time: not known.
    package private(set) var last: MeterPlace?
    /// Another course that the meter may have taken.
    package private(set) var course: MeterCourse?
    /// The highest rates of the hours of a day.
    package private(set) var rates = HighestRates()
    /// The least rise of a meter that counts in steps greater than its readings tell, in its unit; nil: none was seen.
    package private(set) var coarseStep: Double?
    /// When the meter last passed its end from one reading to the next, ms since 1970.
    package private(set) var passedEnd: Int64?
    /// When it rose.
    private(set) var rises = MeterRises()

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Continues what was kept.
    init(
        _ settings: Settings, last: MeterPlace?, course: MeterCourse?, rates: HighestRates, coarseStep: Double? = nil,
        passedEnd: Int64? = nil, rises: MeterRises = MeterRises()
    ) {
        self.settings = settings
        self.last = last
        self.course = last == nil ? nil : course
        self.rates = rates
        self.coarseStep = coarseStep
        self.passedEnd = passedEnd
        self.rises = rises
    }

    /// Whether the meter fell as in a reset, may have passed its end, or made a coarse step, and no further readings have shown yet
    /// whether it was one.
    package var awaitsConfirmation: Bool { course?.awaitsConfirmation ?? false }

    /// When the latest reading was taken that some meter could show, ms since 1970; nil: not known.
    var lastRead: Int64? { course?.latest.at ?? last?.at }

    /// Whether what it counts stands still, as the newest believed reading tells.
    var isStill: Bool {
        guard let last, let at = last.at else { return false }
        return rises.areOver(at: at, standingSince: last.since)
    }

    // MARK: Readings

    /// Takes the next reading.
    package mutating func advance(to reading: Reading) -> MeterStep {
        let isPossible = reading.value.isFinite && reading.value >= 0
        // A 32-bit number near the modulus may be rounded to it.
        guard isPossible, settings.modulus.map({ reading.value <= $0 }) ?? true else {
            return MeterStep(.doubtful, doubt: last.map { MeterDoubt(from: $0, to: reading) })
        }
        guard let last else {
            self.last = MeterPlace(reading)
            return MeterStep(.first)
        }
        if let course { return follow(course, reading, from: last) }
        return proceed(to: reading, from: last)
    }

    /// Decides with readings of later minutes whether a fall or a coarse step was more than a wild reading; nil: they do not tell yet.
    ///
    /// They are only looked at: they are still to be taken.
    package mutating func resolve(with later: some Sequence<Reading>) -> MeterStep? {
        guard let course, course.awaitsConfirmation, let last else { return nil }
        var probe = self
        for reading in later {
            let step = probe.advance(to: reading)
            if [.reset, .passedEnd, .exchanged, .ticked].contains(step.kind) { return adopt(course, from: last) }
            if probe.course?.first == course.first { continue }
            // It has become possible, and counts in the minute of that reading.
            if course.kind == .tick, reading.value >= course.first.value { return nil }
            self.course = nil
            return MeterStep(.doubtful, doubt: MeterDoubt(from: last, to: course.first))
        }
        return nil
    }

    /// A reading after the last believed one, while no other course is open.
    private mutating func proceed(to reading: Reading, from last: MeterPlace) -> MeterStep {
        let amount = reading.value - last.value
        if amount >= 0 {
            if isPossible(amount, from: last, to: reading) { return count(.counted, amount, to: reading, from: last) }
            if isBackOverTheEnd(reading, from: last) {
                self.last = last.seen(at: reading.at)
                return MeterStep(.noise)
            }
            return leave(isTick(amount, from: last, to: reading) ? .tick : .leap, reading, from: last)
        }
        if let overTheEnd = amountOverTheEnd(to: reading, from: last) {
            // After a silence the pipe explains a wild zero, or another meter, as well.
            guard overTheEnd <= greatest(in: settings.interval, last.value, reading.value) else {
                return leave(.reset, reading, from: last)
            }
            passedEnd = reading.at
            return count(.rolledOver, overTheEnd, to: reading, from: last)
        }
        if reading.value >= last.value * Self.noise {
            self.last = last.seen(at: reading.at)
            return MeterStep(.noise)
        }
        return leave(reading.value < last.value * Self.resetShare ? .reset : .setBack, reading, from: last)
    }

    /// The amount from `last` over the end at `modulus` to `reading`; nil where the meter did not pass its end.
    private func amountOverTheEnd(to reading: Reading, from last: MeterPlace) -> Double? {
        guard let modulus = settings.modulus, last.value >= modulus * 0.9, reading.value <= modulus * 0.1 else {
            return nil
        }
        let amount = modulus - last.value + reading.value
        return isPossible(amount, from: last, to: reading) ? amount : nil
    }

    /// Whether a meter that has just passed its end shows a little less once more.
    private func isBackOverTheEnd(_ reading: Reading, from last: MeterPlace) -> Bool {
        guard let modulus = settings.modulus, let passedEnd else { return false }
        let isJustNow = reading.seconds(since: passedEnd) <= max(Self.backOverTheEnd, 2 * settings.interval)
        return isJustNow && reading.value >= (modulus + last.value) * Self.noise
    }

    /// Whether a rise that the pipe does not explain since the last reading is one since the meter last changed: that of a meter
    /// which counts in coarse steps.
    ///
    /// Without a range the steps themselves are the highest rates.
    private func isTick(_ amount: Double, from last: MeterPlace, to reading: Reading) -> Bool {
        guard settings.greatestRate != nil, let since = last.since else { return false }
        let seconds = min(seconds(from: since, to: reading), Self.longestStep)
        return amount <= greatest(in: seconds, last.value, reading.value)
    }

    private mutating func count(
        _ kind: MeterStep.Kind, _ amount: Double, to reading: Reading, from last: MeterPlace
    ) -> MeterStep {
        if amount > 0, let rate = rate(of: amount, from: last, to: reading) { rates.note(rate, at: reading.at) }
        if amount > 0, let step = coarseStep { coarseStep = min(step, amount) }
        if amount > 0 { rises.note(at: reading.at) }
        self.last = reading.value == last.value ? last.seen(at: reading.at) : MeterPlace(reading)
        return MeterStep(kind, amount: amount)
    }

    // MARK: Other courses

    private mutating func leave(
        _ kind: MeterCourse.Kind, _ reading: Reading, from last: MeterPlace
    ) -> MeterStep {
        let rate = rate(of: reading.value - last.value, from: last, to: reading)
        course = MeterCourse(kind: kind, first: reading, latest: reading, further: 0, rate: rate, slowest: nil)
        switch kind {
        case .reset, .tick: return MeterStep(.waiting)
        case .setBack: return MeterStep(.doubtful, doubt: MeterDoubt(from: last, to: reading))
        case .leap: return MeterStep(.impossible, doubt: MeterDoubt(from: last, to: reading))
        }
    }

    /// A reading while another course is open: it goes on from there, or from the last believed one, or is a third.
    private mutating func follow(
        _ course: MeterCourse, _ reading: Reading, from last: MeterPlace
    ) -> MeterStep {
        guard !isBack(reading, at: last), let next = gone(on: course, to: reading) else {
            self.course = nil
            var step = proceed(to: reading, from: last)
            // Of the others the doubt was told when they began; a step that has become possible leaves none.
            let isDoubtful = course.kind == .reset || course.kind == .tick && reading.value < course.first.value
            if isDoubtful, step.doubt == nil { step.doubt = MeterDoubt(from: last, to: course.first) }
            if course.kind == .tick, step.kind == .counted, reading.value >= course.first.value {
                coarseStep = course.first.value - last.value
            }
            return step
        }
        self.course = next
        let isLongEnough = course.kind != .setBack || reading.seconds(since: course.first.at) >= Self.patience
        if next.further >= Self.confirmations, isLongEnough { return adopt(next, from: last) }
        switch course.kind {
        case .reset, .leap, .tick: return MeterStep(.waiting)
        case .setBack: return MeterStep(.doubtful, doubt: MeterDoubt(from: last, to: reading))
        }
    }

    private func isBack(_ reading: Reading, at last: MeterPlace) -> Bool {
        reading.value >= last.value * Self.noise && isPossible(reading.value - last.value, from: last, to: reading)
    }

    /// The course with a reading that goes on from it; nil where this one does not.
    private func gone(on course: MeterCourse, to reading: Reading) -> MeterCourse? {
        let from = MeterPlace(course.latest)
        let rise = reading.value - from.value
        guard reading.value >= from.value * Self.noise, let rate = rate(of: rise, from: from, to: reading) else {
            return nil
        }
        // Where nothing says what the pipe carries, a leap may be the first of a greater flow.
        let isLikeIt = settings.greatestRate == nil && course.rate.map { rate <= $0 * Self.highestRateFactor } ?? false
        guard isPossible(rise, from: from, to: reading) || course.kind == .leap && isLikeIt else { return nil }
        var next = course
        next.further = min(next.further + 1, 1000)
        next.latest = Reading(max(reading.value, from.value), at: reading.at)
        next.slowest = min(next.slowest ?? rate, rate)
        return next
    }

    /// Believes the other course. What the meter shows since its reset has flowed, and so has all of a coarse step or a greater flow;
    /// of every other change only what it has counted since.
    private mutating func adopt(_ course: MeterCourse, from last: MeterPlace) -> MeterStep {
        self.course = nil
        self.last = MeterPlace(course)
        let countsFirst = course.kind == .tick || course.kind == .reset && course.first.value > 0
        if countsFirst { rises.note(at: course.first.at) }
        if course.latest.value > course.first.value { rises.note(at: course.latest.at) }
        if course.kind == .tick {
            coarseStep = course.first.value - last.value
            return MeterStep(.ticked, amount: course.latest.value - last.value)
        }
        let change = MeterDoubt(from: last, to: course.first)
        if course.kind == .reset, let amount = amountOverTheEnd(to: course.first, from: last) {
            return MeterStep(.passedEnd, amount: amount + (course.latest.value - course.first.value))
        }
        switch course.kind {
        case .reset where isPossible(course.first.value, from: last, to: course.first):
            coarseStep = nil
            return MeterStep(.reset, amount: course.latest.value, change: change)
        case .leap where settings.greatestRate == nil:
            guard let rate = course.rate, let slowest = course.slowest, slowest * Self.highestRateFactor >= rate else {
                break
            }
            rates.note(rate, at: course.first.at)
            return MeterStep(.counted, amount: course.latest.value - last.value)
        default: break
        }
        // Of the others the doubt was told when they began.
        let isExchanged = course.kind == .reset
        coarseStep = nil
        return MeterStep(
            isExchanged ? .exchanged : .adopted, amount: course.latest.value - course.first.value,
            doubt: isExchanged ? change : nil, change: change)
    }

    // MARK: What a pipe can carry

    /// Whether so much can have flowed between two readings. One step of what they show may be more than the pipe carries.
    private func isPossible(_ amount: Double, from last: MeterPlace, to reading: Reading) -> Bool {
        guard let at = last.at else { return true }
        return amount <= greatest(in: seconds(from: at, to: reading), last.value, reading.value)
    }

    /// The greatest possible rise from `a` to `b` in so many seconds, in the meter's unit: what the pipe carries, and a step of the
    /// meter.
    private func greatest(in seconds: Double, _ a: Double, _ b: Double) -> Double {
        greatestRate * seconds + MeterResolution.step(a, b) + (coarseStep ?? 0)
    }

    /// Per second; nil where the time between is not known.
    private func rate(of amount: Double, from last: MeterPlace, to reading: Reading) -> Double? {
        last.at.map { amount / seconds(from: $0, to: reading) }
    }

    private var greatestRate: Double {
        if let rate = settings.greatestRate { return rate * Self.tolerance }
        return rates.highest.map { $0 * Self.highestRateFactor } ?? Self.greatestOfAll
    }

    private func seconds(from at: Int64, to reading: Reading) -> Double {
        max(reading.seconds(since: at), settings.interval)
    }
}
