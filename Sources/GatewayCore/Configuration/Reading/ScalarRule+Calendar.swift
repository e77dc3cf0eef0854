import Alarms
import Telemetry

extension ScalarRule where Value == CivilTime {
    /// A time on the plant's clock, `2026-11-21` or `2026-11-21T10:00`.
    static let civilTime = ScalarRule { (text) throws(Complaint) in
        guard let time = CivilTime(text: text) else {
            throw Complaint(
                message: .init("\(shown(text)) is not a time", zh: "\(shown(text, .zh)) 不是时间"),
                hint: .init("such as 2026-11-15 or 2026-11-15T10:00", zh: "例如 2026-11-15 或 2026-11-15T10:00"))
        }
        return time
    }
}

extension ScalarRule where Value == CalendarSpan {
    /// `11-3`: November to March, both included; `6`: June.
    static let months = ScalarRule { (text) throws(Complaint) in
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard (1...2).contains(ends.count), ends.allSatisfy((1...12).contains) else {
            throw Complaint(
                message: .init("\(shown(text)) names no months", zh: "\(shown(text, .zh)) 不是月份"),
                hint: .init("such as 11-3 for November to March", zh: "例如 11-3 表示 11 月至次年 3 月"))
        }
        return CalendarSpan(from: ends[0], to: ends[ends.count - 1])
    }

    /// `22:00-06:00`: the end does not belong to it.
    static let hoursOfDay = ScalarRule { (text) throws(Complaint) in
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(minuteOfDay)
        guard ends.count == 2, let from = ends[0], let to = ends[1], from != to else {
            throw Complaint(
                message: .init("\(shown(text)) is no time of the day", zh: "\(shown(text, .zh)) 不是一天中的时段"),
                hint: .init("such as 22:00-06:00", zh: "例如 22:00-06:00"))
        }
        return CalendarSpan(from: from, to: to % 1_440)
    }

    /// `HH:MM`, up to `24:00`; nil for anything else.
    private static func minuteOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isDigit) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60
        else { return nil }
        let whole = hour * 60 + minute
        return whole <= 1_440 ? whole : nil
    }
}
