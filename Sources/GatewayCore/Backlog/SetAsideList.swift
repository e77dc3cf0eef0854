package import Telemetry

/// Records that are owed but left alone for a while, because the broker does not take them. They stay in the journal.
package struct SetAsideList: Sendable {
    /// When full, nothing more is set aside by the count of refusals: so many are no exceptions.
    package static let capacity = 1_000

    /// Ascending.
    package private(set) var sequences: [Int64] = []
    /// When each is tried again.
    private var moments: [Uptime] = []
    package private(set) var nextDue: Uptime?

    package var isFull: Bool { sequences.count >= Self.capacity }

    package func sequences(in range: ClosedRange<Int64>) -> ArraySlice<Int64> {
        sequences[index(of: range.lowerBound)..<index(of: range.upperBound + 1)]
    }

    /// Beyond the capacity the record that is due first is let go: it stays owed and is tried again early.
    mutating func add(_ sequence: Int64, until moment: Uptime) {
        remove(sequence)
        if isFull, let first = moments.indices.min(by: { moments[$0] < moments[$1] }) { remove(at: first) }
        let index = index(of: sequence)
        sequences.insert(sequence, at: index)
        moments.insert(moment, at: index)
        nextDue = moments.min()
    }

    mutating func remove(_ sequence: Int64) {
        let index = index(of: sequence)
        if index < sequences.count, sequences[index] == sequence { remove(at: index) }
    }

    /// Takes one record out whose time has come.
    mutating func takeDue(at now: Uptime) -> Int64? {
        guard let nextDue, nextDue <= now, let index = moments.firstIndex(where: { $0 <= now }) else { return nil }
        defer { remove(at: index) }
        return sequences[index]
    }

    private mutating func remove(at index: Int) {
        sequences.remove(at: index)
        moments.remove(at: index)
        nextDue = moments.min()
    }

    /// The index of the first that is `sequence` or above.
    private func index(of sequence: Int64) -> Int {
        var (low, high) = (0, sequences.count)
        while low < high {
            let middle = (low + high) / 2
            if sequences[middle] < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
