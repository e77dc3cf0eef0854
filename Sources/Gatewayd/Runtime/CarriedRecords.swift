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

    /// Rows looked at in one call, so that it is over soon however rare the carried ones are.
    private static let scanned = 1_000

    init(_ reader: JournalReader, _ selection: RecordSelection) {
        self.reader = reader
        self.selection = selection
        kinds = selection.filter
    }

    /// The carried records with numbers in `(after, through]`, at most `limit`, and up to where there are no others.
    func read(
        after: Int64, through: Int64, limit: Int
    ) throws(JournalError) -> (rows: [JournalRow], through: Int64) {
        guard !selection.isByKindOnly else {
            let page = try reader.read(after: after, through: through, kinds: kinds, limit: limit)
            return (page.rows, page.through)
        }
        var carried: [JournalRow] = []
        var position = after
        var scanned = 0
        while position < through, carried.count < limit, scanned < Self.scanned {
            let page = try reader.read(after: position, through: through, kinds: kinds, limit: min(256, max(16, limit)))
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
        remember(after: after, last: carried.last?.sequence, through: position)
        return (carried, position)
    }

    /// The greatest number below `sequence` that is carried; 0: none.
    func previous(before sequence: Int64) throws(JournalError) -> Int64 {
        guard !selection.isByKindOnly else { return try reader.previousSequence(before: sequence, kinds: kinds) }
        var position = sequence
        while true {
            position = try reader.previousSequence(before: position, kinds: kinds)
            guard position > 0 else { return 0 }
            if let known = known.last(where: { $0.last <= position && position <= $0.through }) { return known.last }
            let row = try reader.read(after: position - 1, through: position, kinds: kinds, limit: 1).rows.first
            if let row, selection.body(row.body, kind: row.kind, place: row.outlet) != nil { return position }
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

extension RecordSelection {
    /// What the journal is asked for.
    var filter: KindFilter {
        kinds == RecordKind.published
            ? .allBut([RecordKind.evidence.rawValue]) : .only(Set(kinds.map(\.rawValue)))
    }
}
