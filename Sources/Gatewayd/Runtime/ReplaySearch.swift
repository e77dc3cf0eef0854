import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

/// Finds the records that a platform wants again, page by page, so that no reader holds the journal back.
struct ReplaySearch {
    /// Rows looked at for one replay; more would keep other commands waiting for too long.
    private static let mostRows = 2_000_000
    private static let page = 1_000
    /// A record may be journalled so long after its time at most to be found by it: what an instrument filled in later.
    private static let longestDelay = Duration.seconds(32 * 86_400)

    let journal: Journal
    let uplink: UplinkConfiguration
    /// Called now and then.
    let beat: @Sendable () -> Void

    /// Sequence numbers that the uplink carries, ascending.
    func find(_ selection: ReplaySelection) throws -> [Int64] {
        switch selection {
        case .sequences(let range):
            let kinds = uplink.kinds
            return try collect(after: range.lowerBound - 1, through: range.upperBound, kinds: kinds) { _ in true }
        case .period(let outlet, let kind, let from, let to):
            guard uplink.kinds.contains(kind) else {
                throw CommandRefusal("this uplink carries no \(kind.rawValue) records (`kinds`)")
            }
            guard from < SystemClock.wall else { return [] }
            // A record is journalled after its time; a day for clocks that were set back.
            let reader = try journal.makeReader()
            let begin = (from - .seconds(86_400)).millisecondsSince1970
            let end = (to + Self.longestDelay).millisecondsSince1970
            let first = begin > 0 ? try reader.firstSequence(committedSince: begin) ?? 1 : 1
            let times = from.millisecondsSince1970..<to.millisecondsSince1970
            return try collect(
                after: first - 1, through: try reader.firstSequence(committedSince: end) ?? .max, kinds: [kind]
            ) { row in
                row.outlet == outlet && times.contains(row.timestamp)
            }
        }
    }

    private func collect(
        after start: Int64, through end: Int64, kinds: Set<RecordKind>, where isWanted: (JournalRow) -> Bool
    ) throws -> [Int64] {
        let reader = try journal.makeReader()
        let end = min(end, journal.committedHead)
        let filter = KindFilter.only(Set(kinds.map(\.rawValue)))
        var found: [Int64] = []
        var position = start
        var rows = 0
        while position < end {
            let page = try reader.read(after: position, through: end, kinds: filter, limit: Self.page)
            found += page.rows.lazy.filter(isWanted).map(\.sequence)
            position = page.through
            rows += page.rows.count
            guard found.count <= UplinkReplay.mostRecords else {
                throw CommandRefusal("more than \(UplinkReplay.mostRecords) records; ask for them in parts")
            }
            guard rows <= Self.mostRows else {
                throw CommandRefusal("too much to look through; ask for a shorter time, or by sequence numbers")
            }
            beat()
        }
        return found
    }
}
