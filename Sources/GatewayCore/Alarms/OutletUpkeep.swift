import Alarms
import Emissions
import Telemetry

/// Rules M4 and M5 of one outlet: maintenance and faults that last, and what is used of exemptions. Minute by minute.
struct OutletUpkeep: Sendable {
    fileprivate struct Exemption: Sendable {
        let settings: ExemptionConfiguration
        let place: Int
        var counter: ExemptionCounter
        /// Whether the latest minute counted: only a new beginning is an event.
        var isOn = false
    }

    private let zone: ZoneRules
    /// Of measured factors.
    private let channels: [Int]
    private var outages: OutletOutages
    private var exemptions: [Exemption]

    /// Adds the subjects to `alarms`. `sources`, by factor: the id of its device or instrument; nil of computed ones.
    init(_ outlet: OutletConfiguration, sources: [String?], zone: ZoneRules, alarms: inout GatewayAlarms) {
        self.zone = zone
        channels = sources.indices.filter { sources[$0] != nil }
        outages = OutletOutages(outlet, sources: sources, zone: zone, alarms: &alarms)
        exemptions = outlet.exemptions.map { settings in
            let subject = AlarmSubject(.exemption, source: outlet.id, part: settings.key)
            return Exemption(
                settings: settings, place: alarms.desk.add(subject, alarms.settings(.exemption)),
                counter: ExemptionCounter(name: settings.shownName, ceiling: settings.maximum))
        }
    }

    /// Takes a closed minute record of `minutes`.
    mutating func close(
        minutes: Int, _ period: ClosedPeriod, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        var transitions = outages.close(period, at: now, desk: &desk)
        guard !exemptions.isEmpty else { return transitions }
        let flags = Set(channels.map { period.numbers.factors[$0].measured.flag })
        let clock = zone.civilTime(at: period.start)
        for index in exemptions.indices {
            let verdict = exemptions[index].count(
                minutes: minutes, mark: period.numbers.mark ?? .running, flags: flags, clock)
            transitions += desk.judge(verdict, at: exemptions[index].place, now: now)
        }
        return transitions
    }

    // MARK: State

    /// What survives a restart: one line.
    var state: StateLine {
        var line = StateLine()
        outages.write(to: &line)
        for exemption in exemptions {
            line.add(word: exemption.settings.key)
            line.add(exemption.counter.used)
            line.add(exemption.counter.period)
            line.add(exemption.isOn)
        }
        return line
    }

    mutating func restore(_ line: StateLine) throws(StateLine.Unreadable) {
        var line = line
        try outages.restore(from: &line)
        while !line.isAtEnd {
            let key = try line.word()
            let (used, period, isOn) = (try line.number(), try line.integer(), try line.bool())
            for index in exemptions.indices where exemptions[index].settings.key == key {
                exemptions[index].counter = ExemptionCounter(
                    name: exemptions[index].counter.name, ceiling: exemptions[index].counter.ceiling, used: used,
                    period: period)
                exemptions[index].isOn = isOn
            }
        }
    }
}

extension OutletUpkeep.Exemption {
    fileprivate mutating func count(
        minutes: Int, mark: PlantMark, flags: Set<DataFlag>, _ clock: CivilTime
    ) -> Verdict {
        let counts = settings.marks.contains(mark) || !settings.flags.isDisjoint(with: flags)
        let isNew = counts && !isOn
        isOn = counts
        let amount =
            switch settings.count {
            case .hours: counts ? Double(minutes) / 60 : 0
            case .events: isNew ? 1 : 0.0
            }
        return counter.add(amount, in: settings.period.number(clock))
    }
}

extension ExemptionConfiguration {
    /// Part of alarm ids, without blanks: `Sd-St-hours-year`.
    fileprivate var key: String { (words + [count.rawValue, period.rawValue]).joined(separator: "-") }

    private var words: [String] { (marks.map(\.rawValue) + flags.map(\.text)).sorted() }

    fileprivate var shownName: BilingualText {
        if let name { return BilingualText(en: name, zh: name) }
        let words = words.joined(separator: ",")
        return switch count {
        case .hours: BilingualText(en: "hours with \(words)", zh: "\(words) 时间（小时）")
        case .events: BilingualText(en: "times \(words)", zh: "\(words) 次数")
        }
    }
}

extension ExemptionConfiguration.Period {
    /// A number of its own for each such period.
    fileprivate func number(_ clock: CivilTime) -> Int {
        switch self {
        case .day: clock.date
        case .month: clock.year * 12 + clock.month
        case .quarter: clock.year * 4 + (clock.month - 1) / 3
        case .year: clock.year
        }
    }
}
