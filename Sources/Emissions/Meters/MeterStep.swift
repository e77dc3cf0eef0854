/// What became of one reading of a meter.
package struct MeterStep: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// There is nothing to compare with.
        case first
        case counted
        /// A step of a meter that counts in coarse ones.
        case ticked
        /// The meter passed its end and began at 0.
        case rolledOver
        /// A small fall, which adds nothing.
        case noise
        /// A reading that is not believed; it adds nothing.
        case doubtful
        /// Of another course that is not believed yet.
        case waiting
        /// The meter was set back to 0: what it shows since is counted.
        case reset
        /// It rose by more than the pipe can carry.
        case impossible
        /// It fell as in a reset, and shows more than can have flowed since: another meter.
        case exchanged
        /// It passed its end in a silence.
        case passedEnd
        /// It goes on from where it was set to.
        case adopted
    }

    package var kind: Kind
    /// What it adds, in the meter's unit.
    package var amount: Double
    /// The reading that is not believed.
    package var doubt: MeterDoubt?
    /// What the meter was set from and to.
    package var change: MeterDoubt?

    init(_ kind: Kind, amount: Double = 0, doubt: MeterDoubt? = nil, change: MeterDoubt? = nil) {
        self.kind = kind
        self.amount = amount
        self.doubt = doubt
        self.change = change
    }

    /// Whether the meter's place is known with this reading.
    var isBelieved: Bool {
        switch kind {
        case .first, .counted, .ticked, .rolledOver, .noise, .reset, .passedEnd, .adopted: true
        case .doubtful, .waiting, .impossible, .exchanged: false
        }
    }

    /// Whether the amount of its minute is not known.
    var isImpossible: Bool { kind == .impossible || kind == .exchanged }
}

/// Where a meter stands.
package struct MeterPlace: Hashable, Sendable {
    /// The last believed reading, or the greatest before a dip.
    package var value: Double
    /// Of the latest reading that fits, ms since 1970; nil: not known.
    package var at: Int64?
    /// When ``value`` was first read, ms since 1970; nil: not known.
    package var since: Int64?

    init(value: Double, at: Int64?, since: Int64?) {
        self.value = value
        self.at = at
        self.since = since
    }

    init(_ reading: Totaliser.Reading) {
        self.init(value: reading.value, at: reading.at, since: reading.at)
    }

    init(_ course: MeterCourse) {
        let isStill = course.latest.value == course.first.value
        self.init(
            value: course.latest.value, at: course.latest.at, since: isStill ? course.first.at : course.latest.at)
    }

    /// The same place, which a later reading does not change.
    func seen(at: Int64) -> MeterPlace { MeterPlace(value: value, at: at, since: since) }
}

/// A reading that does not go on from the one before it.
package struct MeterDoubt: Hashable, Sendable {
    package var from: Double
    package var to: Double
    /// Between the two, s; nil: not known.
    package var seconds: Double?

    init(from last: MeterPlace, to reading: Totaliser.Reading) {
        from = last.value
        to = reading.value
        seconds = last.at.map { max(0, reading.seconds(since: $0)) }
    }
}

/// A course that a meter may have taken away from the last believed reading.
package struct MeterCourse: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// Below a tenth, or where the meter may be after it passed its end in a silence.
        case reset
        /// Lower, and not so low.
        case setBack = "back"
        /// Higher than the pipe can explain.
        case leap
        /// Higher than the pipe can explain since the last reading, and not since the last change.
        case tick
    }

    package var kind: Kind
    package var first: Totaliser.Reading
    package var latest: Totaliser.Reading
    /// Readings that went on from the first.
    package var further: Int
    /// From the last believed reading to the first of this course, per second.
    var rate: Double?
    /// The lowest rate from then on.
    var slowest: Double?

    /// Whether nothing is decided, and nothing told, before further readings have come.
    var awaitsConfirmation: Bool { kind == .reset || kind == .tick }
}

/// The highest rates between two readings, hour by hour for a day.
///
/// While nothing flows those of the last day with a flow stay.
package struct HighestRates: Hashable, Sendable {
    package struct Hour: Hashable, Sendable {
        /// Since 1970.
        var hour: Int64
        var rate: Double
    }

    private static let length: Int64 = 24

    package private(set) var hours: [Hour] = []

    init(hours: [Hour] = []) {
        self.hours = hours
    }

    package var highest: Double? { hours.map(\.rate).max() }

    mutating func note(_ rate: Double, at: Int64) {
        let hour = (at - (at % 3_600_000 + 3_600_000) % 3_600_000) / 3_600_000
        // A clock that was set says nothing any more about what it showed before.
        hours.removeAll { ($0.hour - hour).magnitude > Self.length }
        if let index = hours.firstIndex(where: { $0.hour == hour }) {
            hours[index].rate = max(hours[index].rate, rate)
        } else {
            hours.append(Hour(hour: hour, rate: rate))
        }
    }
}

/// How finely a meter counts, as its readings show it.
enum MeterResolution {
    /// The coarsest of 1, 0.1, 0.01 and 0.001 of which both numbers are multiples, and at least what a 32-bit register tells apart.
    static func step(_ a: Double, _ b: Double) -> Double {
        let decimals = [1.0, 10, 100].first { isWhole(a * $0) && isWhole(b * $0) } ?? 1000
        return max(1 / decimals, single(a), single(b))
    }

    private static func isWhole(_ value: Double) -> Bool {
        (value - value.rounded()).magnitude <= 1e-9 * max(1, value.magnitude)
    }

    private static func single(_ value: Double) -> Double { Float(exactly: value).map { Double($0.ulp) } ?? 0 }
}
