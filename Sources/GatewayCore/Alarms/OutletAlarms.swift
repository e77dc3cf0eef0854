import Alarms
import Emissions
import Telemetry

/// The alarms of one outlet: hands samples and closed periods to its rules, rounded as records have them.
struct OutletAlarms: Sendable {
    /// One channel of the outlet's plan, as far as it matters here.
    private struct Channel {
        var code: String
        var format: RecordFormat
        /// Whether it is a batch analyser, whose minutes are empty but for those with a result.
        var isBatch: Bool
        /// The codes of the factors that it is computed of where it is not measured itself.
        var inputs: [String]
        /// The channel whose amounts its masses need, itself where it has such; nil: it has none.
        var flow: Int?
        /// Whether a meter counts these amounts.
        var isMetered = false
        /// The places of the alarms that its source is silent, or that of what it is computed of.
        var silences: [Int] = []
        /// The number that records carry as converted value where oxygen is that of air; nil: they carry none.
        var unbounded: Double?

        /// A converted mean, in so far as it is one: the greatest number of the format stands for no concentration.
        func converted(_ period: ConvertedPeriod?) -> Double? {
            guard let average = period?.average, average < unbounded ?? .infinity else { return nil }
            return average
        }
    }

    private var watch: OutletWatch
    private(set) var quotas: OutletQuotas
    private var upkeep: OutletUpkeep
    private let zone: ZoneRules
    private var channels: [Channel]
    /// By factor.
    private let hasRealtimeLimit: [Bool]
    /// By factor: whether a realtime limit is of another value than the measured one.
    private let hasDerivedLimit: [Bool]
    /// Whether a limit depends on another factor's value.
    private let hasConditions: Bool
    /// A replay does not judge what depends on people and configuration.
    private let judgesUpkeep: Bool
    /// Whether the mark says that the plant runs; without one only a standing plant is known.
    private let hasPlantMark: Bool

    /// Adds the outlet's subjects to `alarms`. `sources`, by factor: the id of its device or instrument, if it has one.
    init(
        _ outlet: OutletConfiguration, plan: OutletPlan, formats: [RecordFormat], units: [RecordUnits],
        sources: [String?], calendar: PeriodCalendar, judgesUpkeep: Bool, alarms: inout GatewayAlarms
    ) {
        self.judgesUpkeep = judgesUpkeep
        zone = calendar.zone
        hasPlantMark = outlet.plantMark != nil
        channels = zip(plan.channels, formats).map { channel, format in
            let isUnbounded = channel.isConverted && plan.constants.conversion?.action == .max
            return Channel(
                code: channel.code, format: format, isBatch: channel.cycle != nil,
                inputs: channel.inputCodes, unbounded: isUnbounded ? channel.greatest : nil)
        }
        for index in channels.indices {
            let flow = plan.flow(of: index)
            channels[index].flow = flow
            channels[index].isMetered = flow.map { plan.channels[$0].meter != nil } ?? false
        }
        hasRealtimeLimit = outlet.factors.map { $0.limits.contains { $0.average == .realtime } }
        hasDerivedLimit = outlet.factors.map { $0.limits.contains { $0.average == .realtime && $0.of != .measured } }
        quotas = OutletQuotas(
            outlet, codes: channels.map(\.code), formats: formats, units: units, zone: calendar.zone, alarms: &alarms)
        upkeep = OutletUpkeep(outlet, sources: sources, zone: calendar.zone, alarms: &alarms)
        hasConditions =
            quotas.hasConditions || outlet.factors.contains { $0.limits.contains { !$0.conditions.isEmpty } }
        let factors = plan.channels.enumerated().map { index, channel in
            let factor = index < outlet.factors.count ? outlet.factors[index] : nil
            let decimals = formats[index].decimals
            var watched = OutletWatch.Factor(
                traits: FactorTraits(
                    code: channel.code, unit: units[index].value,
                    range: channel.recordedRange(plan.constants),
                    resolution: decimals.map(DecimalPlace.step), neededRange: factor?.neededRange,
                    noise: factor?.noise,
                    // What is computed stands still with what it is computed of, which is judged itself; a meter stands still
                    // with what it counts.
                    isConstant: channel.origin != .measured || channel.isMeterAlone || factor?.isConstant == true),
                amountUnit: units[index].amount,
                limits: (factor?.limits ?? []).enumerated().map {
                    Limit($1, name: String($0 + 1), zone: calendar.zone)
                },
                decimals: decimals ?? 3)
            watched.rounding = formats[index].rule
            watched.traits.amountUnit = units[index].amount
            watched.traits.readingRange = channel.readingRange
            if let cycle = channel.cycle { watched.traits.cycle = .milliseconds(Int64(cycle * 1000)) }
            watched.hasMeter = channel.meter?.isBeside == true
            watched.needs = NeededParts(plan.validity, isOfWater: channel.isOfWater)
            watched.isWeighted = channel.isFlowWeighted
            watched.isCarriedByGas = channel.role == .gasConcentration && plan.flow(of: index) != nil
            return watched
        }
        let batch = Set(plan.channels.filter { $0.cycle != nil }.map(\.code))
        let settings = alarms.settings
        watch = OutletWatch(
            outlet: outlet.id, factors: factors, calendar: calendar, physics: .init(plan.constants),
            greatestCarbonDioxide: outlet.stack?.greatestCarbonDioxide, desk: &alarms.desk
        ) { rule, code in
            var settings = settings(rule)
            // Between two results nothing is missing, and the hour cannot be forecast.
            let needsEveryMinute = [.incompleteHour, .hourForecast].contains(rule)
            if needsEveryMinute, code.map(batch.contains) == true { settings.isEnabled = false }
            return settings
        }
    }

    /// Tells of the alarms at `places`, that the source of a factor is silent.
    mutating func watchSilence(at places: [Int], factor: Int) {
        let code = channels[factor].code
        for channel in channels.indices where channel == factor || channels[channel].inputs.contains(code) {
            channels[channel].silences += places
        }
    }

    /// Since when a factor has been silent, or one that it is computed of, as D1 tells; nil: none is.
    private func silentSince(_ channel: Int, _ desk: AlarmDesk) -> WallInstant? {
        var earliest: WallInstant?
        for place in channels[channel].silences {
            guard let since = desk.event(at: place)?.since else { continue }
            earliest = earliest.map { min($0, since) } ?? since
        }
        return earliest
    }

    /// Goes on with what the rules of `earlier` have gathered, as far as it concerns the same factors.
    mutating func resume(_ earlier: OutletAlarms) { watch.resume(earlier.watch) }

    /// What the rules know of the running hour and day: one line that survives restarts.
    var ruleState: StateLine { watch.state }

    mutating func restoreRules(_ line: StateLine) throws(StateLine.Unreadable) { try watch.restore(line) }

    func judgesRealtime(factor: Int) -> Bool { hasRealtimeLimit[factor] }

    /// Whether other factors have a part in judging the present value of this one.
    func needsOthers(factor: Int) -> Bool { hasConditions || hasDerivedLimit[factor] }

    /// Judges the present measured value of a factor that needs no others.
    func sample(
        factor: Int, measured: Double, mark: PlantMark, level: ResponseLevel, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        watch.sample(
            factor: factor, measured: channels[factor].format.value(measured),
            in: LimitScene(instant: now.wall, zone: zone, mark: mark, responseLevel: level), at: now, desk: &desk)
    }

    /// Notes that the present value of a factor cannot be judged. Of limits that depend on other factors nothing is noted.
    func cannotJudge(
        factor: Int, mark: PlantMark, level: ResponseLevel, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        guard !hasConditions else { return [] }
        return watch.sample(
            factor: factor, measured: nil,
            in: LimitScene(instant: now.wall, zone: zone, mark: mark, responseLevel: level), at: now, desk: &desk)
    }

    /// Judges the present value of a factor.
    func sample(
        factor: Int, _ values: OutletPeriod, mark: PlantMark, level: ResponseLevel, at now: Moment,
        desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        let channel = channels[factor]
        let format = channel.format
        let present = values.factors[factor]
        return watch.sample(
            factor: factor,
            measured: present.validity.isOfStandingWater ? nil : present.measured.average.map(format.value),
            converted: channel.converted(present.converted).map(format.value),
            in: LimitScene(
                instant: now.wall, zone: zone, mark: mark, responseLevel: level,
                values: hasConditions ? means(values.factors.map(\.measured.average)) : [:]), at: now, desk: &desk)
    }

    /// Judges a period that is over. `now`: its end.
    mutating func close(
        _ period: ClosedPeriod, levels: ResponseLevels, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        if case .minutes(let count) = period.length {
            return closeMinutes(count, period, levels: levels, at: now, desk: &desk)
        }
        let facts = PeriodFacts(
            factors: zip(channels, period.numbers.factors).map { channel, factor in
                PeriodFacts.Factor(
                    factor, converted: channel.converted(factor.converted), code: channel.code, format: channel.format)
            })
        let scene = scene(of: period, levels, means: facts.factors.map(\.average))
        switch period.length {
        case .minutes: return []
        case .hour:
            let isRunning = hasPlantMark && scene.mark == .running ? true : nil
            return watch.hour(facts, in: scene, isRunning: isRunning, at: now, desk: &desk)
        case .day: return watch.period(.day, facts, in: scene, at: now, desk: &desk)
        case .month: return watch.period(.month, facts, in: scene, at: now, desk: &desk)
        case .year: return watch.period(.year, facts, in: scene, at: now, desk: &desk)
        }
    }

    /// Judges what an instrument states of an hour of a factor.
    func statedHour(
        _ hour: PeriodFacts, factor: Int, marks: HoldMarks, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        watch.statedHour(hour, factor: factor, marks: marks, at: now, desk: &desk)
    }

    /// Judges the quotas by the hours that are over; the running sums are those of `windows`.
    mutating func closeQuotas(
        _ closed: [ClosedPeriod], windows: OutletWindows, levels: ResponseLevels, at now: (ClosedPeriod) -> Moment,
        desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        guard !quotas.isEmpty, closed.contains(where: { $0.length == .hour }) else { return [] }
        var quotas = quotas
        defer { self.quotas = quotas }
        return quotas.close(
            closed, windows: windows, levels: levels, at: now,
            scene: { hour in
                scene(
                    of: hour, levels,
                    means: zip(channels, hour.numbers.factors).map { channel, factor in
                        factor.validity.isValid ? factor.measured.average.map(channel.format.value) : nil
                    })
            }, desk: &desk)
    }

    /// What the quotas know of the running periods: one line that survives restarts.
    var quotaState: StateLine { quotas.state }

    mutating func restoreQuotas(_ line: StateLine) throws(StateLine.Unreadable) { try quotas.restore(line) }

    /// What is used of exemptions, and since when instruments are out: one line that survives restarts.
    var upkeepState: StateLine { upkeep.state }

    mutating func restoreUpkeep(_ line: StateLine) throws(StateLine.Unreadable) { try upkeep.restore(line) }

    private func scene(
        of period: ClosedPeriod, _ levels: ResponseLevels, means values: @autoclosure () -> [Double?]
    ) -> LimitScene {
        LimitScene(
            instant: period.start, zone: zone, mark: period.numbers.mark ?? .running,
            responseLevel: levels.level(at: period.start), values: hasConditions ? means(values()) : [:])
    }

    private func means(_ values: [Double?]) -> [String: Double] {
        let pairs = zip(channels, values).compactMap { channel, value in value.map { (channel.code, $0) } }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// The rules count minutes; a longer minute record is as many minutes that are alike.
    private mutating func closeMinutes(
        _ count: Int, _ period: ClosedPeriod, levels: ResponseLevels, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        var factors: [FactorMinute] = []
        factors.reserveCapacity(channels.count)
        for (index, factor) in period.numbers.factors.enumerated() {
            var minute = FactorMinute(
                factor, converted: channels[index].converted(factor.converted),
                raw: index < period.raw.count ? period.raw[index] : nil,
                overRange: index < period.overRange.count ? period.overRange[index] : nil,
                format: channels[index].format, isBatch: channels[index].isBatch, minutes: count)
            let rawMean = index < period.rawMeans.count ? period.rawMeans[index] : nil
            minute.rawAverage = rawMean.map(channels[index].format.value)
            minute.meterDoubt = index < period.meterDoubts.count ? period.meterDoubts[index] : nil
            minute.silentSince = silentSince(index, desk)
            if let flow = channels[index].flow {
                minute.take(
                    flow: period.numbers.factors[flow], code: channels[flow].code,
                    isMetered: channels[index].isMetered)
            }
            factors.append(minute)
        }
        let scene = scene(of: period, levels, means: factors.map { $0.isValid ? $0.average : nil })
        var transitions: [AlarmTransition] = []
        for index in 0..<count {
            // A result came once, however many minutes the record has.
            if index == 1 {
                for batch in channels.indices where channels[batch].isBatch { factors[batch].newResult = false }
            }
            let facts = MinuteFacts(
                start: period.start + .seconds(60 * index), mark: scene.mark,
                isRunning: hasPlantMark && scene.mark == .running ? true : nil, factors: factors)
            transitions += watch.minute(facts, in: scene, at: now, desk: &desk)
        }
        if judgesUpkeep { transitions += upkeep.close(minutes: count, period, at: now, desk: &desk) }
        return transitions
    }
}

extension Channel {
    /// The codes of what it is computed of and judged with.
    fileprivate var inputCodes: [String] {
        if case .nitrogenOxides = origin { ["a21003", "a21004"] } else { [] }
    }

    /// The measuring range as readings are, in the unit of the record: before they are brought to the dry standard state.
    fileprivate var readingRange: ClosedRange<Double>? {
        origin == .measured && !isMeterAlone ? scale.recordedRange : nil
    }

    /// The measuring range in the unit of the record. Nil where what is recorded depends on more than the reading.
    fileprivate func recordedRange(_ constants: OutletConstants) -> ClosedRange<Double>? {
        guard basis == .dryStandard, let range = readingRange else { return nil }
        let factor = role == .velocity ? constants.velocityCoefficient : 1
        return range.lowerBound * factor...range.upperBound * factor
    }
}

extension MinuteConsistency.Settings {
    /// With the pressures of the site.
    fileprivate init(_ constants: OutletConstants) {
        self.init()
        atmosphericPressure = constants.atmosphericPascals / 1_000
        staticPressure = constants.staticPascals / 1_000
    }
}

extension FactorConfiguration {
    /// Three times the greatest limit of a concentration: ranges up to that are chosen for the limit.
    fileprivate var neededRange: Double? {
        limits.filter { $0.of == .measured || $0.of == .converted }.compactMap(\.maximum).max().map { $0 * 3 }
    }
}

/// The smallest step of a number with so many decimals.
private enum DecimalPlace {
    static func step(_ decimals: Int) -> Double {
        var step = 1.0
        for _ in 0..<max(0, decimals) { step /= 10 }
        return step
    }
}

extension Limit {
    fileprivate init(_ limit: LimitConfiguration, name: String, zone: ZoneRules) {
        self.init(
            name: name, statistic: LimitStatistic(limit.average), of: JudgedQuantity(limit.of),
            maximum: limit.maximum, minimum: limit.minimum, warnShares: limit.warn.map { [$0] } ?? [],
            deadband: limit.deadband,
            applies: LimitApplicability(
                validFrom: limit.validFrom.map(zone.instant), validTo: limit.validTo.map(zone.instant),
                months: limit.months, minutesOfDay: limit.minutesOfDay, conditions: limit.conditions),
            priority: limit.priority, source: limit.source)
    }
}

extension JudgedQuantity {
    fileprivate init(_ quantity: LimitQuantity) {
        self =
            switch quantity {
            case .measured: .measured
            case .converted: .converted
            case .mass: .mass
            case .total: .total
            }
    }
}

extension LimitStatistic {
    fileprivate init(_ average: LimitAverage) {
        self =
            switch average {
            case .realtime: .realtime
            case .minute: .minute
            case .hour: .hour
            case .day: .day
            case .month: .month
            case .year: .year
            }
    }
}

extension PeriodFacts.Factor {
    fileprivate init(_ factor: FactorPeriod, converted: Double?, code: String, format: RecordFormat) {
        let converted = factor.converted?.validity.isValid == true ? converted : nil
        let amount = factor.amount.flatMap { $0.validity.isValid ? $0.value : nil }
        self.init(
            code: code, average: factor.validity.isValid ? factor.measured.average.map(format.value) : nil,
            converted: converted.map(format.value), amount: amount.map(format.amount))
        balance = factor.balance.map { MeterBalance(flow: format.amount($0.flow), meter: format.amount($0.meter)) }
        isDue = factor.isDue
        bound = factor.bound?.judged.map(format.value)
        convertedBound = factor.bound?.judgedConverted.map(format.value)
        water = factor.carryingWater
    }
}

extension FactorMinute {
    /// Rounded as records are, but for `raw`: the extremes of the readings, which tell whether they moved.
    fileprivate init(
        _ factor: FactorPeriod, converted: Double?, raw: ClosedRange<Double>?, overRange: Double?,
        format: RecordFormat, isBatch: Bool, minutes: Int
    ) {
        let measured = factor.measured
        let converted = factor.converted?.validity.isValid == true ? converted : nil
        // A result comes later than the minute of its sample, which counts it.
        let isNewResult = isBatch && raw != nil
        let count = isNewResult ? max(measured.count ?? 1, 1) : measured.count ?? (measured.average == nil ? 0 : 1)
        self.init(
            average: measured.average.map(format.value), minimum: measured.minimum.map(format.value),
            maximum: measured.maximum.map(format.value),
            converted: converted.map(format.value), flag: measured.flag,
            isValid: factor.validity.isValid && measured.average != nil, count: count,
            rawMinimum: raw?.lowerBound ?? measured.minimum, rawMaximum: raw?.upperBound ?? measured.maximum,
            overRange: overRange.map(format.value),
            newResult: isBatch ? isNewResult : nil)
        isDue = factor.isDue
        bound = factor.bound?.judged.map(format.value)
        convertedBound = factor.bound?.judgedConverted.map(format.value)
        // A longer minute record is told as so many minutes that are alike.
        water = factor.carryingWater.map { $0 / Double(minutes) }
        let carried = factor.amount?.carried
        waterParts = max(1, (carried?.parts ?? factor.amount?.parts ?? 1) / minutes)
        if bound == nil { waterMean = carried?.milligramsPerLitre }
        culprit = factor.validity.culprit
        convertedStanding = factor.converted.map { Standing($0.validity) }
        massStanding = factor.amount.map { Standing($0.validity) }
        massParts = factor.amount?.parts ?? 1
    }

    /// Takes what is known of the flow that carries its masses.
    fileprivate mutating func take(flow: FactorPeriod, code: String, isMetered: Bool) {
        guard let amount = flow.amount else { return }
        flowStanding = Standing(
            isValid: amount.validity.isValid, culprit: amount.validity.culprit ?? flow.validity.culprit ?? code)
        flowParts = amount.parts
        awaitsMeter = isMetered && amount.value == nil
    }
}

extension FactorMinute.Standing {
    fileprivate init(_ validity: Validity) { self.init(isValid: validity.isValid, culprit: validity.culprit) }
}
