package import Telemetry

/// What came of one factor within a minute.
package struct MinuteSamples: Equatable, Sendable {
    /// A good sample, in the unit of the record.
    struct Instant: Equatable, Sendable {
        /// ms since 1970.
        var at: Int64
        var value: Double
    }

    /// A reading that no mean counts.
    struct Bad: Equatable, Sendable {
        /// ms since 1970.
        var at: Int64
        var flag: DataFlag
        var failure: ReadFailure?
        /// Of a reading above the measuring range, in the unit of the record.
        var number: Double?
    }

    private(set) var instants: [Instant] = []
    /// Good readings of the meter beside the factor, in the meter's unit.
    private(set) var meterInstants: [Instant] = []
    /// In the order of arrival.
    private(set) var bad: [Bad] = []
    private(set) var tally = FlagTally()
    private(set) var failure: ReadFailure?
    /// The greatest reading above the measuring range, corrected and in the unit of the record; nil: none was, or it told
    /// no number. Only for the words of alarms: it does not survive a restart.
    package private(set) var overRange: Double?
    private var isSorted = true

    package init() {}

    /// Whether no sample, good or bad, has come.
    package var isEmpty: Bool { tally.total == 0 }

    /// Whether nothing has come, neither of the factor nor of the meter beside it.
    package var isUnused: Bool { isEmpty && meterInstants.isEmpty }

    /// When the readings above the measuring range were taken, which no mean counts; ms since 1970.
    var overRangeTimes: [Int64] {
        bad.isEmpty ? [] : bad.lazy.filter { $0.flag == .overRange }.map(\.at)
    }

    /// Counts a reading.
    package mutating func add(_ reading: Reading, _ scale: ReadingScale, overRangeCounts: Bool, at instant: WallInstant)
    {
        if let reason = reading.failure { failure = reason }
        let at = instant.millisecondsSince1970
        guard reading.flag.isGood else {
            let number = reading.flag == .overRange ? reading.value.flatMap(scale.normalised)?.value : nil
            return note(Bad(at: at, flag: reading.flag, failure: reading.failure, number: number))
        }
        // A reading flagged N without a number counts as bad: it is no sample.
        guard let value = reading.value, let normalised = scale.normalised(value) else {
            if reading.value != nil { failure = .notANumber }
            return note(Bad(at: at, flag: .noCommunication, failure: failure))
        }
        if normalised.isOverRange, !overRangeCounts {
            return note(Bad(at: at, flag: .overRange, failure: reading.failure, number: normalised.value))
        }
        tally.add(normalised.isOverRange ? .overRange : .normal)
        if normalised.isOverRange { noteGreatest(normalised.value) }
        append(Instant(at: at, value: normalised.value))
    }

    private mutating func note(_ reading: Bad) {
        bad.append(reading)
        tally.add(reading.flag)
        if let number = reading.number { noteGreatest(number) }
    }

    private mutating func noteGreatest(_ value: Double) {
        overRange = overRange.map { max($0, value) } ?? value
    }

    /// Takes back the bad reading of an instant, for which a good one came later. False: there is none.
    package mutating func withdraw(badAt instant: WallInstant) -> Bool {
        guard let index = bad.lastIndex(where: { $0.at == instant.millisecondsSince1970 }) else { return false }
        let reading = bad.remove(at: index)
        tally.withdraw(reading.flag)
        if reading.failure != nil { failure = bad.last { $0.failure != nil }?.failure }
        if reading.number != nil { overRange = bad.compactMap(\.number).max() }
        return true
    }

    /// Counts a reading of the meter beside `channel`.
    package mutating func addMeter(_ reading: Reading, of channel: Channel, at instant: WallInstant) {
        guard reading.flag.isGood, let value = reading.value, let meter = channel.meter else { return }
        let counted = value * meter.slope
        guard counted.isMeasurable else { return }
        appendMeter(Instant(at: instant.millisecondsSince1970, value: counted))
    }

    mutating func appendMeter(_ instant: Instant) { meterInstants.append(instant) }

    /// The readings of the meter of `channel`, by time.
    func meterReadings(of channel: Channel) -> [Totaliser.Reading] {
        let readings = channel.isMeterAlone ? sorted : meterInstants.sorted { !Self.isOrdered($1, $0) }
        return readings.map { Totaliser.Reading($0.value, at: $0.at) }
    }

    /// Takes what was counted before a restart, besides the samples themselves.
    mutating func restore(tally: FlagTally, failure: ReadFailure?) {
        self.tally = tally
        self.failure = failure
    }

    /// Takes the bad readings of before a restart, which are counted already.
    mutating func restore(bad: [Bad]) { self.bad = bad }

    /// Takes other numbers in the place of those that were kept.
    mutating func replace(instants others: [Instant]) {
        instants = []
        isSorted = true
        for instant in others { append(instant) }
    }

    mutating func replace(meterInstants others: [Instant]) { meterInstants = others }

    mutating func append(_ instant: Instant) {
        if let last = instants.last, !Self.isOrdered(last, instant) { isSorted = false }
        instants.append(instant)
    }

    /// The least and the greatest good sample as the instrument gave it: corrected and in the unit of the record, and not
    /// yet brought to the standard state. Nil without one.
    package var extremes: ClosedRange<Double>? {
        guard var low = instants.first?.value else { return nil }
        var high = low
        for instant in instants.dropFirst() {
            low = min(low, instant.value)
            high = max(high, instant.value)
        }
        return low...high
    }

    /// The mean of the good samples, likewise.
    package var mean: Double? {
        instants.isEmpty ? nil : instants.reduce(0) { $0 + $1.value } / Double(instants.count)
    }

    /// By time, the smaller of two simultaneous numbers first, whatever the order of arrival.
    var sorted: [Instant] { isSorted ? instants : instants.sorted { !Self.isOrdered($1, $0) } }

    private static func isOrdered(_ a: Instant, _ b: Instant) -> Bool {
        a.at < b.at || (a.at == b.at && a.value <= b.value)
    }
}
