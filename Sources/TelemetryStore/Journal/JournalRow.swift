/// How urgent a record is, which orders what may be given up first when the disk runs out.
package enum RecordLane: Int64, Hashable, Sendable {
    /// Alarms and audit entries: kept for ever.
    case urgent = 0
    /// Minute, hour and longer records, rates and counts.
    case ordinary = 1
    /// Realtime and raw records: many, and the first to be deleted.
    case bulk = 2
}

/// One record of the journal.
package struct JournalRow: Equatable, Sendable {
    /// The place in the journal: 1, 2, 3, …, never used twice.
    package var sequence: Int64
    package var lane: RecordLane
    /// The kind of record, which is also the last segment of its topic.
    package var kind: String
    /// The outlet's or device's id, or `_gateway`; a topic segment.
    package var outlet: String
    /// The start of the period, in milliseconds since 1970 UTC.
    package var timestamp: Int64
    /// The JSON payload as it is published, without `prev`.
    package var body: [UInt8]
    /// The amounts in `body` before they were rounded, as JSON by factor; nil: there are none, or they were not asked for.
    /// Never published, and not part of the hash.
    package var unrounded: String?

    package init(
        sequence: Int64, lane: RecordLane, kind: String, outlet: String, timestamp: Int64, body: [UInt8],
        unrounded: String? = nil
    ) {
        self.sequence = sequence
        self.lane = lane
        self.kind = kind
        self.outlet = outlet
        self.timestamp = timestamp
        self.body = body
        self.unrounded = unrounded
    }

    /// About what the row takes in memory while it waits.
    var footprint: Int { body.count + outlet.utf8.count + (unrounded?.utf8.count ?? 0) + 112 }
}

/// The kinds of record that somebody reads.
package enum KindFilter: Hashable, Sendable {
    /// Every kind there is or will be.
    case all
    /// These only.
    case only(Set<String>)
    /// Every kind there is or will be, except these.
    case allBut(Set<String>)
}
