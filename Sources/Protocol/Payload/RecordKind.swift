/// What a journal record is; also the last segment of its topic.
package enum RecordKind: String, CaseIterable, Hashable, Sendable {
    case realtime, minute, hour, day, month, year, alarm, rates, counts, audit, raw, frame
}
