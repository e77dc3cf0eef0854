import Telemetry

/// Finds what is missing in the data a device sends, and keeps it until it was asked for.
///
/// Minute, hour and day data state the start of their interval, so one that begins later than the end of the one before
/// leaves a gap. A device that sends realtime data only has a gap when it was silent.
/// Source: HJ 212-2017, 4.4 (interval starts) and examples C.16 ff. (ranges address interval starts).
struct HistoryGaps: Sendable {
    /// One range to ask for.
    struct Gap: Hashable, Sendable {
        let record: HostRequest.Record
        let range: TimeRange
        /// How often it was asked for in vain.
        var failures = 0
    }

    /// Gaps that are kept. The oldest give way.
    static let capacity = 128
    /// What is longer ago is not asked for: loggers keep data for a year, but nobody waits for them any more.
    private static let oldest: Int64 = 31 * 86_400_000
    /// A device with realtime data only was silent when nothing came for so long.
    private static let longestPause: Int64 = 3 * 60_000

    private let minute: Int64
    /// Start of the newest interval, by kind, in milliseconds of civil time.
    private var newest: [HJ212Upload.Kind: Int64] = [:]
    private(set) var gaps: [Gap] = []

    init(minuteInterval: Int) {
        minute = Int64(minuteInterval) * 60_000
    }

    /// Notes the data time of an upload.
    mutating func heard(_ kind: HJ212Upload.Kind, _ dataTime: CivilTime) {
        let time = dataTime.localMilliseconds
        guard let last = newest[kind] else {
            newest[kind] = time
            return
        }
        guard time > last else { return fill(kind, time) }
        // A device whose clock jumped by more than a month has no data for the time between.
        newest[kind] = time
        guard time - last <= Self.oldest else { return }
        switch kind {
        case .minute: note(.minute, after: last, before: time, step: minute)
        case .hour: note(.hour, after: last, before: time, step: 3_600_000)
        case .day: note(.day, after: last, before: time, step: 86_400_000)
        case .realtime:
            guard newest[.minute] == nil, time - last > Self.longestPause else { return }
            let start = last.flooredQuotient(minute) * minute - minute
            note(.minute, after: start, before: time.flooredQuotient(minute) * minute, step: minute)
        }
    }

    /// Takes the gap that is to be asked for next.
    mutating func next() -> Gap? {
        gaps.isEmpty ? nil : gaps.removeFirst()
    }

    /// Puts a gap back that could not be filled; after the third failure it is given up.
    mutating func putBack(_ gap: Gap, afterFailure: Bool) {
        var gap = gap
        if afterFailure { gap.failures += 1 }
        if gap.failures < 3 { append(gap) }
    }

    private mutating func note(_ record: HostRequest.Record, after last: Int64, before time: Int64, step: Int64) {
        var begin = last + step
        while begin + step <= time {
            // A day of minutes, a month of hours or a year of days in one request.
            let end = min(time - step, begin + 1_440 * step)
            append(
                Gap(
                    record: record,
                    range: TimeRange(
                        begin: CivilTime(localMilliseconds: begin), end: CivilTime(localMilliseconds: end))))
            begin = end + step
        }
    }

    private mutating func append(_ gap: Gap) {
        if gaps.count >= Self.capacity { gaps.removeFirst() }
        gaps.append(gap)
    }

    /// Data of an interval that was missing have come by themselves.
    private mutating func fill(_ kind: HJ212Upload.Kind, _ time: Int64) {
        let record: HostRequest.Record =
            switch kind {
            case .realtime, .minute: .minute
            case .hour: .hour
            case .day: .day
            }
        gaps.removeAll { gap in
            gap.record == record && gap.range.begin.localMilliseconds == time && gap.range.begin == gap.range.end
        }
    }
}
