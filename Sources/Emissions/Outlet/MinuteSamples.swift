package import Telemetry

/// What came of one factor within a minute.
package struct MinuteSamples: Equatable, Sendable {
    /// A good sample, in the unit of the record.
    struct Instant: Equatable, Sendable {
        /// ms since 1970.
        var at: Int64
        var value: Double
    }

    private(set) var instants: [Instant] = []
    /// Good readings of the meter beside the factor, in the meter's unit.
    private(set) var meterInstants: [Instant] = []
    /// When the readings above the measuring range were taken, which no mean counts; ms since 1970.
    private(set) var overRangeTimes: [Int64] = []
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

    /// Counts a reading.
    package mutating func add(_ reading: Reading, _ scale: ReadingScale, overRangeCounts: Bool, at instant: WallInstant)
    {
        if let reason = reading.failure { failure = reason }
        guard reading.flag.isGood else {
            if reading.flag == .overRange {
                noteOverRange(reading.value.flatMap(scale.normalised)?.value, at: instant)
            }
            return tally.add(reading.flag)
        }
        // A reading flagged N without a number counts as bad: it is no sample.
        guard let value = reading.value, let normalised = scale.normalised(value) else {
            if reading.value != nil { failure = .notANumber }
            return tally.add(.noCommunication)
        }
        tally.add(normalised.isOverRange ? .overRange : .normal)
        if normalised.isOverRange, !overRangeCounts { return noteOverRange(normalised.value, at: instant) }
        if normalised.isOverRange { noteGreatest(normalised.value) }
        append(Instant(at: instant.millisecondsSince1970, value: normalised.value))
    }

    private mutating func noteOverRange(_ value: Double?, at instant: WallInstant) {
        overRangeTimes.append(instant.millisecondsSince1970)
        if let value { noteGreatest(value) }
    }

    private mutating func noteGreatest(_ value: Double) {
        overRange = overRange.map { max($0, value) } ?? value
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

    mutating func restore(overRangeTimes: [Int64]) { self.overRangeTimes = overRangeTimes }

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
