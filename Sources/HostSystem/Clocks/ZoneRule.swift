import Telemetry

/// The yearly rule at the end of a zone file, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
/// Source: POSIX.1-2017, 8.3 (TZ), and RFC 8536, 3.3.1 (hours from −167 to 167).
struct ZoneRule: Equatable {
    /// The part of the year with another offset.
    struct Daylight: Equatable {
        let offset: Int
        let start: Change
        let end: Change
    }

    /// When a change happens: a day of each year, and seconds from its midnight on the clock that holds before.
    struct Change: Equatable {
        enum Day: Equatable {
            /// 1…365, 29 February is never counted (`J60` is always 1 March).
            case julian(Int)
            /// 0…365, 29 February is counted.
            case ordinal(Int)
            /// The `week`-th (5: last) `weekday` (0: Sunday) of `month`.
            case weekday(Int, week: Int, month: Int)
        }
        let day: Day
        let second: Int
    }

    /// Seconds east of UTC.
    let standardOffset: Int
    let daylight: Daylight?

    /// Nil unless `text` is such a rule.
    init?(_ text: String) {
        var scanner = Scanner(text)
        guard scanner.name(), let offset = scanner.time() else { return nil }
        // The text counts hours to the west.
        standardOffset = -offset
        if scanner.isAtEnd {
            daylight = nil
            return
        }
        guard scanner.name() else { return nil }
        let daylightOffset = scanner.next(is: ",") ? standardOffset + 3_600 : scanner.time().map { -$0 }
        guard let daylightOffset, let start = scanner.change(), let end = scanner.change(), scanner.isAtEnd
        else { return nil }
        daylight = Daylight(offset: daylightOffset, start: start, end: end)
    }

    /// The two changes of `year`, in order of time; none without daylight time.
    func transitions(in year: Int) -> [ZoneTable.Transition] {
        guard let daylight else { return [] }
        let start = Self.localSecond(of: daylight.start, in: year) - Int64(standardOffset)
        let end = Self.localSecond(of: daylight.end, in: year) - Int64(daylight.offset)
        return [
            ZoneTable.Transition(at: start, offset: daylight.offset),
            ZoneTable.Transition(at: end, offset: standardOffset),
        ].sorted { $0.at < $1.at }
    }

    private static func localSecond(of change: Change, in year: Int) -> Int64 {
        let newYear = CivilTime(year: year, month: 1, day: 1).localMilliseconds / 86_400_000
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let day: Int64
        switch change.day {
        case .julian(let number): day = newYear + Int64(number - 1) + (isLeap && number >= 60 ? 1 : 0)
        case .ordinal(let number): day = newYear + Int64(number)
        case .weekday(let weekday, let week, let month):
            let first = CivilTime(year: year, month: month, day: 1).localMilliseconds / 86_400_000
            let next = CivilTime(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
            // 1 January 1970 was a Thursday, day 4 of a week that starts with Sunday.
            let firstWeekday = Int((first + 4) % 7)
            var candidate = first + Int64((weekday - firstWeekday + 7) % 7 + (week - 1) * 7)
            if candidate >= next.localMilliseconds / 86_400_000 { candidate -= 7 }
            day = candidate
        }
        return day * 86_400 + Int64(change.second)
    }
}

extension ZoneRule {
    /// Takes parts off the front of a rule's text.
    fileprivate struct Scanner {
        private var rest: ArraySlice<UInt8>

        init(_ text: String) {
            rest = Array(text.utf8)[...]
        }

        var isAtEnd: Bool { rest.isEmpty }

        func next(is character: Unicode.Scalar) -> Bool { rest.first == UInt8(ascii: character) }

        private mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard next(is: character) else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// At least three letters, or anything between `<` and `>`.
        mutating func name() -> Bool {
            if skip("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        private mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard (1...3).contains(digits.count), let value = Int(String(decoding: digits, as: UTF8.self)),
                range.contains(value)
            else { return nil }
            rest = rest.dropFirst(digits.count)
            return value
        }

        /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
        mutating func time() -> Int? {
            let isNegative = skip("-")
            if !isNegative { _ = skip("+") }
            guard let hours = number(0...167) else { return nil }
            var seconds = hours * 3_600
            for unit in [60, 1] where skip(":") {
                guard let value = number(0...59) else { return nil }
                seconds += value * unit
            }
            return isNegative ? -seconds : seconds
        }

        /// `,date[/time]`; 2 o'clock unless stated.
        mutating func change() -> Change? {
            guard skip(","), let day = day() else { return nil }
            guard skip("/") else { return Change(day: day, second: 7_200) }
            return time().map { Change(day: day, second: $0) }
        }

        private mutating func day() -> Change.Day? {
            if skip("J") { return number(1...365).map { .julian($0) } }
            guard skip("M") else { return number(0...365).map { .ordinal($0) } }
            guard let month = number(1...12), skip("."), let week = number(1...5), skip("."),
                let weekday = number(0...6)
            else { return nil }
            return .weekday(weekday, week: week, month: month)
        }
    }
}
