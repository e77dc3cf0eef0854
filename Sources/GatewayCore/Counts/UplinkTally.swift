package import Protocol

/// What one uplink carries of a stretch of the journal and what it still owes.
package struct UplinkTally: Sendable {
    private let uplink: String
    private let ledger: BacklogLedger
    private let stretch: ClosedRange<Int64>
    package private(set) var first: Int64?
    package private(set) var last: Int64?
    private var counts: [RecordKind: Int] = [:]
    private var acknowledged = 0

    /// - Parameters:
    ///   - ledger: what the uplink owes at the moment of counting.
    ///   - stretch: what is counted.
    package init(_ uplink: String, ledger: BacklogLedger, stretch: ClosedRange<Int64>) {
        self.uplink = uplink
        self.ledger = ledger
        self.stretch = stretch
    }

    /// The uplink carries this record of the stretch. In the order of numbers.
    package mutating func add(_ sequence: Int64, _ kind: RecordKind) {
        if first == nil { first = sequence }
        last = sequence
        counts[kind, default: 0] += 1
        if !ledger.owes(sequence) { acknowledged += 1 }
    }

    /// The same for all records of the stretch at once, where others have counted them.
    ///
    /// - Parameter acknowledged: how many of them lie in ``settled``.
    package mutating func set(
        first: Int64?, last: Int64?, counts: [RecordKind: Int], acknowledged: Int
    ) {
        self.first = first
        self.last = last
        self.counts = counts
        self.acknowledged = acknowledged
    }

    /// The parts of the stretch that are no longer owed.
    package var settled: [ClosedRange<Int64>] {
        var parts: [ClosedRange<Int64>] = []
        var position = stretch.lowerBound - 1
        while position < stretch.upperBound {
            let gap = ledger.owed(after: position, through: stretch.upperBound)
            let end = gap.map { $0.lowerBound - 1 } ?? stretch.upperBound
            if end > position { parts.append(position + 1...end) }
            position = gap?.upperBound ?? stretch.upperBound
        }
        return parts
    }

    /// What was counted. `setAside`: ascending.
    package func report(setAside: [Int64]) -> CountsReport.Uplink {
        var gaps: [ClosedRange<Int64>] = []
        var position: Int64 = 0
        while gaps.count < CountsReport.maximumGaps,
            let gap = ledger.owed(after: position, through: stretch.upperBound)
        {
            gaps.append(gap)
            position = gap.upperBound
        }
        return CountsReport.Uplink(
            id: uplink, first: first, last: last, kinds: counts.inOrder, acknowledged: acknowledged, gaps: gaps,
            owed: ledger.count(through: stretch.upperBound),
            setAside: Array(setAside.prefix { $0 <= stretch.upperBound }.prefix(CountsReport.maximumGaps)))
    }
}

extension [RecordKind: Int] {
    /// In the order in which kinds are named everywhere.
    package var inOrder: [CountsReport.Kind] {
        RecordKind.allCases.compactMap { kind in self[kind].map { CountsReport.Kind(kind, $0) } }
    }
}
