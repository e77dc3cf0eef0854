import Alarms
import Emissions
import Telemetry

/// Rules M4 and M5 of one outlet: maintenance and faults that last, and what is used of exemptions. Minute by minute.
struct OutletUpkeep: Sendable {
    /// One measured factor's instrument.
    private struct Outage: Sendable {
        let channel: Int
        var timers: [OutageTimer]
        /// In the order of ``timers``.
        let places: [Int]
    }

    fileprivate struct Exemption: Sendable {
        let settings: ExemptionConfiguration
        let place: Int
        var counter: ExemptionCounter
        /// Whether the latest minute counted: only a new beginning is an event.
        var isOn = false
    }

    private let zone: ZoneRules
    private let codes: [String]
    private var outages: [Outage]
    private var exemptions: [Exemption]

    /// Adds the subjects to `alarms`. `channels`: of measured factors.
    init(
        _ outlet: OutletConfiguration, codes: [String], channels: [Int], zone: ZoneRules, alarms: inout GatewayAlarms
    ) {
        self.zone = zone
        self.codes = codes
        func place(_ rule: RuleID, _ factor: String?, _ part: String) -> Int {
            alarms.desk.add(
                AlarmSubject(rule, source: outlet.id, factor: factor, part: part), alarms.settings(rule))
        }
        outages = channels.map { channel in
            Outage(
                channel: channel, timers: OutageTimer.Kind.allCases.map { OutageTimer($0) },
                places: OutageTimer.Kind.allCases.map { place(.longOutage, codes[channel], $0.rawValue) })
        }
        exemptions = outlet.exemptions.map { settings in
            Exemption(
                settings: settings, place: place(.exemption, nil, settings.key),
                counter: ExemptionCounter(name: settings.shownName, ceiling: settings.maximum))
        }
    }

    /// Takes a closed minute record of `minutes`.
    mutating func close(
        minutes: Int, _ period: ClosedPeriod, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for index in outages.indices {
            let flag = period.numbers.factors[outages[index].channel].measured.flag
            // What nobody heard of may be repaired or not.
            guard flag != .noCommunication else { continue }
            for (kind, place) in zip(outages[index].timers.indices, outages[index].places) {
                let isOut = flag == outages[index].timers[kind].kind.flag
                if outages[index].timers[kind].since == nil {
                    guard isOut else { continue }
                    outages[index].timers[kind].begin(at: period.start)
                }
                let verdict = outages[index].timers[kind].judge(isOut: isOut, zone: zone, at: now.wall)
                transitions += desk.judge(verdict, at: place, now: now)
            }
        }
        guard !exemptions.isEmpty else { return transitions }
        let flags = Set(outages.map { period.numbers.factors[$0.channel].measured.flag })
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
        let running = outages.flatMap { outage in
            outage.timers.compactMap { timer in timer.since.map { (outage.channel, timer.kind, $0) } }
        }
        line.add(running.count)
        for (channel, kind, since) in running {
            line.add(word: codes[channel])
            line.add(word: kind.rawValue)
            line.add(since.millisecondsSince1970)
        }
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
        for _ in 0..<(try line.count()) {
            let code = try line.word()
            let kind = try line.word().flatMap(OutageTimer.Kind.init)
            let since = try line.instant()
            for index in outages.indices where codes[outages[index].channel] == code {
                for timer in outages[index].timers.indices where outages[index].timers[timer].kind == kind {
                    outages[index].timers[timer] = OutageTimer(outages[index].timers[timer].kind, since: since)
                }
            }
        }
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

extension OutageTimer.Kind {
    fileprivate var flag: DataFlag {
        switch self {
        case .maintenance: .maintenance
        case .fault: .fault
        }
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
