/// Rule Q9: a number that instruments are known to send in the place of a value, among others that move.
///
/// It must stand out: further from all that was read of late than these are from each other. And either the readings come back to
/// where they were, or the number stays. So a counter or a temperature that passes the number is none.
package struct SentinelWatch: Equatable, Sendable {
    /// The ends of 16 bits, and what makers write with nines.
    package static let numbers: [Double] = [65_535, 32_767, -32_768, 9_999, -9_999, 999, -999]
    /// Changes of the reading after which it counts as one that moves.
    private static let neededChanges = 3
    /// Readings in a row after which a number counts as one that stays.
    private static let neededRepetitions = 12
    /// Changes of the reading after which its extremes are forgotten, at the latest after twice as many.
    private static let memory = 100

    private struct Candidate: Equatable, Sendable {
        /// As the instrument has it.
        var number: Double
        /// The same as a reading.
        var reading: Double

        /// But for the noise of a scale that is no binary number.
        func matches(_ other: Double) -> Bool { (other - reading).magnitude <= reading.magnitude * 1e-12 }
    }

    private struct Suspect: Equatable, Sendable {
        var candidate: Candidate
        var repetitions = 1
    }

    private let candidates: [Candidate]
    /// Those that are declared: no part of what was read.
    private let known: [Candidate]
    /// The extremes of the reading over its latest changes, without the declared numbers.
    private var recent: ClosedRange<Double>?
    /// The extremes over the ``memory`` changes before ``recent``.
    private var earlier: ClosedRange<Double>?
    private var recentChanges = 0
    private var last: Double?
    private var changes = 0
    private var suspect: Suspect?
    /// Told since the start.
    private var told: [Double] = []

    /// A reading is the instrument's number times `scale`, plus `offset`. `declared`: numbers that are known to mean no value.
    package init(scale: Double = 1, offset: Double = 0, declared: [Double] = []) {
        func candidate(_ number: Double) -> Candidate { Candidate(number: number, reading: number * scale + offset) }
        candidates = Self.numbers.filter { !declared.contains($0) }.map(candidate)
        known = declared.map(candidate)
    }

    /// Takes a reading flagged `N`. The number, as the instrument has it, that probably means no value, once for each.
    package mutating func take(_ reading: Double) -> Double? {
        if known.contains(where: { $0.matches(reading) }) { return nil }
        if var suspect {
            guard suspect.candidate.matches(reading) else { return leave(suspect.candidate, for: reading) }
            suspect.repetitions = min(suspect.repetitions + 1, Self.neededRepetitions)
            self.suspect = suspect
            return suspect.repetitions == Self.neededRepetitions ? tell(suspect.candidate) : nil
        }
        if let candidate = candidates.first(where: { $0.matches(reading) }) {
            // One that does not stand out yet must not hide the next.
            if standsOut(reading) { suspect = Suspect(candidate: candidate) }
        } else {
            note(reading)
        }
        return nil
    }

    private mutating func leave(_ candidate: Candidate, for reading: Double) -> Double? {
        suspect = nil
        let isBack = distance(to: reading) < distance(to: candidate.reading) / 2
        if !candidates.contains(where: { $0.matches(reading) }) { note(reading) }
        return isBack ? tell(candidate) : nil
    }

    private mutating func tell(_ candidate: Candidate) -> Double? {
        guard !told.contains(candidate.number) else { return nil }
        told.append(candidate.number)
        return candidate.number
    }

    private mutating func note(_ reading: Double) {
        if reading == last { return }
        changes = min(changes + 1, Self.neededChanges + 1)
        last = reading
        recentChanges += 1
        if recentChanges > Self.memory {
            earlier = recent
            recent = nil
            recentChanges = 1
        }
        recent = recent.map { min($0.lowerBound, reading)...max($0.upperBound, reading) } ?? reading...reading
    }

    private var extremes: ClosedRange<Double>? {
        guard let recent, let earlier else { return recent ?? earlier }
        return min(recent.lowerBound, earlier.lowerBound)...max(recent.upperBound, earlier.upperBound)
    }

    private func standsOut(_ reading: Double) -> Bool {
        guard changes > Self.neededChanges, let extremes else { return false }
        return distance(to: reading) > max(extremes.upperBound - extremes.lowerBound, reading.magnitude * 0.1)
    }

    /// How far outside of all that was read.
    private func distance(to reading: Double) -> Double {
        guard let extremes else { return 0 }
        return max(0, extremes.lowerBound - reading, reading - extremes.upperBound)
    }
}
