import Telemetry

/// The rule for all later years at the end of a zone file, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// Source: POSIX 1003.1, 8.3 (TZ); RFC 8536, 3.3. Zones without a change need no rule. Only the `Mm.w.d` form is read, the
/// one all zones of the present use.
struct ZoneFooter {
    private struct Change {
        let month, week, weekday: Int
        /// Seconds after midnight, on the clock that is in force until then.
        let time: Int64
    }

    private let standard: Int64
    private let summer: Int64
    private let toSummer: Change
    private let toStandard: Change

    /// Nil when the zone has no daylight saving, or the rule has another form.
    init?(_ text: String) {
        let parts = text.split(separator: ",")
        guard parts.count == 3 else { return nil }
        var names = Parser(parts[0])
        names.skipName()
        guard let standard = names.offset() else { return nil }
        names.skipName()
        self.standard = -standard
        summer = names.isAtEnd ? -standard + 3_600 : -(names.offset() ?? 0)
        guard let first = Self.change(parts[1]), let second = Self.change(parts[2]) else { return nil }
        toSummer = first
        toStandard = second
    }

    func changes(in year: Int) -> [ZoneRules.Period] {
        let forward = ZoneRules.Period(
            start: Self.instant(toSummer, year: year, offset: standard), offset: .seconds(summer))
        let back = ZoneRules.Period(
            start: Self.instant(toStandard, year: year, offset: summer), offset: .seconds(standard))
        return forward.start < back.start ? [forward, back] : [back, forward]
    }

    private static func instant(_ change: Change, year: Int, offset: Int64) -> WallInstant {
        let first = CivilTime(year: year, month: change.month, day: 1).localMilliseconds / 86_400_000
        // 1970-01-01 was a Thursday; Sunday is 0.
        let weekday = Int((first + 4) % 7)
        var day = 1 + (change.weekday - weekday + 7) % 7 + (change.week - 1) * 7
        let next =
            change.month == 12
            ? CivilTime(year: year + 1, month: 1, day: 1) : CivilTime(year: year, month: change.month + 1, day: 1)
        let length = Int(next.localMilliseconds / 86_400_000 - first)
        while day > length { day -= 7 }
        return WallInstant(millisecondsSince1970: ((first + Int64(day) - 1) * 86_400 + change.time - offset) * 1_000)
    }

    private static func change(_ text: Substring) -> Change? {
        let parts = text.split(separator: "/")
        guard let date = parts.first, date.hasPrefix("M") else { return nil }
        let numbers = date.dropFirst().split(separator: ".").compactMap { Int($0) }
        guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]),
            (0...6).contains(numbers[2])
        else { return nil }
        var time: Int64 = 7_200
        if parts.count == 2 {
            var parser = Parser(parts[1])
            guard let stated = parser.offset() else { return nil }
            time = stated
        }
        return Change(month: numbers[0], week: numbers[1], weekday: numbers[2], time: time)
    }

    private struct Parser {
        private var rest: Substring

        init(_ text: Substring) { rest = text }

        var isAtEnd: Bool { rest.isEmpty }

        /// `CET` or `<+0330>`.
        mutating func skipName() {
            if rest.first == "<" {
                rest = rest.drop { $0 != ">" }.dropFirst()
            } else {
                rest = rest.drop { $0.isLetter }
            }
        }

        /// `[+-]h[:mm[:ss]]` in seconds.
        mutating func offset() -> Int64? {
            let text = rest.prefix { $0.isNumber || "+-:".contains($0) }
            rest = rest.dropFirst(text.count)
            let isNegative = text.first == "-"
            let fields = text.drop { "+-".contains($0) }.split(separator: ":").compactMap { Int64($0) }
            guard (1...3).contains(fields.count) else { return nil }
            let padded = fields + [0, 0]
            let seconds = padded[0] * 3_600 + padded[1] * 60 + padded[2]
            return isNegative ? -seconds : seconds
        }
    }
}
