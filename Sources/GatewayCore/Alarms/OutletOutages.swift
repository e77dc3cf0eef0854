import Alarms
import Protocol
import Telemetry

/// Rule M4 at one outlet: maintenance and faults of its instruments that last, minute by minute.
///
/// An instrument that feeds several outlets has an alarm at each: each of them lacks its data.
struct OutletOutages: Sendable {
    private struct Instrument: Sendable {
        /// Of the factors that it feeds.
        let channels: [Int]
        /// In the order of ``OutageTimer/Kind``.
        var outages: [InstrumentOutage]
        let places: [Int]
    }

    private let zone: ZoneRules
    private let codes: [String]
    private var instruments: [Instrument] = []

    /// Adds the subjects to `alarms`. `sources`, by factor: the id of its device or instrument; nil of computed ones.
    init(_ outlet: OutletConfiguration, sources: [String?], zone: ZoneRules, alarms: inout GatewayAlarms) {
        self.zone = zone
        codes = outlet.factors.map(\.code)
        let identity = OutletIdentity(id: outlet.id, mn: outlet.mn, st: outlet.st)
        var known: Set<String> = []
        for source in sources.compactMap(\.self) where known.insert(source).inserted {
            let channels = sources.indices.filter { sources[$0] == source }
            let kinds = OutageTimer.Kind.allCases
            instruments.append(
                Instrument(
                    channels: channels,
                    outages: kinds.map { InstrumentOutage($0, of: channels.map { outlet.factors[$0].code }) },
                    places: kinds.map { kind in
                        let subject = AlarmSubject(.longOutage, source: source, part: kind.rawValue)
                        let other = AlarmSubject(
                            .longOutage, source: source, part: "\(kind.rawValue)-\(outlet.id)")
                        return alarms.add(alarms.has(subject) ? other : subject, recordedAt: .outlet(identity))
                    }))
        }
    }

    /// Takes a closed minute record.
    mutating func close(_ period: ClosedPeriod, at now: Moment, desk: inout AlarmDesk) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for index in instruments.indices {
            let flags = instruments[index].channels.map { period.numbers.factors[$0].measured.flag }
            for (place, kind) in OutageTimer.Kind.allCases.enumerated() {
                // What nobody heard of may be repaired or not.
                let isOut = flags.map { $0 == .noCommunication ? nil : $0 == kind.flag }
                let verdict = instruments[index].outages[place].judge(
                    isOut, from: period.start, zone: zone, at: now.wall)
                transitions += desk.judge(verdict, at: instruments[index].places[place], now: now)
            }
        }
        return transitions
    }

    // MARK: State

    /// Since when which factors have been out, for the next run.
    func write(to line: inout StateLine) {
        let running = instruments.flatMap { instrument in
            zip(instrument.channels, instrument.channels.indices).flatMap { channel, place in
                instrument.outages.compactMap { outage in
                    outage.timers[place].since.map { (channel, outage.timers[place].kind, $0) }
                }
            }
        }
        line.add(running.count)
        for (channel, kind, since) in running {
            line.add(word: codes[channel])
            line.add(word: kind.rawValue)
            line.add(since.millisecondsSince1970)
        }
    }

    mutating func restore(from line: inout StateLine) throws(StateLine.Unreadable) {
        for _ in 0..<(try line.count()) {
            let code = try line.word()
            let kind = try line.word().flatMap(OutageTimer.Kind.init)
            let since = try line.instant()
            guard let code, let place = kind.flatMap({ OutageTimer.Kind.allCases.firstIndex(of: $0) }) else { continue }
            for index in instruments.indices {
                instruments[index].outages[place].restore(since: since, of: code)
            }
        }
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
