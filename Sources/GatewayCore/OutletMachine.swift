import Alarms
import Emissions
import Protocol
import Telemetry

/// One outlet: samples of its factors in, records and transitions of its alarms out.
struct OutletMachine: Sendable {
    /// No period is closed later than this after its end, unless the clock was set.
    fileprivate static let longestWait = Duration.seconds(3_600)

    let identity: OutletIdentity
    private let zone: ZoneRules
    private(set) var factors: [FactorMachine]
    private(set) var windows: OutletWindows
    private(set) var rates: OutletRates
    private var rules: OutletAlarms
    /// Days that are over and whose rates are not told yet, with the time to tell them.
    private var untold: [(day: CivilTime, at: WallInstant)] = []
    private let ratesDelay: Duration
    private var operatorMarks = OperatorMarks()
    /// The plant's condition as signals tell it.
    private var signalledMark = PlantMark.running
    /// Whether anything has told the plant's condition since the start.
    private var hasSignal = false
    /// By channel of the plan.
    private let formats: [RecordFormat]
    /// What is always to be known of its records: constants in the place of measurements.
    private let constants: [String]
    /// Samples that came after their minute was closed.
    private(set) var lateSamples = 0

    init(
        configuration: OutletConfiguration, factors: [FactorMachine], formats: [RecordFormat], rules: OutletAlarms,
        windows: OutletWindows, pace: WindowPace
    ) {
        identity = OutletIdentity(id: configuration.id, mn: configuration.mn, st: configuration.st)
        zone = windows.calendar.zone
        self.factors = factors
        self.windows = windows
        self.formats = formats
        self.rules = rules
        rates = OutletRates(factors: configuration.factors.map(\.code), calendar: windows.calendar)
        ratesDelay = pace.rates
        constants = windows.chain.plan.constantsInUse.map { "\($0.words) from configuration" }
    }

    private var plan: OutletPlan { windows.chain.plan }

    // MARK: In

    /// `reading` as it counts: without its number where that is no measurement. Tells of a number that may be none.
    mutating func admit(
        _ reading: Reading, factor: Int, at now: Moment, desk: inout AlarmDesk
    ) -> (reading: Reading, transitions: [AlarmTransition]) {
        // Somebody who works on an instrument makes it show anything.
        let isWorkedOn = operatorMarks.flag(of: factor, at: now.wall) != nil
        let transitions = isWorkedOn ? nil : factors[factor].sentinel?.take(reading, at: now, desk: &desk)
        return (plan.admitted(reading, channel: factor), transitions ?? [])
    }

    /// Whether a reading is usable: its flag and its number say something.
    func isUsable(_ reading: Reading, factor: Int, isMeter: Bool) -> Bool {
        (isMeter ? admittedMeter(reading, factor: factor) : plan.admitted(reading, channel: factor)).isUsable
    }

    /// Tells the rules of the alarms at `places`, that the source of a factor is silent.
    mutating func watchSilence(at places: [Int], factor: Int) { rules.watchSilence(at: places, factor: factor) }

    /// A reading of the meter beside a factor, as it counts.
    func admittedMeter(_ reading: Reading, factor: Int) -> Reading { plan.channels[factor].admittedMeter(reading) }

    /// What an instrument states of a period as it counts.
    func admitted(_ stated: PeriodStatistics, factor: Int) -> PeriodStatistics {
        plan.channels[factor].admitted(stated)
    }

    /// Takes one sample and judges the realtime limits of its factor. One that the source repeats is the present value and
    /// counts no more.
    mutating func take(
        _ sample: FactorSample, factor: Int, at now: Moment, alarms: inout GatewayAlarms
    ) -> [AlarmTransition] {
        var sample = sample
        let instant = sample.at
        if sample.reading.value != nil || sample.reading.failure?.isOfNumber == true,
            let flag = operatorMarks.flag(of: factor, at: instant)
        {
            sample.reading.flag = flag
        }
        let reading = sample.reading
        let verdict = factors[factor].take(sample, at: now.uptime)
        if windows.conditions.contains(factor), windows.counts(reading, channel: factor) {
            factors[factor].rememberGood(at: now.uptime)
        }
        if case .moved(let earlier) = verdict { windows.moveResult(channel: factor, from: earlier, to: instant) }
        if case .better(let earlier) = verdict { sample.replaced = earlier }
        guard verdict.isNew else {
            windows.hear(reading, channel: factor, at: sample.identity == .sampleTime ? now.wall : instant)
            return []
        }
        if let bad = sample.replaced { windows.withdraw(badAt: bad, channel: factor) }
        if !windows.add(reading, channel: factor, at: instant, sample.identity, arrivedAt: now.wall) {
            lateSamples += 1
        }
        guard rules.judgesRealtime(factor: factor) else { return [] }
        let moment = Moment(wall: instant, uptime: now.uptime)
        guard reading.isGood else {
            return rules.cannotJudge(
                factor: factor, mark: windows.presentMark, level: alarms.levels.level(at: instant), at: moment,
                desk: &alarms.desk)
        }
        // The values of the whole outlet cost more than everything else that a sample does.
        if !rules.needsOthers(factor: factor), let value = windows.chain.presentAlone(reading, channel: factor) {
            return rules.sample(
                factor: factor, measured: value, mark: windows.presentMark, level: alarms.levels.level(at: instant),
                at: moment, desk: &alarms.desk)
        }
        return rules.sample(
            factor: factor, present(readings(at: now.uptime), at: instant, now: now.uptime), mark: windows.presentMark,
            level: alarms.levels.level(at: instant), at: moment, desk: &alarms.desk)
    }

    /// Takes a reading of the meter beside a factor.
    mutating func takeMeter(_ reading: Reading, factor: Int, at instant: WallInstant) {
        var reading = reading
        if reading.value != nil, let flag = operatorMarks.flag(of: factor, at: instant) { reading.flag = flag }
        windows.addMeter(reading, channel: factor, at: instant)
    }

    /// Whether `sample` is a new datum of a factor.
    func verdict(_ sample: FactorSample, factor: Int) -> TakenStamps.Verdict { factors[factor].stamps.verdict(sample) }

    /// Whether the hours that a result sampled at `instant` counts in are closed.
    func isTooLate(_ instant: WallInstant, factor: Int) -> Bool {
        windows.isTooLate(instant, channel: factor)
    }

    /// Whether a factor has a present value of its own samples.
    func isMeasured(factor: Int, at now: Uptime) -> Bool { factors[factor].present(at: now).value != nil }

    /// Takes the plant's condition from `instant` on, as a signal tells it. An operator's word outranks it.
    mutating func mark(_ mark: PlantMark, at instant: WallInstant) {
        signalledMark = mark
        hasSignal = true
        if operatorMarks.plant == nil { windows.mark(mark, at: instant) }
    }

    /// The plant's condition as an operator or a signal tells it; nil: nobody does.
    var statedMark: PlantMark? { operatorMarks.plant ?? (hasSignal ? signalledMark : nil) }

    /// Takes what an operator says of a factor, or of all of them and the plant.
    mutating func take(_ statement: OperatorMark.Statement, factor: Int?, at instant: WallInstant) {
        operatorMarks.take(statement, factor: factor)
        windows.mark(operatorMarks.plant ?? signalledMark, at: instant)
    }

    /// Takes what an instrument states of a whole period. False when no such period is open.
    mutating func state(
        _ statistics: PeriodStatistics, factor: Int, length: PeriodLength, start: WallInstant
    ) -> Bool {
        windows.state(statistics, channel: factor, length: length, start: start)
    }

    /// Takes what an instrument delivers of a period that is over. The record of the factors whose numbers had been missing,
    /// and these factors; nil when none had.
    mutating func fill(
        _ statements: [(factor: Int, statistics: PeriodStatistics)], length: PeriodLength, start: WallInstant,
        end: WallInstant
    ) -> (record: Record, factors: [Int])? {
        let filled = statements.filter {
            windows.fill($0.statistics, channel: $0.factor, length: length, start: start)
        }
        guard !filled.isEmpty else { return nil }
        if length == .hour {
            for (factor, statistics) in filled {
                rates.fill(factor: factor, hour: start, isValid: statistics.flag.isGood)
            }
        }
        let records = filled.map { factor, statistics in
            FactorRecord(
                code: plan.channels[factor].code, period: FactorPeriod(measured: statistics, validity: .valid),
                format: formats[factor])
        }
        let record = Record(
            kind: length.recordKind, place: .outlet(identity), at: start, dataTime: zone.civilTime(at: start),
            period: end - start,
            content: .factors(
                records, quality: filled.map { "\(plan.channels[$0.factor].code) back-filled by the instrument" }))
        return (record, filled.map(\.factor))
    }

    /// The unfinished periods and the rates as text, and what the rules and quotas know of the running ones.
    var state: String {
        """
        rates \(rates.state.text)
        marks \(operatorMarks.state(codes: codes).text)
        rules \(rules.ruleState.text)
        quotas \(rules.quotaState.text)
        upkeep \(rules.upkeepState.text)
        stamps \(stampState.text)

        """ + windows.state
    }

    /// The times of the data that were taken, by factor.
    private var stampState: StateLine {
        var line = StateLine()
        for factor in factors where !factor.stamps.entries.isEmpty {
            line.add(word: factor.configuration.code)
            factor.stamps.write(to: &line)
        }
        return line
    }

    private mutating func restoreStamps(_ line: StateLine) throws(StateLine.Unreadable) {
        var line = line
        while !line.isAtEnd {
            let code = try line.word()
            let stamps = try TakenStamps(from: &line)
            if let index = factors.firstIndex(where: { $0.configuration.code == code }) {
                factors[index].stamps = stamps
            }
        }
    }

    private var codes: [String] { factors.map(\.configuration.code) }

    /// Takes the line that begins with `name` off the front of `text`; nil where another one stands there.
    private static func line(_ name: String, of text: inout Substring) -> StateLine? {
        guard text.hasPrefix("\(name) "), let end = text.firstIndex(of: "\n") else { return nil }
        defer { text = text[text.index(after: end)...] }
        return StateLine(text[..<end].dropFirst(name.count + 1))
    }

    /// Continues what an earlier run left unfinished; false, and nothing changed, where it is no such text.
    mutating func restore(_ state: String) -> Bool {
        var rest = Substring(state)
        guard let rates = Self.line("rates", of: &rest), let marks = Self.line("marks", of: &rest) else { return false }
        var next = self
        do {
            try next.rates.restore(rates)
            next.operatorMarks = try OperatorMarks(marks, codes: codes)
            // States of earlier versions have no such lines.
            if let line = Self.line("rules", of: &rest) { try next.rules.restoreRules(line) }
            if let line = Self.line("quotas", of: &rest) { try next.rules.restoreQuotas(line) }
            if let line = Self.line("upkeep", of: &rest) { try next.rules.restoreUpkeep(line) }
            if let line = Self.line("stamps", of: &rest) { try next.restoreStamps(line) }
            // Another source has times of its own.
            for channel in try next.windows.restore(String(rest)) where next.factors.indices.contains(channel) {
                next.factors[channel].stamps = TakenStamps()
            }
        } catch {
            return false
        }
        self = next
        return true
    }

    /// Goes on where `earlier`, the same outlet under another configuration, is: what ``state`` tells, and what a restart
    /// would lose. `factors`: those with the same source, here and there. False where the periods cannot go on.
    mutating func resume(_ earlier: OutletMachine, factors pairs: [(here: Int, there: Int)]) -> Bool {
        untold = earlier.untold
        signalledMark = earlier.signalledMark
        hasSignal = earlier.hasSignal
        lateSamples = earlier.lateSamples
        for (here, there) in pairs { factors[here].resume(earlier.factors[there]) }
        rules.resume(earlier.rules)
        guard restore(earlier.state) else { return false }
        // Another source has times of its own.
        let same = Set(pairs.map(\.here))
        for index in factors.indices where !same.contains(index) { factors[index].stamps = TakenStamps() }
        return true
    }

    /// Takes how many hour records of each date an uplink has acknowledged.
    mutating func acknowledged(_ counts: [Int: Int], by uplink: String) { rates.acknowledged(counts, by: uplink) }

    /// The marks that hold alarms and outrank instruments, for a status page.
    func marksInForce(at instant: WallInstant) -> [StatusReport.Mark] {
        let signalled = operatorMarks.plant == nil ? statedMark : nil
        return operatorMarks.inForce(codes: codes, at: instant)
            + (signalled.map { [.init(mark: $0.rawValue, isOfPlant: true)] } ?? [])
    }

    /// Whether somebody works on the instrument of a factor, as an operator or the instrument itself has told.
    func instrumentMarks(factor: Int, at instant: WallInstant) -> HoldMarks {
        HoldMarks(operatorMarks.flag(of: factor, at: instant) ?? factors[factor].told)
    }

    /// Judges what an instrument states of an hour of a factor, with the flow that it states.
    func judgeStatedHour(
        _ hour: PeriodFacts, factor: Int, at now: Moment, alarms: inout GatewayAlarms
    ) -> [AlarmTransition] {
        let marks = HoldMarks(windows.presentMark).union(instrumentMarks(factor: factor, at: now.wall))
        return rules.statedHour(hour, factor: factor, marks: marks, at: now, desk: &alarms.desk)
    }

    // MARK: Out

    /// The values of the moment: what each factor was last, as far as that is still the present one.
    private func present(_ readings: [Reading], at instant: WallInstant, now: Uptime) -> OutletPeriod {
        windows.chain.present(
            readings, lastGood: lastGood(in: readings, at: instant, now: now), at: instant, mark: windows.presentMark)
    }

    /// By channel, of conditions whose present reading no mean would count: the last one that would, while it may stand for it.
    private func lastGood(
        in readings: [Reading], at instant: WallInstant, now: Uptime
    ) -> [Int: OutletChain.PastReading] {
        var past: [Int: OutletChain.PastReading] = [:]
        for channel in windows.conditions where !windows.counts(readings[channel], channel: channel) {
            guard factors.indices.contains(channel), let good = factors[channel].lastGood else { continue }
            let age = now - good.at
            guard age <= .milliseconds(plan.channels[channel].carriedFor) else { continue }
            past[channel] = .init(good.reading, at: instant - age)
        }
        return past
    }

    /// By channel; what is computed of others has none.
    private func readings(at now: Uptime) -> [Reading] {
        plan.channels.indices.map { channel in
            guard channel < factors.count else { return .failed(.noData) }
            var reading = factors[channel].present(at: now)
            if reading.isGood, windows.chain.isOverRange(reading, channel: channel) { reading.flag = .overRange }
            return reading
        }
    }

    /// The present values, as a `realtime` record would carry them.
    func presentValues(at now: Uptime, wall: WallInstant) -> [StatusReport.Factor] {
        guard case .factors(let records, _) = realtimeRecord(at: wall, now: now).content else { return [] }
        return records.map { record in
            StatusReport.Factor(
                code: record.code, value: record.fields.first { $0.name == "Rtd" }?.value, flag: record.flag,
                error: record.error)
        }
    }

    func realtimeRecord(at instant: WallInstant, now: Uptime) -> Record {
        let readings = readings(at: now)
        let present = present(readings, at: instant, now: now)
        let records = plan.channels.indices.map { channel in
            FactorRecord(
                present.factors[channel], of: plan.channels[channel], reading: readings[channel],
                format: formats[channel])
        }
        return Record(
            kind: .realtime, place: .outlet(identity), at: instant, dataTime: zone.civilTime(at: instant),
            mark: present.mark?.rawValue, content: .factors(records, quality: assumptions))
    }

    /// Closes what is over by `now`: its records, in order, and what becomes of alarms by them.
    mutating func advance(
        to now: Moment, isLast: Bool = false, isTrusted: Bool = true, alarms: inout GatewayAlarms,
        mayStillBeStated: (_ instrument: Int, _ length: PeriodLength) -> Bool
    ) -> (records: [Record], transitions: [AlarmTransition]) {
        let plantEnd = operatorMarks.plantUntil
        if operatorMarks.expire(at: now.wall) { windows.mark(signalledMark, at: plantEnd) }
        let factors = factors
        let closed = windows.advance(to: now.wall, isLast: isLast, isTrusted: isTrusted) { channel, length in
            guard channel < factors.count else { return false }
            return factors[channel].instrument.map { mayStillBeStated($0, length) } ?? false
        }
        guard !closed.isEmpty else { return ([], []) }
        // What a clock that was ahead has opened is recorded and counts in no rate or limit.
        let ended = closed.filter { $0.end <= now.wall }
        count(ended)
        var transitions: [AlarmTransition] = []
        for period in ended {
            transitions += rules.close(
                period, levels: alarms.levels, at: now.atEnd(of: period), desk: &alarms.desk)
        }
        transitions += rules.closeQuotas(
            ended, windows: windows, levels: alarms.levels, at: now.atEnd, desk: &alarms.desk)
        return (closed.map(record), transitions)
    }

    private mutating func count(_ closed: [ClosedPeriod]) {
        for period in closed {
            if period.length == .hour { rates.count(period) }
            if period.length == .day {
                untold.append((zone.civilTime(at: period.start), period.end + ratesDelay))
            }
        }
    }

    /// The rates of the days that it is time to tell of.
    mutating func rateRecords(at wall: WallInstant, uplinks: @autoclosure () -> [String]) -> [Record] {
        guard !untold.isEmpty else { return [] }
        let due = untold.filter { $0.at <= wall }
        untold.removeAll { $0.at <= wall }
        let uplinks = uplinks()
        return due.map { day, _ in
            let start = zone.instant(of: day)
            return Record(
                kind: .rates, place: .outlet(identity), at: start, dataTime: day,
                period: windows.calendar.end(of: .day, startingAt: start) - start,
                content: .rates(rates.report(of: day, uplinks: uplinks)))
        }
    }

    /// Takes that the clock was set to `wall`.
    mutating func clockWasSet(to wall: WallInstant) { windows.clockWasSet(to: wall) }

    /// The meters that were set back or forward since the last call.
    mutating func takeMeterChanges() -> [MeterChange] { windows.takeMeterChanges() }

    var nextClose: WallInstant? { windows.nextClose }

    private func record(of period: ClosedPeriod) -> Record {
        let factors = period.numbers.factors.enumerated().map { channel, factor in
            FactorRecord(code: plan.channels[channel].code, period: factor, format: formats[channel])
        }
        let stated = period.stated.map { "\(plan.channels[$0].code) stated by the instrument" }
        let capped = plan.channels.indices.filter { period.numbers.factors[$0].converted?.isCapped == true }
            .map { "\(plan.channels[$0].code) converted at the oxygen cap" }
        return Record(
            kind: period.length.recordKind, place: .outlet(identity), at: period.start,
            dataTime: zone.civilTime(at: period.start), period: period.end - period.start,
            mark: period.numbers.mark?.rawValue,
            content: .factors(
                factors,
                quality: clockFault(of: period) + stated + corrections(of: period) + capped + unweighed(period)
                    + overRange(period)
                    + differing(period) + constants + assumptions))
    }

    /// What a step of the clock has done to a period.
    private func clockFault(of period: ClosedPeriod) -> [String] {
        switch period.clockFault {
        case .cut: ["incomplete, the clock was set"]
        case .again: ["another record of this time exists, the clock was set back"]
        case nil: []
        }
    }

    /// The means in water that are not weighed, and why.
    private func unweighed(_ period: ClosedPeriod) -> [String] {
        plan.channels.indices.compactMap { channel in
            guard let parts = period.numbers.factors[channel].unweighed else { return nil }
            return "\(plan.channels[channel].code) arithmetic mean, \(parts.words(period.length.partName))"
        }
    }

    /// The factors whose readings were above the range, in no mean, but for the records of single minutes, whose flag tells.
    private func overRange(_ period: ClosedPeriod) -> [String] {
        if period.length == .minutes(1) { return [] }
        return plan.channels.indices.compactMap { channel in
            guard let minutes = period.numbers.factors[channel].bound?.minutes else { return nil }
            return "\(plan.channels[channel].code) over range in \(minutes) minute\(minutes == 1 ? "" : "s")"
        }
    }

    /// The flows of a day that differ from the meters beside them.
    private func differing(_ period: ClosedPeriod) -> [String] {
        guard period.length == .day else { return [] }
        return plan.channels.indices.compactMap { channel in
            guard let balance = period.numbers.factors[channel].balance, balance.differs else { return nil }
            let (flow, meter) = (formats[channel].amount(balance.flow), formats[channel].amount(balance.meter))
            return "\(plan.channels[channel].code) by the flow \(flow), by the meter \(meter)"
        }
    }

    /// The factors whose results were brought to our clock.
    private func corrections(of period: ClosedPeriod) -> [String] {
        factors.compactMap { factor in
            factor.stamps.correction(from: period.start, to: period.end).map { offset in
                "\(factor.configuration.code) sample time corrected by \((.zero - offset).wholeMilliseconds / 1_000) s, "
                    + "the instrument's clock is off"
            }
        }
    }

    private var assumptions: [String] {
        operatorMarks.remarks(codes: codes)
            + factors.filter(\.flagIsAssumed).map { "\($0.configuration.code) without a flag, N assumed" }
    }
}

extension Moment {
    /// Closing waits a little for what may still come; judged is the end itself.
    fileprivate func atEnd(of period: ClosedPeriod) -> Moment {
        let wait = min(max(.zero, wall - period.end), OutletMachine.longestWait)
        return Moment(wall: period.end, uptime: uptime - wait)
    }
}

extension GasCondition {
    fileprivate var words: String {
        switch self {
        case .temperature: "temperature"
        case .staticPressure: "static pressure"
        case .atmosphericPressure: "atmospheric pressure"
        case .humidity: "humidity"
        case .oxygen: "oxygen"
        }
    }
}

extension PeriodLength {
    /// What it is made of, in the plural.
    fileprivate var partName: String {
        switch self {
        case .minutes, .hour: "minutes"
        case .day: "hours"
        case .month: "days"
        case .year: "months"
        }
    }

    var recordKind: RecordKind {
        switch self {
        case .minutes: .minute
        case .hour: .hour
        case .day: .day
        case .month: .month
        case .year: .year
        }
    }
}
