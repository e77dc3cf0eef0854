package import Telemetry

/// What can be missing: a factor's data at an outlet, or, with an uplink, records that its platform has not got.
package struct GapSubject: Hashable, Sendable {
    package var outlet: String
    /// Nil: the outlet as a whole, as for an uplink.
    package var factor: String?
    package var uplink: String?

    package init(outlet: String, factor: String? = nil, uplink: String? = nil) {
        self.outlet = outlet
        self.factor = factor
        self.uplink = uplink
    }
}

/// A stretch of missing data.
package struct DataGap: Equatable, Sendable {
    package let subject: GapSubject
    package let from: WallInstant
    /// Nil: still open.
    package internal(set) var to: WallInstant?
    /// Up to where it is known to reach: the end of the last missing period.
    package internal(set) var reached: WallInstant
    package let reason: String
    /// What back-fill has brought, in order and apart from each other.
    package internal(set) var refilled: [Range<WallInstant>] = []

    /// Its length so far.
    package var length: Duration { (to ?? reached) - from }

    /// How much of it back-fill has brought.
    package var refilledLength: Duration {
        refilled.reduce(.zero) { $0 + ($1.upperBound - $1.lowerBound) }
    }

    /// Closed, and all of it has come after all.
    package var isRefilled: Bool { to != nil && refilledLength >= length }
}

/// What happened in the ledger, for a record.
package enum GapChange: Equatable, Sendable {
    case opened(DataGap)
    case closed(DataGap)
    /// Back-fill has brought the last missing part.
    case refilled(DataGap)
}

/// The ledger of missing data. Periods come in, and changes out; gaps stay until they are the oldest of too many.
package struct GapLedger: Equatable, Sendable {
    /// Closed gaps that are remembered, oldest dropped first: each is a record too.
    package static let capacity = 10_000
    /// Pieces of back-fill remembered of one gap; nearest ones are joined beyond that.
    static let mostPieces = 256

    var open: [GapSubject: DataGap] = [:]
    /// In order of closing.
    var closed: [DataGap] = []

    package init() {}

    /// A period of `subject` is over. `reason` nil: its data are there. Periods come in order; a repeated or earlier one
    /// changes nothing.
    package mutating func period(
        _ subject: GapSubject, from: WallInstant, to: WallInstant, missing reason: String?
    ) -> GapChange? {
        guard from < to else { return nil }
        if var gap = open[subject] {
            guard to > gap.reached else { return nil }
            if reason != nil {
                gap.reached = to
                open[subject] = gap
                return nil
            }
            // Data that begin inside the gap were there after all.
            gap.to = max(gap.from, from)
            gap.reached = gap.to ?? from
            open[subject] = nil
            append(gap)
            return .closed(gap)
        }
        guard let reason else { return nil }
        let gap = DataGap(subject: subject, from: from, to: nil, reached: to, reason: reason)
        open[subject] = gap
        return .opened(gap)
    }

    private mutating func append(_ gap: DataGap) {
        if closed.count == Self.capacity { closed.removeFirst() }
        closed.append(gap)
    }

    /// Back-fill has brought what lies between `from` and `to`.
    package mutating func refill(_ subject: GapSubject, from: WallInstant, to: WallInstant) -> [GapChange] {
        guard from < to else { return [] }
        var changes: [GapChange] = []
        open[subject]?.refill(from..<to)
        for index in closed.indices where closed[index].subject == subject && !closed[index].isRefilled {
            closed[index].refill(from..<to)
            if closed[index].isRefilled { changes.append(.refilled(closed[index])) }
        }
        return changes
    }

    /// Gaps that touch the time from `from` to `to`, in order of their beginning.
    package func gaps(from: WallInstant, to: WallInstant) -> [DataGap] {
        let all = closed + open.values
        return all.filter { $0.from < to && ($0.to ?? .distantFuture) > from }
            .sorted { ($0.from, $0.subject.name) < ($1.from, $1.subject.name) }
    }
}

extension WallInstant {
    fileprivate static let distantFuture = WallInstant(millisecondsSince1970: .max)
}

extension GapSubject {
    var name: String { [outlet, factor, uplink].map { $0 ?? "" }.joined(separator: "\u{1}") }
}

extension DataGap {
    fileprivate mutating func refill(_ range: Range<WallInstant>) {
        let range = range.clamped(to: from..<max(from, to ?? reached))
        guard !range.isEmpty else { return }
        var pieces = refilled + [range]
        pieces.sort { $0.lowerBound < $1.lowerBound }
        refilled = []
        for piece in pieces {
            if let last = refilled.last, piece.lowerBound <= last.upperBound {
                refilled[refilled.count - 1] = last.lowerBound..<max(last.upperBound, piece.upperBound)
            } else if refilled.count < GapLedger.mostPieces {
                refilled.append(piece)
            }
        }
    }
}
