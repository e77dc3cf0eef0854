/// Stretches of numbers from which records are gone that somebody may still wait for: numbers that were lost or skipped, and
/// owed records that were given up for want of space.
package struct JournalGaps: Equatable, Sendable {
    package var stretches: [ClosedRange<Int64>] = []

    package init(_ stretches: [ClosedRange<Int64>] = []) {
        self.stretches = stretches
    }

    /// The greatest number below `sequence` that lies in a gap; 0: none. Nobody can tell whether it had a record that is gone, so
    /// a receiver must not be told that nothing was there.
    package func end(before sequence: Int64) -> Int64 {
        stretches.reduce(0) { end, gap in
            gap.lowerBound < sequence ? max(end, min(gap.upperBound, sequence - 1)) : end
        }
    }
}

extension SQLiteConnection {
    private static let givenUp = "given-up:"

    /// The gaps that matter to who reads these kinds.
    func gaps(of kinds: KindFilter) throws(JournalError) -> JournalGaps {
        let select = try prepare("SELECT first, last, reason FROM span WHERE reason != 'unchained' ORDER BY first")
        var gaps = JournalGaps()
        while try select.step() {
            let (first, last, reason) = (select.integer(0), select.integer(1), select.text(2))
            guard 0 < first, first <= last, last <= SequenceReserve.greatest else { continue }
            let kind = reason.hasPrefix(Self.givenUp) ? String(reason.dropFirst(Self.givenUp.count)) : nil
            if kind.map({ kinds.contains($0) }) ?? true { gaps.stretches.append(first...last) }
        }
        return gaps
    }

    /// Notes that owed records of `kind` in `range` were deleted, as a part of the running transaction. It accounts for no
    /// number in the chains: the kind's anchor does.
    ///
    /// - Parameter before: up to where records of this kind were deleted before; what goes on there is one stretch.
    func addGap(_ range: ClosedRange<Int64>, of kind: String, after before: Int64?) throws(JournalError) {
        let extend = try prepare("UPDATE span SET last = ?1 WHERE reason = ?2 AND last = ?3")
        try extend.bind(range.upperBound, at: 1)
        try extend.bind(Self.givenUp + kind, at: 2)
        try extend.bind(before ?? 0, at: 3)
        try extend.run()
        guard try integer("SELECT changes()") == 0 else { return }
        let insert = try prepare("INSERT OR REPLACE INTO span(first, last, reason) VALUES(?1, ?2, ?3)")
        try insert.bind(range.lowerBound, at: 1)
        try insert.bind(range.upperBound, at: 2)
        try insert.bind(Self.givenUp + kind, at: 3)
        try insert.run()
    }
}

extension KindFilter {
    func contains(_ kind: String) -> Bool {
        switch self {
        case .all: true
        case .only(let kinds): kinds.contains(kind)
        case .allBut(let kinds): !kinds.contains(kind)
        }
    }
}
