import GatewayCore
import Protocol
import TelemetryStore

/// The journal as one uplink sees it: the records that it carries, cut to its factors. For one thread.
final class CarriedRecords {
    private let reader: JournalReader
    private let selection: RecordSelection
    private let kinds: KindFilter
    /// Up to `through` nothing is carried after `last`, as it was found when reading; the next page mostly begins there.
    private var known: [(through: Int64, last: Int64)] = []

    /// Carried rows that were read and not asked for yet, and where the next one who wants them goes on.
    private var ahead: (after: Int64, rows: ArraySlice<JournalRow>, through: Int64, gaps: JournalGaps)?

    /// Rows looked at in one call, so that it is over soon however rare the carried ones are.
    private static let scanned = 1_000
    /// A window of twenty is refilled a few records at a time; reading so many at once spares most of the queries.
    private static let readAhead = 64
    private static let readAheadBytes = 128 << 10

    init(_ reader: JournalReader, _ selection: RecordSelection) {
        self.reader = reader
        self.selection = selection
        kinds = selection.filter
    }

    /// The carried records with numbers in `(after, through]`, at most `limit`, and up to where there are no others.
    func read(after: Int64, through: Int64, limit: Int) throws(JournalError) -> CarriedPage {
        var found = (after: after, rows: ArraySlice<JournalRow>(), through: after, gaps: JournalGaps())
        if let ahead, ahead.after == after, ahead.rows.first.map({ $0.sequence <= through }) ?? false {
            found = ahead
        } else {
            let page = try fetch(after: after, through: through, limit: max(limit, Self.readAhead))
            // After the rows: what is deleted in between is rather asked for in vain than concealed.
            found = (
                after, page.rows[...], page.through, page.rows.isEmpty ? JournalGaps() : try reader.gaps(of: kinds)
            )
        }
        let rows = found.rows.prefix(limit).prefix { $0.sequence <= through }
        found.rows = found.rows.dropFirst(rows.count)
        let end = found.rows.isEmpty ? min(found.through, through) : rows.last?.sequence ?? after
        ahead = found.rows.isEmpty ? nil : (end, found.rows, found.through, found.gaps)
        let previous = known(at: after)
        remember(after: after, last: rows.last?.sequence, through: end)
        return CarriedPage(rows: Array(rows), through: end, previous: previous, gaps: found.gaps)
    }

    private func fetch(
        after: Int64, through: Int64, limit: Int
    ) throws(JournalError) -> (rows: [JournalRow], through: Int64) {
        guard !selection.isByKindOnly else {
            let page = try reader.read(
                after: after, through: through, kinds: kinds, limit: limit, maximumBytes: Self.readAheadBytes)
            return (page.rows, page.through)
        }
        var carried: [JournalRow] = []
        var position = after
        var scanned = 0
        while position < through, carried.count < limit, scanned < Self.scanned {
            let page = try reader.read(
                after: position, through: through, kinds: kinds, limit: min(256, limit),
                maximumBytes: Self.readAheadBytes)
            scanned += max(1, page.rows.count)
            position = page.through
            for row in page.rows {
                guard let body = selection.body(row.body, kind: row.kind, place: row.outlet) else { continue }
                var cut = row
                cut.body = body
                carried.append(cut)
                if carried.count == limit {
                    position = row.sequence
                    break
                }
            }
        }
        return (carried, position)
    }

    /// The greatest number below `sequence` that is carried; 0: none.
    func previous(before sequence: Int64) throws(JournalError) -> Int64 {
        var position = sequence - 1
        while true {
            if let last = known(at: position) { return last }
            position = try reader.previousSequence(before: position + 1, kinds: kinds)
            guard position > 0, !selection.isByKindOnly else { return position }
            let row = try reader.read(after: position - 1, through: position, kinds: kinds, limit: 1).rows.first
            if let row, selection.body(row.body, kind: row.kind, place: row.outlet) != nil { return position }
            position -= 1
        }
    }

    /// How many records with numbers in `range` are carried, and the first of them.
    func count(_ range: ClosedRange<Int64>) throws(JournalError) -> (count: Int, first: Int64?) {
        var position = range.lowerBound - 1
        var found = (count: 0, first: nil as Int64?)
        while position < range.upperBound {
            let limit = selection.isByKindOnly ? 1 : 256
            let page = try read(after: position, through: range.upperBound, limit: limit)
            found.first = found.first ?? page.rows.first?.sequence
            if selection.isByKindOnly {
                // Kind by kind, along the index.
                return (try reader.count(range, kinds: .only(Set(selection.kinds.map(\.rawValue)))), found.first)
            }
            found.count += page.rows.count
            position = page.through
        }
        return found
    }

    /// The greatest carried number that is not above `position`, if a reading has shown it.
    private func known(at position: Int64) -> Int64? {
        known.last { $0.last <= position && position <= $0.through }?.last
    }

    /// Keeps what a reading found out; live records and history each go on from where they were.
    private func remember(after: Int64, last: Int64?, through: Int64) {
        let before = known.firstIndex { $0.last <= after && after <= $0.through }
        if let last = last ?? before.map({ known[$0].last }) {
            if let before { known.remove(at: before) }
            known.append((through, last))
        }
        if known.count > 8 { known.removeFirst() }
    }
}

/// Some carried records, and how far they reach.
struct CarriedPage {
    var rows: [JournalRow]
    /// Every carried record up to here is in ``rows``.
    var through: Int64
    /// The carried number before them, where an earlier reading has shown it; else ``CarriedRecords/previous(before:)`` tells.
    var previous: Int64?
    /// Where records are gone that the receiver may still wait for.
    var gaps: JournalGaps

    /// What `prev` of `row` says when `previous` is the carried record before it. It never reaches back over a gap, so that the
    /// receiver sees the hole.
    func link(of row: JournalRow, to previous: Int64) -> Int64 {
        max(previous, gaps.end(before: row.sequence))
    }
}

extension RecordSelection {
    /// What the journal is asked for.
    var filter: KindFilter {
        kinds == RecordKind.published
            ? .allBut([RecordKind.evidence.rawValue]) : .only(Set(kinds.map(\.rawValue)))
    }
}
