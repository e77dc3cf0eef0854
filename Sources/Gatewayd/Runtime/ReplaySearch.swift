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

    private var carried: RecordSelection { RecordSelection(uplink) }

    /// Sequence numbers that the uplink carries, ascending.
    func find(_ wanted: ReplaySelection) throws -> [Int64] {
        switch wanted {
        case .sequences(let range):
            return try collect(after: range.lowerBound - 1, through: range.upperBound, carried) { _ in true }
        case .period(let outlet, let kind, let from, let to):
            var selection = carried
            selection.kinds.formIntersection([kind])
            guard !selection.kinds.isEmpty else {
                throw CommandRefusal("this uplink carries no \(kind.rawValue) records")
            }
            guard from < SystemClock.wall else { return [] }
            // A record is journalled after its time; a day for clocks that were set back.
            let reader = try journal.makeReader()
            let begin = (from - .seconds(86_400)).millisecondsSince1970
            let end = (to + Self.longestDelay).millisecondsSince1970
            let first = begin > 0 ? try reader.firstSequence(committedSince: begin) ?? 1 : 1
            let times = from.millisecondsSince1970..<to.millisecondsSince1970
            return try collect(
                after: first - 1, through: try reader.firstSequence(committedSince: end) ?? .max, selection
            ) { row in
                row.outlet == outlet && times.contains(row.timestamp)
            }
        }
    }

    private func collect(
        after start: Int64, through end: Int64, _ selection: RecordSelection, where isWanted: (JournalRow) -> Bool
    ) throws -> [Int64] {
        let records = CarriedRecords(try journal.makeReader(), selection)
        let end = min(end, journal.committedHead)
        var found: [Int64] = []
        var position = start
        var rows = 0
        while position < end {
            let page = try records.read(after: position, through: end, limit: Self.page)
            found += page.rows.lazy.filter(isWanted).map(\.sequence)
            position = page.through
            // Of records that are chosen by factor or outlet as many may have been passed over.
            rows += selection.isByKindOnly ? page.rows.count : Self.page
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
