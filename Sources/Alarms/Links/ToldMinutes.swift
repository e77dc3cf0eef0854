import Emissions
import Telemetry

/// The minutes of the running hour that rule D1 tells of: an hour that is lost to them needs no D4 besides.
struct ToldMinutes: Equatable, Sendable {
    /// Minutes under a silence that is told, from its beginning on.
    private var count = 0
    private var isSilent = false

    /// A new hour begins.
    mutating func begin() { count = 0 }

    /// The minute of the hour from `hour` that begins at `start`. `since`: the beginning of the silence that is told; nil: there
    /// is none.
    mutating func minute(from start: WallInstant, isValid: Bool, hour: WallInstant, silentSince since: WallInstant?) {
        if let since {
            // A silence is noticed some time after it began.
            let before = isSilent ? .zero : max(.zero, start - max(since, hour))
            count += 1 + Int((before.inSeconds / 60).rounded(.up))
        } else if isSilent, !isValid {
            // In this minute it ended.
            count += 1
        }
        count = min(count, 60)
        isSilent = since != nil
    }

    /// Whether D4 adds nothing: the source is silent now, or the told minutes alone cost the hour.
    var isEnough: Bool { isSilent || 60 - count < ValidityRule.hour.minimum }

    func write(to line: inout StateLine) {
        line.add(count)
        line.add(isSilent)
    }

    mutating func restore(from line: inout StateLine) throws(StateLine.Unreadable) {
        count = try line.count(limit: 60)
        isSilent = try line.bool()
    }
}
