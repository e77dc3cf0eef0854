package import Telemetry

/// Rule D5: hour records that a platform has not acknowledged though they are due.
package struct DeliveryWatch: Equatable, Sendable {
    /// One hour record of the journal.
    package struct Hour: Hashable, Sendable {
        package var sequence: Int64
        /// Of the hour, not of the record.
        package var start: WallInstant

        package init(sequence: Int64, start: WallInstant) {
            self.sequence = sequence
            self.start = start
        }
    }

    /// How long an hour may take.
    package static let patience = Duration.seconds(900)
    /// No more hours than these, four months, are watched one by one: the oldest.
    package static let capacity = 3_000

    /// By sequence number, when each was first seen to be owed. After a restart all of them have their time again, as the
    /// link has.
    private var since: [Int64: Uptime] = [:]

    package init() {}

    /// `hours`: all that are made and not acknowledged, oldest first.
    package mutating func judge(owed hours: [Hour], at now: Uptime) -> Verdict {
        let hours = hours.prefix(Self.capacity)
        var owed: [Int64: Uptime] = [:]
        for hour in hours { owed[hour.sequence] = since[hour.sequence] ?? now }
        since = owed
        let late = hours.filter { now - (owed[$0.sequence] ?? now) > Self.patience }
        // An hour that is on its way neither begins an alarm nor ends one.
        guard let oldest = late.map(\.start).min() else { return hours.isEmpty ? .clear : .between }
        return .holds(
            Evidence(
                value: Double(late.count),
                facts: AlarmFacts([.count: .number(Double(late.count)), .until: .date(oldest)])))
    }
}
