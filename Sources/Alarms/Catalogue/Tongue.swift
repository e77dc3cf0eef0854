import Telemetry

/// How numbers, lengths and times are said in one language.
enum Tongue {
    case english, chinese

    func shown(_ value: AlarmFacts.Value, _ zone: ZoneRules) -> String {
        switch value {
        case .number(let number): return Self.shown(number)
        case .text(let text): return text
        case .bilingual(let text): return self == .english ? text.en : text.zh
        case .length(let length): return self.length(length)
        case .clock(let instant):
            let clock = zone.civilTime(at: instant)
            return Self.twoDigits(clock.hour) + ":" + Self.twoDigits(clock.minute)
        case .date(let instant):
            let clock = zone.civilTime(at: instant)
            return "\(clock.year)-" + Self.twoDigits(clock.month) + "-" + Self.twoDigits(clock.day)
        }
    }

    /// Hour and minute of the plant's clock, with the date: `11-21 10:00`.
    static func moment(_ instant: WallInstant, _ zone: ZoneRules) -> String {
        let clock = zone.civilTime(at: instant)
        return "\(twoDigits(clock.month))-\(twoDigits(clock.day)) \(twoDigits(clock.hour)):\(twoDigits(clock.minute))"
    }

    /// At most three decimals, or seven digits of a small number; no trailing zero.
    static func shown(_ number: Double) -> String {
        let rounded = number.magnitude >= 0.1 ? number.rounded(toPlaces: 3) : number.withInstrumentPrecision
        let text = (rounded + 0).description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// In the two greatest units: `2 h 5 min`, `40 s`, `3 d`.
    func length(_ length: Duration) -> String {
        let seconds = max(0, length.wholeMilliseconds / 1_000)
        let units: [(size: Int64, en: String, zh: String)] = [
            (86_400, "d", "天"), (3_600, "h", "小时"), (60, "min", "分钟"), (1, "s", "秒"),
        ]
        guard let first = units.firstIndex(where: { seconds >= $0.size }) else { return said(0, units[3]) }
        let whole = said(seconds / units[first].size, units[first])
        let rest = seconds % units[first].size
        guard first < 3, rest / units[first + 1].size > 0 else { return whole }
        return whole + " " + said(rest / units[first + 1].size, units[first + 1])
    }

    private func said(_ count: Int64, _ unit: (size: Int64, en: String, zh: String)) -> String {
        self == .english ? "\(count) \(unit.en)" : "\(count) \(unit.zh)"
    }

    private static func twoDigits(_ value: Int) -> String {
        var text = ""
        text.appendDecimal(value, width: 2)
        return text
    }
}
