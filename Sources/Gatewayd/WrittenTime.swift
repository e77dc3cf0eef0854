import HostSystem
import Telemetry

/// A time on the plant's clock as people write it: a date, a time of a day, `today` or `yesterday`.
enum WrittenTime: Equatable {
    case civil(CivilTime)
    /// The start of a day, so many days before the present one.
    case daysAgo(Int)

    /// Nil: it is none.
    init?(_ text: String) {
        switch text {
        case "today", "今天": self = .daysAgo(0)
        case "yesterday", "昨天": self = .daysAgo(1)
        default:
            guard let time = CivilTime(text: text) else { return nil }
            self = .civil(time)
        }
    }

    /// Whether it names a whole day.
    var isDay: Bool {
        switch self {
        case .civil(let time): time.hour + time.minute + time.second == 0
        case .daysAgo: true
        }
    }

    func civilTime(in zone: ZoneRules, at now: WallInstant = SystemClock.wall) -> CivilTime {
        switch self {
        case .civil(let time): return time
        case .daysAgo(let days):
            let length: Int64 = 86_400_000
            let local = zone.civilTime(at: now).localMilliseconds
            return CivilTime(localMilliseconds: (local / length - Int64(days)) * length)
        }
    }

    /// Wrong usage when both are times as such and `end` is not after `start`.
    static func check(_ start: WrittenTime?, before end: WrittenTime?) throws(UsageError) {
        guard case .civil(let first)? = start, case .civil(let last)? = end else { return }
        guard first.localMilliseconds < last.localMilliseconds else {
            throw UsageError("--to is not after --from", zh: "--to 应晚于 --from")
        }
    }

    func instant(in zone: ZoneRules, at now: WallInstant = SystemClock.wall) -> WallInstant {
        zone.instant(of: civilTime(in: zone, at: now))
    }
}
