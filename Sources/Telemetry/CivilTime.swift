/// A date and time of day as a clock on the plant's wall shows it, without a zone (proleptic Gregorian calendar).
package struct CivilTime: Hashable, Sendable {
    package var year: Int
    /// 1…12
    package var month: Int
    /// 1…31
    package var day: Int
    /// 0…23
    package var hour: Int
    /// 0…59
    package var minute: Int
    /// 0…59
    package var second: Int
    /// 0…999
    package var millisecond: Int

    package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0)
    {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.millisecond = millisecond
    }

    /// The civil time that lies `localMilliseconds` after 1970-01-01T00:00:00 of the same clock.
    package init(localMilliseconds: Int64) {
        let dayMilliseconds: Int64 = 86_400_000
        let days = localMilliseconds.flooredQuotient(dayMilliseconds)
        var rest = localMilliseconds - days * dayMilliseconds
        // Howard Hinnant's days-to-civil algorithm: eras of 400 years that start on 1 March.
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        hour = Int(rest / 3_600_000)
        rest %= 3_600_000
        minute = Int(rest / 60_000)
        rest %= 60_000
        second = Int(rest / 1_000)
        millisecond = Int(rest % 1_000)
    }

    /// Milliseconds from 1970-01-01T00:00:00 of the same clock.
    package var localMilliseconds: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = shiftedYear.flooredQuotient(400)
        let yearOfEra = shiftedYear - era * 400
        let monthFromMarch = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let seconds = Int64(hour) * 3_600 + Int64(minute) * 60 + Int64(second)
        return days * 86_400_000 + seconds * 1_000 + Int64(millisecond)
    }

    /// `YYYYMMDDhhmmss` of the first 14 digits in `digits`, and `zzz` when 17 are there.
    ///
    /// Nil when it is not a date: fewer than 14 digits, another character among them, or a field out of its range.
    /// Source: HJ 212-2017, 6.3 (DataTime, SystemTime, QN); 16 digits are seen in the field, the rest is ignored.
    package init?(compact digits: Span<UInt8>) {
        guard digits.count >= 14,
            let year = Self.number(digits, 0..<4), let month = Self.number(digits, 4..<6),
            let day = Self.number(digits, 6..<8), let hour = Self.number(digits, 8..<10),
            let minute = Self.number(digits, 10..<12), let second = Self.number(digits, 12..<14),
            year >= 1970, (1...12).contains(month), (1...Self.days(inMonth: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let thousandths = digits.count == 17 ? Self.number(digits, 14..<17) : nil
        self.init(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second,
            millisecond: thousandths ?? 0)
    }

    /// The same of other collections of bytes.
    package init?(compact digits: some Collection<UInt8>) {
        let digits = Array(digits.prefix(18))
        self.init(compact: digits.span)
    }

    private static func number(_ digits: Span<UInt8>, _ places: Range<Int>) -> Int? {
        var value = 0
        for place in places {
            let digit = digits[place] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// `YYYYMMDDhhmmss`, the form of DataTime. Source: HJ 212-2017, table 4.
    package var compact: String {
        var text = ""
        text.reserveCapacity(14)
        for (value, width) in [(year, 4), (month, 2), (day, 2), (hour, 2), (minute, 2), (second, 2)] {
            text.appendDecimal(value, width: width)
        }
        return text
    }

    /// `YYYYMMDDhhmmsszzz`, the form of QN. Source: HJ 212-2017, table 2.
    package var compactWithMilliseconds: String {
        var text = compact
        text.appendDecimal(millisecond, width: 3)
        return text
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity; `divisor` is positive.
    package func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension String {
    /// Appends `value` (not negative) in decimal, with leading zeros up to `width` digits.
    package mutating func appendDecimal(_ value: Int, width: Int) {
        let digits = String(value)
        for _ in 0..<max(0, width - digits.utf8.count) { append("0") }
        append(digits)
    }
}
