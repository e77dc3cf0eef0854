package import Telemetry

/// Says when `counts` are due and for which stretch of the journal: after each hour and each day on the plant's clock.
///
/// The stretch of an hour begins where the one before ended, whatever the clock did meanwhile; so does that of a day. Hours in
/// which the gateway was off belong to the stretch of the hour before.
package struct CountsSchedule: Equatable, Sendable {
    /// What is to be counted: numbers in `(after, through]`, journalled in the period.
    package struct Due: Equatable, Sendable {
        package var start: WallInstant
        package var length: PeriodLength
        package var after: Int64
        package var through: Int64
    }

    private struct Stretch: Equatable, Sendable {
        var after: Int64
        /// Of the period that is running.
        var start: WallInstant
    }

    private var hour: Stretch
    private var day: Stretch

    /// A gateway that has never counted: begins behind `head`, in the periods that run now.
    package init(head: Int64, at wall: WallInstant, _ calendar: PeriodCalendar) {
        hour = Stretch(after: head, start: calendar.start(of: .hour, containing: wall))
        day = Stretch(after: head, start: calendar.start(of: .day, containing: wall))
    }

    /// The periods that have ended, the hour first. `head`: the last number that is durable.
    ///
    /// A period that the clock shows again is another one: after a step backwards it ends at once.
    package mutating func due(head: Int64, at wall: WallInstant, _ calendar: PeriodCalendar) -> [Due] {
        var due: [Due] = []
        Self.end(&hour, .hour, head, wall, calendar, into: &due)
        Self.end(&day, .day, head, wall, calendar, into: &due)
        return due
    }

    private static func end(
        _ stretch: inout Stretch, _ length: PeriodLength, _ head: Int64, _ wall: WallInstant,
        _ calendar: PeriodCalendar,
        into due: inout [Due]
    ) {
        let start = calendar.start(of: length, containing: wall)
        guard start != stretch.start else { return }
        let through = max(stretch.after, head)
        due.append(Due(start: stretch.start, length: length, after: stretch.after, through: through))
        stretch = Stretch(after: through, start: start)
    }
}

extension CountsSchedule {
    /// `1 AFTER START AFTER START`, of the hour and of the day; starts in milliseconds since 1970 UTC.
    package var text: String {
        "1 \(hour.after) \(hour.start.millisecondsSince1970) \(day.after) \(day.start.millisecondsSince1970)"
    }

    /// Written as ``text``; nil: it is not.
    package init?(text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let numbers = words.compactMap { Int64($0) }
        guard words.count == 5, numbers.count == 5, numbers[0] == 1, numbers[1] >= 0, numbers[3] >= 0 else {
            return nil
        }
        hour = Stretch(after: numbers[1], start: WallInstant(millisecondsSince1970: numbers[2]))
        day = Stretch(after: numbers[3], start: WallInstant(millisecondsSince1970: numbers[4]))
    }
}
