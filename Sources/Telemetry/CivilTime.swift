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
    package init?(compact digits: some Collection<UInt8>) {
        var fields: [Int] = []
        var rest = digits[...]
        for width in [4, 2, 2, 2, 2, 2] {
            guard let field = Self.number(rest.prefix(width), width: width) else { return nil }
            fields.append(field)
            rest = rest.dropFirst(width)
        }
        let thousandths = rest.count == 3 ? Self.number(rest, width: 3) : nil
        self.init(
            year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4], second: fields[5],
            millisecond: thousandths ?? 0)
        guard year >= 1970, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60,
            CivilTime(localMilliseconds: localMilliseconds) == self
        else { return nil }
    }

    private static func number(_ digits: some Collection<UInt8>, width: Int) -> Int? {
        guard digits.count == width else { return nil }
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
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
