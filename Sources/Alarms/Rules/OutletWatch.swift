package import Emissions
package import Telemetry

/// Every rule about the readings of one outlet: samples, closed minutes, closed hours and longer periods go in,
/// transitions of alarms come out.
package struct OutletWatch: Sendable {
    /// One factor as the outlet's configuration has it.
    package struct Factor: Sendable {
        package var traits: FactorTraits
        /// Of its amounts; nil: it has none.
        package var amountUnit: String?
        package var limits: [Limit]
        /// Of its records.
        package var decimals: Int
        package var rounding = RoundingRule.halfEven
        /// Whether a meter beside it counts its amounts.
        package var hasMeter = false
        /// How much of a period must be valid.
        package var needs = NeededParts()
        /// Whether its mean is weighed by the flow.
        package var isWeighted = false
        /// Whether it is a concentration of a gas whose flow is known: its mass is that of two hourly means.
        package var isCarriedByGas = false

        package init(traits: FactorTraits, amountUnit: String? = nil, limits: [Limit] = [], decimals: Int = 2) {
            self.traits = traits
            self.amountUnit = amountUnit
            self.limits = limits
            self.decimals = decimals
        }
    }

    /// A forecast of one factor's running period.
    struct Forecast: Sendable {
        let factor: Int
        let statistic: LimitStatistic
        let quantity: JudgedQuantity
        var budget: RunningBudget
        let place: Int
    }

    struct FactorState: Sendable {
        let traits: FactorTraits
        let decimals: Int
        let rounding: RoundingRule
        var quality: FactorQuality
        /// What rule Q7 compares with its limit; nil: no limit on hours or days.
        let flatTop: (statistic: LimitStatistic, quantity: JudgedQuantity)?
        /// Of ``FactorQuality/minuteRules``; none when all are switched off.
        let qualityPlaces: [Int]
        let rangePlace: Int
        let massPlace: Int
        /// Nil for what no limit and no amount hangs on.
        let completenessPlace: Int?
        /// Nil without a meter beside the factor.
        let balancePlace: Int?
        /// Of the running hour, what D1 tells.
        var told = ToldMinutes()
        /// One for each need of the factor's limits; never empty.
        var completeness: [NeedCompleteness]
    }

    /// How complete the running hour is for one need.
    struct NeedCompleteness: Sendable {
        let need: HourNeed
        var of: HourCompleteness
    }

    private let calendar: PeriodCalendar
    private let limits: OutletLimits
    var factors: [FactorState]
    var forecasts: [Forecast] = []
    private let consistency: MinuteConsistency
    private let consistencyPlaces: [Int]
    private let combustion: HourConsistency
    private let nitrogenPlace: Int
    private let fuelPlace: Int
    var hour: OpenHour?
    /// Whether the outlet's day is known from its first hour.
    var day: WallInstant?

    /// The hour whose minutes come in.
    struct OpenHour: Equatable, Sendable {
        var start: WallInstant
        /// Minutes that have come, good or bad.
        var minutes: Int
        /// False of the hour in which the gateway started: what was before is not known.
        var isWhole: Bool
    }

    /// Adds the outlet's subjects to `desk`. `settings`: how a rule behaves for a factor of this outlet; nil: as the
    /// catalogue says.
    package init(
        outlet: String, factors: [Factor], calendar: PeriodCalendar, physics: MinuteConsistency.Settings = .init(),
        greatestCarbonDioxide: Double? = nil, desk: inout AlarmDesk,
        settings: (RuleID, String?) -> RuleSettings? = { _, _ in nil }
    ) {
        func place(_ rule: RuleID, _ factor: String? = nil, _ part: String? = nil) -> Int {
            let subject = AlarmSubject(rule, source: outlet, factor: factor, part: part)
            return desk.add(subject, settings(rule, factor) ?? RuleSettings(rule))
        }
        func isEnabled(_ rule: RuleID, _ factor: String?) -> Bool {
            (settings(rule, factor) ?? RuleSettings(rule)).isEnabled
        }
        self.calendar = calendar
        self.factors = factors.map { factor in
            let code = factor.traits.code
            let isReported = factor.traits.isEmitted || !factor.limits.isEmpty
            return FactorState(
                traits: factor.traits, decimals: factor.decimals, rounding: factor.rounding,
                quality: FactorQuality(factor.traits),
                flatTop: Self.flatTop(of: factor.limits),
                qualityPlaces: FactorQuality.minuteRules.contains { isEnabled($0, code) }
                    ? FactorQuality.minuteRules.map { place($0, code) } : [],
                rangePlace: place(.unsuitableRange, code), massPlace: place(.massAgainstFlow, code),
                completenessPlace: isReported && isEnabled(.incompleteHour, code)
                    ? place(.incompleteHour, code) : nil,
                balancePlace: factor.hasMeter ? place(.meterAgainstFlow, code) : nil,
                completeness: Self.completeness(of: factor))
        }
        let codes = factors.map(\.traits.code)
        consistency = MinuteConsistency(codes: codes, settings: physics)
        let hasConsistency = Set(MinuteConsistency.rules).contains { isEnabled($0, nil) }
        consistencyPlaces =
            !hasConsistency
            ? []
            : MinuteConsistency.rules.enumerated().map { index, rule in
                // C3 belongs to the factor it judges; the others come before it.
                rule == .outsidePhysics ? place(rule, MinuteConsistency.physics[index - 2]) : place(rule)
            }
        combustion = HourConsistency(greatestCarbonDioxide: greatestCarbonDioxide)
        nitrogenPlace = place(.combustionConflict, nil, "nox")
        fuelPlace = place(.combustionConflict, nil, "fuel")
        for (index, factor) in factors.enumerated() {
            for (statistic, budget) in [
                (LimitStatistic.hour, RunningBudget.hour(factor.needs, isWeighted: factor.isWeighted)),
                (.day, .day(factor.needs, isWeighted: factor.isWeighted)),
            ] {
                for quantity in [JudgedQuantity.measured, .converted] {
                    let isLimited = factor.limits.contains {
                        $0.statistic == statistic && $0.quantity == quantity && $0.maximum != nil
                    }
                    guard isLimited else { continue }
                    forecasts.append(
                        Forecast(
                            factor: index, statistic: statistic, quantity: quantity, budget: budget,
                            place: place(budget.rule, factor.traits.code, quantity.rawValue)))
                }
            }
        }
        limits = OutletLimits(
            outlet: outlet,
            factors: factors.map {
                .init(code: $0.traits.code, unit: $0.traits.unit, amountUnit: $0.amountUnit, limits: $0.limits)
            }, desk: &desk
        ) { settings($0, $1) }
    }

    /// Goes on with what ``state`` leaves out: what the rules of readings look back on, of factors whose traits are the same.
    package mutating func resume(_ earlier: OutletWatch) {
        let before = Dictionary(
            earlier.factors.map { ($0.traits.code, $0) }, uniquingKeysWith: { first, _ in first })
        for index in factors.indices {
            guard let before = before[factors[index].traits.code], before.traits == factors[index].traits else {
                continue
            }
            factors[index].quality = before.quality
        }
    }

    private static func completeness(of factor: Factor) -> [NeedCompleteness] {
        HourNeed.needs(of: factor.limits.map(\.quantity), isCarriedByGas: factor.isCarriedByGas).map {
            NeedCompleteness(need: $0, of: HourCompleteness(factor.needs))
        }
    }

    /// The limit that matters most, as inspectors see it: of hours before that of days, of converted values before that
    /// of measured ones.
    private static func flatTop(of limits: [Limit]) -> (statistic: LimitStatistic, quantity: JudgedQuantity)? {
        for statistic in [LimitStatistic.hour, .day] {
            for quantity in [JudgedQuantity.converted, .measured] {
                let isLimited = limits.contains {
                    $0.statistic == statistic && $0.quantity == quantity && $0.maximum != nil
                }
                if isLimited { return (statistic, quantity) }
            }
        }
        return nil
    }

    // MARK: Samples

    /// One good sample. `scene` is asked for only where the factor has a realtime limit.
    package func sample(
        factor: Int, measured: Double?, converted: Double? = nil, in scene: @autoclosure () -> LimitScene,
        at now: Moment,
        desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        guard limits.judges(.realtime, factor: factor) else { return [] }
        let scene = scene()
        let marks = HoldMarks(scene.mark)
        return [JudgedValue(.realtime, .measured, measured), JudgedValue(.realtime, .converted, converted)].flatMap {
            limits.judge($0, factor: factor, in: scene, marks: marks, at: now, desk: &desk)
        }
    }

    // MARK: Minutes

    /// One closed minute; minutes come in order. `scene`: of the minute's first moment.
    package mutating func minute(
        _ facts: MinuteFacts, in scene: LimitScene, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        var transitions = enterHour(of: facts.start, now, &desk)
        let plant = HoldMarks(facts.mark)
        for index in factors.indices where facts.factors.indices.contains(index) {
            let minute = facts.factors[index]
            transitions += judgeQuality(index, minute, facts, scene, plant.union(minute.marks), now, &desk)
            for value in [
                JudgedValue(.minute, .measured, minute.isValid ? minute.average : nil, bound: minute.bound),
                JudgedValue(.minute, .converted, minute.converted, bound: minute.convertedBound),
            ] {
                transitions += limits.judge(value, factor: index, in: scene, marks: plant, at: now, desk: &desk)
            }
        }
        if !consistencyPlaces.isEmpty {
            for (place, verdict) in zip(consistencyPlaces, consistency.judge(facts)) {
                transitions += desk.judge(verdict, at: place, marks: plant, now: now)
            }
        }
        forecastHour(facts, plant, scene, now, &transitions, &desk)
        hour?.minutes += 1
        return transitions
    }

    /// The hour of `minute`, with the minutes in between that never came.
    private mutating func enterHour(
        of minute: WallInstant, _ now: Moment, _ desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        let start = calendar.start(of: .hour, containing: minute)
        let place = Int(min(60, max(0, (minute - start).wholeMilliseconds / 60_000)))
        var transitions: [AlarmTransition] = []
        if hour?.start != start {
            hour = OpenHour(start: start, minutes: hour == nil ? place : 0, isWhole: hour != nil || place == 0)
            for index in factors.indices {
                for need in factors[index].completeness.indices {
                    _ = factors[index].completeness[need].of.begin()
                }
                factors[index].told.begin()
                if let place = factors[index].completenessPlace {
                    transitions += desk.judge(.clear, at: place, now: now)
                }
            }
            for index in forecasts.indices where forecasts[index].statistic == .hour {
                transitions += desk.judge(forecasts[index].budget.begin(), at: forecasts[index].place, now: now)
            }
        }
        for _ in (hour?.minutes ?? place)..<max(place, hour?.minutes ?? place) { loseMinute() }
        return transitions
    }

    private mutating func loseMinute() {
        guard let end = hour.map({ $0.start + .hours(1) }) else { return }
        for index in factors.indices {
            for need in factors[index].completeness.indices {
                _ = factors[index].completeness[need].of.minute(isValid: false, until: end)
            }
        }
        for index in forecasts.indices where forecasts[index].statistic == .hour { forecasts[index].budget.add(.lost) }
        hour?.minutes += 1
    }

    private mutating func judgeQuality(
        _ index: Int, _ minute: FactorMinute, _ facts: MinuteFacts, _ scene: LimitScene, _ marks: HoldMarks,
        _ now: Moment, _ desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        if !factors[index].qualityPlaces.isEmpty {
            judgeReadings(index, minute, facts, scene, marks, now, &transitions, &desk)
        }
        guard let place = factors[index].completenessPlace, let hour else { return transitions }
        var worst: (verdict: Verdict, marks: HoldMarks) = (.unknown, [])
        var silentSince = minute.silentSince
        var isComplete = true
        for entry in factors[index].completeness.indices {
            let need = factors[index].completeness[entry].need
            let standing = minute.standing(of: need)
            let verdict = factors[index].completeness[entry].of.minute(
                isValid: standing.isValid, isDue: minute.isDue && facts.mark != .stopped, culprit: standing.culprit,
                marks: workMarks(of: standing, minute, facts), makesGood: minute.minutesMadeGood(of: need),
                isOpen: minute.isOpen(for: need), until: hour.start + .hours(1))
            isComplete = isComplete && standing.isValid
            // A factor that is in fault loses the hours of others, which its own alarm does not tell; one that is silent is.
            if let culprit = culprit(of: standing, facts), culprit.flag == .noCommunication {
                silentSince = silentSince ?? culprit.silentSince
            }
            // Of what is lost that which lost the most is told.
            if verdict.badness > worst.verdict.badness {
                worst = (verdict, factors[index].completeness[entry].of.marks)
            }
        }
        let held = HoldMarks(facts.mark).union(worst.marks)
        factors[index].told.minute(
            from: facts.start, isValid: isComplete, hour: hour.start, silentSince: silentSince)
        let isNews = hour.isWhole && !factors[index].told.isEnough
        return transitions + desk.judge(isNews ? worst.verdict : .unknown, at: place, marks: held, now: now)
    }

    /// What somebody does to the instrument that cost a minute.
    private func workMarks(of standing: FactorMinute.Standing, _ minute: FactorMinute, _ facts: MinuteFacts)
        -> HoldMarks
    {
        (culprit(of: standing, facts) ?? minute).marks
    }

    /// The other factor that a minute lacked.
    private func culprit(of standing: FactorMinute.Standing, _ facts: MinuteFacts) -> FactorMinute? {
        guard let code = standing.culprit, let index = factors.firstIndex(where: { $0.traits.code == code }),
            facts.factors.indices.contains(index)
        else { return nil }
        return facts.factors[index]
    }

    /// Q1–Q7.
    private mutating func judgeReadings(
        _ index: Int, _ minute: FactorMinute, _ facts: MinuteFacts, _ scene: LimitScene, _ marks: HoldMarks,
        _ now: Moment, _ transitions: inout [AlarmTransition], _ desk: inout AlarmDesk
    ) {
        let flatTop = factors[index].flatTop
        let limit = flatTop.flatMap {
            limits.effective($0.statistic, $0.quantity, factor: index, in: scene).maximum?.value
        }
        let verdicts = factors[index].quality.judge(
            minute, isRunning: facts.isRunning, limit: limit, limitIsConverted: flatTop?.quantity == .converted,
            mark: facts.mark)
        for (place, verdict) in zip(factors[index].qualityPlaces, verdicts) {
            transitions += desk.judge(verdict, at: place, marks: marks, now: now)
        }
    }

    private mutating func forecastHour(
        _ facts: MinuteFacts, _ marks: HoldMarks, _ scene: LimitScene, _ now: Moment,
        _ transitions: inout [AlarmTransition], _ desk: inout AlarmDesk
    ) {
        guard let hour else { return }
        // The hour is judged with the limit of its first moment.
        var scene = scene
        scene.instant = hour.start
        for index in forecasts.indices where forecasts[index].statistic == .hour {
            let forecast = forecasts[index]
            guard facts.factors.indices.contains(forecast.factor) else { continue }
            let minute = facts.factors[forecast.factor]
            forecasts[index].budget.add(minute.part(of: forecast.quantity, isStopped: facts.mark == .stopped))
            let verdict = hour.isWhole ? verdict(index, scene, until: hour.start + .hours(1)) : .unknown
            transitions += desk.judge(verdict, at: forecast.place, marks: marks, now: now)
        }
    }

    private func verdict(_ index: Int, _ scene: LimitScene, until end: WallInstant) -> Verdict {
        let forecast = forecasts[index]
        let factor = factors[forecast.factor]
        let limit = limits.effective(forecast.statistic, forecast.quantity, factor: forecast.factor, in: scene)
        guard let maximum = limit.maximum else { return .unknown }
        return forecast.budget.verdict(
            limit: maximum, decimals: factor.decimals, rounding: factor.rounding, until: end, unit: factor.traits.unit)
    }

    // MARK: Hours and longer

    /// One closed hour. `scene`: of its first moment, with the other factors' means of the hour; `isRunning` as of a
    /// minute.
    package mutating func hour(
        _ facts: PeriodFacts, in scene: LimitScene, isRunning: Bool? = nil, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        let marks = HoldMarks(scene.mark)
        var transitions = period(.hour, facts, in: scene, at: now, desk: &desk)
        for (index, factor) in factors.enumerated() where facts.factors.indices.contains(index) {
            let isRunning = isRunning ?? (scene.mark == .stopped ? false : nil)
            let range = factor.quality.judgeRange(hourMean: facts.factors[index].average, isRunning: isRunning)
            transitions += desk.judge(range, at: factor.rangePlace, marks: marks, now: now)
        }
        transitions += desk.judge(combustion.nitrogenOxides(facts), at: nitrogenPlace, marks: marks, now: now)
        transitions += desk.judge(combustion.combustionLine(facts), at: fuelPlace, marks: marks, now: now)
        return transitions + forecastDay(facts, in: scene, at: now, desk: &desk)
    }

    /// What an instrument states of an hour of `factor`, and of its flow.
    package func statedHour(
        _ facts: PeriodFacts, factor: Int, marks: HoldMarks, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        guard factors[factor].traits.isEmitted else { return [] }
        let mass = combustion.mass(of: factors[factor].traits.code, facts)
        return desk.judge(mass, at: factors[factor].massPlace, marks: marks, now: now)
    }

    /// One closed day, month or year; hours go through ``hour(_:in:isRunning:at:desk:)``.
    package func period(
        _ statistic: LimitStatistic, _ facts: PeriodFacts, in scene: LimitScene, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        let span = statistic.span(from: scene.instant, calendar)
        for (index, factor) in facts.factors.enumerated() where factors.indices.contains(index) {
            guard limits.judges(statistic, factor: index) else { continue }
            for value in [
                JudgedValue(statistic, .measured, factor.average, bound: factor.bound, span: span),
                JudgedValue(statistic, .converted, factor.converted, bound: factor.convertedBound, span: span),
                JudgedValue(statistic, .mass, statistic == .hour ? factor.amount : nil, span: span),
                JudgedValue(statistic, .total, factor.amount, span: span),
            ] {
                transitions += limits.judge(
                    value, factor: index, in: scene, marks: HoldMarks(scene.mark), at: now, desk: &desk)
            }
        }
        return statistic == .day
            ? transitions + judgeBalances(facts, day: scene.instant, at: now, desk: &desk) : transitions
    }

    /// C11: what the meters of a day have counted, against their flows.
    private func judgeBalances(
        _ facts: PeriodFacts, day: WallInstant, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        factors.indices.flatMap { index -> [AlarmTransition] in
            guard let place = factors[index].balancePlace, facts.factors.indices.contains(index) else { return [] }
            let verdict = MeterConsistency.day(
                facts.factors[index].balance, unit: factors[index].traits.amountUnit, date: day)
            return desk.judge(verdict, at: place, now: now)
        }
    }

    private mutating func forecastDay(
        _ facts: PeriodFacts, in scene: LimitScene, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        let start = calendar.start(of: .day, containing: scene.instant)
        var transitions: [AlarmTransition] = []
        let isFirst = scene.instant < start + .hours(1)
        let isNew = day != start
        // The day in which the gateway started is not known from its beginning.
        if isNew { day = isFirst || day != nil ? start : nil }
        var scene = scene
        scene.instant = start
        for index in forecasts.indices where forecasts[index].statistic == .day {
            let forecast = forecasts[index]
            if isNew {
                transitions += desk.judge(forecasts[index].budget.begin(), at: forecast.place, now: now)
            }
            guard day != nil, facts.factors.indices.contains(forecast.factor) else { continue }
            let factor = facts.factors[forecast.factor]
            forecasts[index].budget.add(factor.part(of: forecast.quantity))
            let verdict = verdict(index, scene, until: calendar.end(of: .day, startingAt: start))
            transitions += desk.judge(verdict, at: forecast.place, marks: HoldMarks(scene.mark), now: now)
        }
        return transitions
    }
}

extension Verdict {
    /// How many minutes a lost hour has lost; 0 of one that is not.
    fileprivate var badness: Double { if case .holds(let evidence) = self { evidence.value ?? 0 } else { 0 } }
}

extension LimitStatistic {
    /// The length of the period that begins at `start`: months and years differ. Nil of instants.
    fileprivate func span(from start: WallInstant, _ calendar: PeriodCalendar) -> Duration? {
        let length: PeriodLength
        switch self {
        case .realtime: return nil
        case .minute: length = .minutes(1)
        case .hour: length = .hour
        case .day: length = .day
        case .month: length = .month
        case .year: length = .year
        }
        return calendar.end(of: length, startingAt: start) - start
    }
}
