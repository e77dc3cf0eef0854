package import Telemetry

/// What the numbers kept of a channel are: what is read, and how a number that is read becomes one that is kept.
///
/// Samples of the running minute outlive a change of the settings. This tells those that were kept under others.
package struct ReadingSource: Hashable, Sendable {
    /// What is read, as one word without blanks.
    package var word: String
    /// A number that is read is multiplied by this…
    package var slope: Double
    /// …and this is added.
    package var offset: Double
    /// Whether it is a meter, whose numbers say something by their differences alone.
    package var isMeter: Bool

    package init(word: String, slope: Double = 1, offset: Double = 0, isMeter: Bool = false) {
        self.word = word
        self.slope = slope
        self.offset = offset
        self.isMeter = isMeter
    }

    /// One word for all of it. A meter goes on from readings of the same word only.
    var identity: String { "\(word)*\(slope)+\(offset)" }

    /// Whether the same is read, however its number becomes one that is kept.
    package func reads(as other: ReadingSource) -> Bool { word == other.word && isMeter == other.isMeter }

    /// Turns a number that was kept as `earlier` says into what it would be here; nil: it says nothing here.
    ///
    /// What another instrument measured stays what it was; what another meter showed is no reading of this one.
    func number(_ kept: Double, from earlier: ReadingSource) -> Double? {
        if earlier == self { return kept }
        guard reads(as: earlier) else { return isMeter || earlier.isMeter ? nil : kept }
        guard earlier.slope != 0 else { return nil }
        let number = (kept - earlier.offset) / earlier.slope * slope + offset
        return number.isFinite ? number : nil
    }
}

extension ReadingSource {
    package func write(to line: inout StateLine) {
        line.add(word: word)
        line.add(slope)
        line.add(offset)
        line.add(isMeter)
    }

    package init(from line: inout StateLine) throws(StateLine.Unreadable) {
        guard let word = try line.word() else { throw StateLine.Unreadable() }
        self.init(word: word, slope: try line.number(), offset: try line.number(), isMeter: try line.bool())
    }
}

extension MinuteSamples {
    /// Brings what was kept under the settings `earlier` to those of `now`.
    package mutating func adapt(_ earlier: ReadingSource, to now: ReadingSource) {
        guard earlier != now else { return }
        let numbers = instants.compactMap { instant in
            now.number(instant.value, from: earlier).map { Instant(at: instant.at, value: $0) }
        }
        guard numbers.count == instants.count else {
            let meter = meterInstants
            self = MinuteSamples()
            for instant in meter { appendMeter(instant) }
            return
        }
        replace(instants: numbers)
    }

    /// The same of the readings of the meter beside the factor.
    package mutating func adaptMeter(_ earlier: ReadingSource, to now: ReadingSource) {
        replace(
            meterInstants: meterInstants.compactMap { instant in
                now.number(instant.value, from: earlier).map { Instant(at: instant.at, value: $0) }
            })
    }
}

extension OutletChain {
    /// Brings what was kept of a channel under the settings `earlier` to those of `now`. The last value is forgotten.
    package mutating func adapt(channel: Int, _ earlier: ReadingSource, to now: ReadingSource?) {
        carried[channel] = nil
        uncomputed[channel] = nil
        results[channel]?.adapt(earlier, to: now)
    }
}
