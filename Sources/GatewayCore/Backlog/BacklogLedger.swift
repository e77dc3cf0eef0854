/// What one uplink still owes, as closed ranges of journal sequence numbers.
///
/// Everything up to ``settledThrough`` is done, except the ``holes``; everything above it is owed. Only ``settle(_:)``
/// changes that, and it only ever subtracts, so nothing owed can be forgotten by reading, reconnecting or restarting.
/// The holes are few: each of their ends is a publish in flight, a record set aside, or the place where the history is.
package struct BacklogLedger: Equatable, Sendable {
    /// The greatest sequence number that is done; 0 at first.
    package private(set) var settledThrough: Int64 = 0
    /// Owed ranges below ``settledThrough``: ascending, disjoint, with at least one done number between two of them.
    package private(set) var holes: [ClosedRange<Int64>] = []

    /// An uplink that owes everything above `settledThrough`; 0 is the whole journal.
    package init(settledThrough: Int64 = 0) {
        self.settledThrough = max(0, settledThrough)
    }

    /// A ledger read back; the caller has checked that `holes` keep the invariants above.
    init(settledThrough: Int64, holes: [ClosedRange<Int64>]) {
        self.settledThrough = settledThrough
        self.holes = holes
    }

    /// Subtracts `range`: acknowledged by the broker, not carried by this uplink, or no longer in the journal.
    package mutating func settle(_ range: ClosedRange<Int64>) {
        fillHoles(with: range)
        guard range.upperBound > settledThrough else { return }
        if range.lowerBound > settledThrough + 1 {
            holes.append((settledThrough + 1)...(range.lowerBound - 1))
        }
        settledThrough = range.upperBound
    }

    package mutating func settle(_ sequence: Int64) {
        settle(sequence...sequence)
    }

    /// Takes back that anything above `head` is settled.
    package mutating func oweAgain(above head: Int64) {
        guard settledThrough > head else { return }
        settledThrough = max(0, head)
        holes = holes.compactMap { hole in
            hole.lowerBound > settledThrough ? nil : hole.lowerBound...min(hole.upperBound, settledThrough)
        }
        // A hole that reaches the end is no hole: what is owed above says the same.
        if let last = holes.last, last.upperBound == settledThrough {
            settledThrough = last.lowerBound - 1
            holes.removeLast()
        }
    }

    /// Whether `sequence` is still owed.
    package func owes(_ sequence: Int64) -> Bool {
        if sequence > settledThrough { return true }
        let index = firstHole(reaching: sequence)
        return index < holes.count && holes[index].contains(sequence)
    }

    /// The first owed range above `position`, cut to `(position, end]`; nil when nothing is owed there.
    package func owed(after position: Int64, through end: Int64) -> ClosedRange<Int64>? {
        guard position < end else { return nil }
        let index = firstHole(reaching: position + 1)
        if index < holes.count {
            let hole = holes[index]
            guard hole.lowerBound <= end else { return nil }
            return max(hole.lowerBound, position + 1)...min(hole.upperBound, end)
        }
        let start = max(settledThrough, position) + 1
        return start <= end ? start...end : nil
    }

    /// How many sequence numbers up to `head` are owed; carried or not, as only reading can tell.
    package func count(through head: Int64) -> Int64 {
        var count = max(0, head - settledThrough)
        for hole in holes where hole.lowerBound <= head {
            count += min(hole.upperBound, head) - hole.lowerBound + 1
        }
        return count
    }

    /// The smallest owed sequence number.
    package var oldest: Int64 {
        holes.first?.lowerBound ?? settledThrough + 1
    }

    /// The index of the first hole that ends at or above `sequence`.
    private func firstHole(reaching sequence: Int64) -> Int {
        var low = 0
        var high = holes.count
        while low < high {
            let middle = (low + high) / 2
            if holes[middle].upperBound < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func fillHoles(with range: ClosedRange<Int64>) {
        let first = firstHole(reaching: range.lowerBound)
        var end = first
        var rest: [ClosedRange<Int64>] = []
        while end < holes.count, holes[end].lowerBound <= range.upperBound {
            let hole = holes[end]
            if hole.lowerBound < range.lowerBound { rest.append(hole.lowerBound...(range.lowerBound - 1)) }
            if hole.upperBound > range.upperBound { rest.append((range.upperBound + 1)...hole.upperBound) }
            end += 1
        }
        if end > first { holes.replaceSubrange(first..<end, with: rest) }
    }
}
