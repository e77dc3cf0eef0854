/// What a journal record is; also the last segment of its topic.
package enum RecordKind: String, CaseIterable, Hashable, Sendable {
    case realtime, minute, hour, day, month, year, alarm, rates, counts, audit, raw, frame
    /// What a device answered or an instrument sent, as it came; stays in the journal.
    case evidence

    /// Every kind that an uplink may carry.
    package static let published = Set(allCases).subtracting([.evidence])
}
