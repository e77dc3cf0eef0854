import Telemetry

/// Records that the broker refused and that are tried again, later and later.
///
/// A refusal speaks against the record only when the broker took others since the one before: whoever refuses everything, by
/// a wrong access list for instance, has nothing against this record. Bounded; when it is full no more records are sent than
/// it takes to find out whether the broker takes any.
package struct RefusalList: Sendable {
    package static let capacity = 64

    struct Entry: Equatable, Sendable {
        var sequence: Int64
        /// Refusals that count.
        var strikes: Int
        var tries: Int
        /// When it is published again; never: it is in flight.
        var due: Uptime
        /// How many records the broker had taken when it was refused last.
        var acknowledgements: Int
        /// It makes the broker hang up, so it must be in flight alone.
        var isSolitary: Bool
    }

    private var entries: [Entry] = []

    package var count: Int { entries.count }
    package var isFull: Bool { entries.count >= Self.capacity }

    package func sequences(in range: ClosedRange<Int64>) -> [Int64] {
        entries.lazy.map(\.sequence).filter(range.contains)
    }

    /// Whether one is said to make the broker hang up.
    var hasSolitary: Bool { entries.contains(where: \.isSolitary) }

    func contains(_ sequence: Int64) -> Bool { entries.contains { $0.sequence == sequence } }

    /// When something is to be tried again; nil: nothing is.
    func nextDue(solitary: Bool) -> Uptime? {
        entries.lazy.filter { $0.isSolitary == solitary && $0.due != .never }.map(\.due).min()
    }

    /// What is to be tried again now; it counts as in flight from then on.
    mutating func takeDue(at now: Uptime, solitary: Bool) -> Int64? {
        guard let index = entries.firstIndex(where: { $0.isSolitary == solitary && $0.due <= now }) else { return nil }
        entries[index].due = .never
        return entries[index].sequence
    }

    /// Notes a refusal and returns how many count; nil when the list is full and does not know the record.
    ///
    /// - Parameters:
    ///   - strikes: what a first refusal counts.
    ///   - acknowledgements: the records that the broker has taken so far.
    mutating func note(
        _ sequence: Int64, _ refusal: UplinkRefusal, strikes: Int = 1, acknowledgements: Int, at now: Uptime
    ) -> Int? {
        guard let index = entries.firstIndex(where: { $0.sequence == sequence }) else {
            guard !isFull else { return nil }
            let strikes = refusal.concernsRecord ? strikes : 0
            entries.append(
                Entry(
                    sequence: sequence, strikes: strikes, tries: 1, due: now + Self.pause(after: 1),
                    acknowledgements: acknowledgements, isSolitary: refusal == .hangUp))
            return strikes
        }
        if refusal.concernsRecord, acknowledgements > entries[index].acknowledgements { entries[index].strikes += 1 }
        entries[index].acknowledgements = acknowledgements
        entries[index].isSolitary = refusal == .hangUp
        postpone(index, at: now)
        return entries[index].strikes
    }

    /// It was tried and nothing is known.
    mutating func postpone(_ sequence: Int64, at now: Uptime) {
        guard let index = entries.firstIndex(where: { $0.sequence == sequence }) else { return }
        postpone(index, at: now)
    }

    /// Those that count as in flight and are `lost` are tried again later.
    mutating func postpone(at now: Uptime, where lost: (Int64) -> Bool) {
        for index in entries.indices where entries[index].due == .never && lost(entries[index].sequence) {
            postpone(index, at: now)
        }
    }

    mutating func remove(_ sequence: Int64) {
        entries.removeAll { $0.sequence == sequence }
    }

    /// Forgets what is no longer owed.
    mutating func keep(_ isOwed: (Int64) -> Bool) {
        entries.removeAll { !isOwed($0.sequence) }
    }

    private mutating func postpone(_ index: Int, at now: Uptime) {
        entries[index].tries += 1
        entries[index].due = now + Self.pause(after: entries[index].tries)
    }

    /// A second, doubled with each try, a minute at most.
    static func pause(after tries: Int) -> Duration {
        min(.seconds(1) * (1 << min(max(0, tries - 1), 6)), .seconds(60))
    }
}
