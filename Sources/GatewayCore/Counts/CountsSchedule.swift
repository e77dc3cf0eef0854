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

    /// The periods of one length.
    private struct Lane: Equatable, Sendable {
        let length: PeriodLength
        var running: Stretch
        /// Those that have ended and are not journalled yet, oldest first.
        var ended: [Due] = []

        /// Where the counts that are journalled end.
        var journalled: Stretch { ended.first.map { Stretch(after: $0.after, start: $0.start) } ?? running }

        mutating func end(_ head: Int64, _ wall: WallInstant, _ calendar: PeriodCalendar) {
            let start = calendar.start(of: length, containing: wall)
            // Beyond the bound the stretch grows until there is room.
            guard start != running.start, ended.count < CountsSchedule.mostEnded else { return }
            let through = max(running.after, head)
            ended.append(Due(start: running.start, length: length, after: running.after, through: through))
            running = Stretch(after: through, start: start)
        }
    }

    /// Periods of one length that wait to be counted, at most.
    package static let mostEnded = 48

    private var hour: Lane
    private var day: Lane

    /// A gateway that has never counted: begins behind `head`, in the periods that run now.
    package init(head: Int64, at wall: WallInstant, _ calendar: PeriodCalendar) {
        hour = Lane(
            length: .hour, running: Stretch(after: head, start: calendar.start(of: .hour, containing: wall)))
        day = Lane(length: .day, running: Stretch(after: head, start: calendar.start(of: .day, containing: wall)))
    }

    /// The periods that have ended and are not ``journalled(_:)`` yet, the hours first. `head`: the last number that is
    /// durable.
    ///
    /// A period that the clock shows again is another one: after a step backwards it ends at once.
    package mutating func due(head: Int64, at wall: WallInstant, _ calendar: PeriodCalendar) -> [Due] {
        hour.end(head, wall, calendar)
        day.end(head, wall, calendar)
        return hour.ended + day.ended
    }

    /// The counts of `due` are in the journal.
    package mutating func journalled(_ due: Due) {
        hour.ended.removeAll { $0 == due }
        day.ended.removeAll { $0 == due }
    }
}

extension CountsSchedule {
    /// `1 AFTER START AFTER START`, of the hour and of the day: where the counts end that are journalled, so that what
    /// could not be counted is counted by the next run. Starts in milliseconds since 1970 UTC.
    package var text: String {
        let (hour, day) = (hour.journalled, day.journalled)
        return "1 \(hour.after) \(hour.start.millisecondsSince1970) \(day.after) \(day.start.millisecondsSince1970)"
    }

    /// Written as ``text``; nil: it is not.
    package init?(text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let numbers = words.compactMap { Int64($0) }
        guard words.count == 5, numbers.count == 5, numbers[0] == 1, numbers[1] >= 0, numbers[3] >= 0 else {
            return nil
        }
        hour = Lane(
            length: .hour,
            running: Stretch(after: numbers[1], start: WallInstant(millisecondsSince1970: numbers[2])))
        day = Lane(
            length: .day, running: Stretch(after: numbers[3], start: WallInstant(millisecondsSince1970: numbers[4])))
    }
}
