package import Telemetry

/// Records that are owed but left alone for a while, because publishing them fails again and again.
package struct SetAsideList: Sendable {
    /// When full, the record that is due first is tried again early.
    package static let capacity = 32

    private var entries: [(sequence: Int64, until: Uptime)] = []

    package var sequences: [Int64] { entries.map(\.sequence).sorted() }
    package var nextDue: Uptime? { entries.map(\.until).min() }

    package func sequences(in range: ClosedRange<Int64>) -> [Int64] {
        entries.map(\.sequence).filter(range.contains)
    }

    mutating func add(_ sequence: Int64, until moment: Uptime) {
        remove(sequence)
        entries.append((sequence, moment))
        while entries.count > Self.capacity { entries.removeFirst() }
    }

    mutating func remove(_ sequence: Int64) {
        entries.removeAll { $0.sequence == sequence }
    }

    /// Takes one record out whose time has come.
    mutating func takeDue(at now: Uptime) -> Int64? {
        guard let index = entries.firstIndex(where: { $0.until <= now }) else { return nil }
        return entries.remove(at: index).sequence
    }
}
