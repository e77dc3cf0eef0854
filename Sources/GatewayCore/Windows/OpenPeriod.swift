import Emissions
import Telemetry

/// An hour, day, month or year in the making: the sums of the level below, for all channels.
struct OpenPeriod: Sendable {
    let length: PeriodLength
    let start: WallInstant
    let end: WallInstant
    /// 1…12, of the start.
    let month: Int
    var sum: PeriodSum
    /// What instruments said of the whole period, by channel.
    private(set) var statements: [PeriodStatistics?]
    /// Whether the clock was set out of it.
    var isCut = false

    init(_ length: PeriodLength, startingAt start: WallInstant, in calendar: PeriodCalendar, plan: OutletPlan) {
        self.init(length, startingAt: start, in: calendar, sum: PeriodSum(plan: plan))
    }

    init(_ length: PeriodLength, startingAt start: WallInstant, in calendar: PeriodCalendar, sum: PeriodSum) {
        self.length = length
        self.start = start
        self.sum = sum
        end = calendar.end(of: length, startingAt: start)
        month = calendar.zone.civilTime(at: start).month
        statements = Array(repeating: nil, count: sum.channelCount)
    }

    /// How many of the next shorter periods it has: minutes of an hour, hours of a day, days of a month, months of a year.
    var parts: Int {
        let seconds = (end - start).inSeconds
        switch length {
        case .minutes, .hour: return Int((seconds / 60).rounded())
        // A clock that is set within it may leave half an hour.
        case .day: return Int((seconds / 3_600).rounded(.up))
        case .month: return Int((seconds / 86_400).rounded())
        case .year: return 12
        }
    }

    func contains(_ instant: WallInstant) -> Bool { start <= instant && instant < end }

    mutating func state(_ statistics: PeriodStatistics, channel: Int) {
        statements[channel] = statistics
    }

    func isMissing(channel: Int) -> Bool { statements[channel] == nil && sum.isMissing(channel: channel) }

    func isStated(channel: Int) -> Bool { statements[channel] != nil && sum.isMissing(channel: channel) }
}
