/// What a journal record is; also the last segment of its topic.
package enum RecordKind: String, CaseIterable, Hashable, Sendable {
    case realtime, minute, hour, day, month, year, alarm, rates, counts, audit, raw

    /// The journal's lane: 0 urgent, 1 what the law asks for, 2 bulk that is kept for days only.
    package var lane: Int {
        switch self {
        case .alarm, .audit: 0
        case .minute, .hour, .day, .month, .year, .rates, .counts: 1
        case .realtime, .raw: 2
        }
    }
}
