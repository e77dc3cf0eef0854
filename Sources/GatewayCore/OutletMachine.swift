import Emissions
import Protocol
import Telemetry

/// One outlet: samples of its factors in, `realtime`, `minute`, `hour` and `day` records and limit transitions out.
struct OutletMachine: Sendable {
    /// A limit of a factor that was crossed, or is kept again.
    struct LimitEvent: Equatable, Sendable {
        var factor: Int
        /// Index into the factor's rules.
        var rule: Int
        var transition: ThresholdWatch.Transition
        var value: Double
        /// The sampling instant, or the start of the judged period.
        var at: WallInstant
    }

    let identity: OutletIdentity
    private let zone: ZoneRules
    private(set) var factors: [FactorMachine]
    private var windows: OutletWindows
    /// Samples that came after their minute was closed.
    private(set) var lateSamples = 0

    init(configuration: OutletConfiguration, factors: [FactorMachine], calendar: PeriodCalendar, minuteInterval: Int) {
        identity = OutletIdentity(id: configuration.id, mn: configuration.mn, st: configuration.st)
        zone = calendar.zone
        self.factors = factors
        windows = OutletWindows(calendar: calendar, minuteInterval: minuteInterval, factorCount: factors.count)
    }

    /// Takes one sample and judges the realtime limits of its factor.
    mutating func take(
        _ reading: Reading, factor: Int, flagIsAssumed: Bool = false, at instant: WallInstant, now: Uptime
    ) -> [LimitEvent] {
        factors[factor].take(reading, flagIsAssumed: flagIsAssumed, at: now)
        if !windows.add(reading, factor: factor, at: instant) { lateSamples += 1 }
        guard reading.isGood, let value = reading.value else { return [] }
        return judge(value, factor: factor, average: .realtime, at: instant)
    }

    /// Takes what an instrument states of a whole period. False when no such period is open.
    mutating func state(
        _ statistics: PeriodStatistics, factor: Int, length: PeriodLength, start: WallInstant
    ) -> Bool {
        windows.state(statistics, factor: factor, length: length, start: start)
    }

    /// Takes what an instrument delivers of a period that is over. The record of the factors whose numbers had been missing
    /// and how many they are; nil when none had.
    mutating func fill(
        _ statements: [(factor: Int, statistics: PeriodStatistics)], length: PeriodLength, start: WallInstant,
        end: WallInstant
    ) -> (record: Record, factors: Int)? {
        let filled = statements.filter {
            windows.fill($0.statistics, factor: $0.factor, length: length, start: start)
        }
        guard !filled.isEmpty else { return nil }
        let record = Record(
            kind: length.recordKind, place: .outlet(identity), at: start, dataTime: zone.civilTime(at: start),
            period: end - start,
            content: .factors(
                filled.map { FactorRecord(code: factors[$0.factor].configuration.code, statistics: $0.statistics) },
                quality: filled.map { "\(factors[$0.factor].configuration.code) back-filled by the instrument" }))
        return (record, filled.count)
    }

    func realtimeRecord(at instant: WallInstant, now: Uptime) -> Record {
        Record(
            kind: .realtime, place: .outlet(identity), at: instant, dataTime: zone.civilTime(at: instant),
            content: .factors(factors.map { $0.realtime(at: now) }, quality: assumptions))
    }

    /// Closes what is over by `wall`: its records, in order, and the limits they cross.
    mutating func advance(
        to wall: WallInstant, mayStillBeStated: (_ instrument: Int, _ length: PeriodLength) -> Bool
    ) -> (records: [Record], events: [LimitEvent]) {
        let factors = factors
        let closed = windows.advance(to: wall) { factor, length in
            factors[factor].instrument.map { mayStillBeStated($0, length) } ?? false
        }
        var events: [LimitEvent] = []
        for period in closed {
            for (factor, statistics) in period.statistics.enumerated() where statistics.flag.isGood {
                guard let average = statistics.average else { continue }
                events += judge(average, factor: factor, average: period.length.limitAverage, at: period.start)
            }
        }
        return (closed.map(record), events)
    }

    var nextClose: WallInstant? { windows.nextClose }

    private func record(of period: ClosedPeriod) -> Record {
        let stated = period.stated.map { "\(factors[$0].configuration.code) stated by the instrument" }
        return Record(
            kind: period.length.recordKind, place: .outlet(identity), at: period.start,
            dataTime: zone.civilTime(at: period.start), period: period.end - period.start,
            content: .factors(
                zip(factors, period.statistics).map { FactorRecord(code: $0.configuration.code, statistics: $1) },
                quality: stated + assumptions))
    }

    private var assumptions: [String] {
        factors.filter(\.flagIsAssumed).map { "\($0.configuration.code) without a flag, N assumed" }
    }

    private mutating func judge(
        _ value: Double, factor: Int, average: LimitAverage, at instant: WallInstant
    ) -> [LimitEvent] {
        var events: [LimitEvent] = []
        for rule in factors[factor].rules.indices where factors[factor].rules[rule].average == average {
            guard let transition = factors[factor].rules[rule].watch.judge(value) else { continue }
            events.append(
                LimitEvent(factor: factor, rule: rule, transition: transition, value: value, at: instant))
        }
        return events
    }
}

extension PeriodLength {
    var recordKind: RecordKind {
        switch self {
        case .minutes: .minute
        case .hour: .hour
        case .day: .day
        }
    }

    var limitAverage: LimitAverage {
        switch self {
        case .minutes: .minute
        case .hour: .hour
        case .day: .day
        }
    }
}
