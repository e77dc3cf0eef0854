package import Telemetry

extension PeriodSum {
    /// The numbers of the period.
    ///
    /// `parts`: how many of the next shorter periods it has, whether or not they came. `statements`, by channel: what an instrument
    /// stated of the whole period, used where no part has a number. `results` and `bounds`, by channel: what batch analysers measured
    /// in it, and what it was at least. `month` is that of the period's start, 1…12.
    package func closed(
        _ length: PeriodLength, parts due: Int, month: Int, statements: [PeriodStatistics?] = [],
        results: [PeriodStatistics?] = [], bounds: [LowerBound?] = []
    ) -> OutletPeriod {
        let frame = Frame(length: length, month: month, parts: max(due, parts))
        var period = OutletPeriod(factors: [], mark: mark(length))
        for channel in plan.channels.indices {
            let stated = statements.isEmpty || !factors[channel].isEmpty ? nil : statements[channel]
            let result = results.isEmpty ? nil : results[channel]
            var factor = measured(channel, frame, stated: stated ?? result)
            factor.isDue = factors[channel].notDue < frame.parts && period.mark != .stopped
            period.factors.append(factor)
            setBalance(of: channel, &period, length)
        }
        if case .minutes = length { sumCounts(&period) }
        computeFlow(&period, length)
        for channel in plan.channels.indices {
            period.factors[channel].converted = converted(channel, period, frame)
            let known = bounds.isEmpty ? nil : bounds[channel]
            var bound = known ?? bound(channel, period.factors[channel].converted, frame)
            // Nothing is judged of water that stands.
            if plan.needsDischarge(channel), factors[channel].notDue >= frame.parts { bound?.judgesNothing() }
            period.factors[channel].bound = bound
        }
        amounts(&period, frame)
        if period.mark == .stopped, length == .hour { stop(&period) }
        for channel in plan.channels.indices {
            period.factors[channel].stands = period.factors[channel].validity.isOfStandingWater
        }
        return period
    }

    /// What a period is, and how much of it there is.
    struct Frame {
        let length: PeriodLength
        let month: Int
        /// Of the next shorter periods.
        let parts: Int

        /// Of an hour or a minute record, also where the clock was changed within it.
        var seconds: Double { Double(parts * 60) }
    }

    /// What a factor needs of the period.
    func rule(_ channel: Int, _ frame: Frame) -> ValidityRule {
        plan.validity.rule(
            frame.length, month: frame.month, ofWater: plan.channels[channel].isOfWater,
            due: frame.parts - factors[channel].notDue, of: frame.parts)
    }

    /// Whether so many parts are enough; where not, it names what cost the most of the others.
    func judge(_ count: Int, _ channel: Int, _ frame: Frame, _ lacks: LackTally) -> Validity {
        let due = frame.parts - factors[channel].notDue
        let validity = rule(channel, frame).judge(count: count)
        if !validity.isValid, due <= 0, plan.channels[channel].isOfWater { return standing(frame) }
        return validity.naming(lacks.leading(ofLost: due - count))
    }

    /// Minutes of a day in which a flow and the meter beside it are both known, at least, for the two to be compared.
    static let leastBalanceMinutes = 60

    private func setBalance(of channel: Int, _ period: inout OutletPeriod, _ length: PeriodLength) {
        let sum = factors[channel]
        guard length.isShort || sum.balanceMinutes >= Self.leastBalanceMinutes else { return }
        period.factors[channel].balance = sum.balance
        period.factors[channel].balanceMinutes = sum.balanceMinutes
    }

    // MARK: Measured values

    private func measured(_ channel: Int, _ frame: Frame, stated: PeriodStatistics?) -> FactorPeriod {
        let sum = factors[channel]
        let due = frame.parts - sum.notDue
        let stands = plan.needsDischarge(channel) && due <= 0
        if let stated {
            return FactorPeriod(
                measured: stated, validity: stands ? standing(frame) : Self.validity(ofStated: stated))
        }
        // The first reading of an hour may stand for minutes of the one before.
        let isLimited = plan.channels[channel].isMeterAlone && frame.length == .hour
        let count = isLimited ? min(sum.valid.measured.count, parts) : sum.valid.measured.count
        let best = sum.best
        var period = FactorPeriod(
            measured: PeriodStatistics(
                average: best.measured.mean, minimum: best.measured.minimum, maximum: best.measured.maximum,
                count: count,
                flag: .normal, failure: sum.tally.total == 0 ? .noData : sum.failure),
            validity: stands ? standing(frame) : judge(count, channel, frame, sum.lacks.measured))
        if weighs(channel, frame) { weigh(&period, sum, due: due, stands: stands && period.validity != .plantStopped) }
        if !period.validity.isValid { period.measured.flag = sum.tally.leadingFlag }
        return period
    }

    /// What an instrument states of a whole period stands on its own flag.
    static func validity(ofStated stated: PeriodStatistics) -> Validity {
        guard stated.flag.isGood else { return .invalid(reason: "flag \(stated.flag)") }
        return stated.average == nil ? .invalid(reason: "no result") : .valid
    }

    /// Whether nothing of a channel is due, and some of it is known to be of water that stands.
    func stands(_ channel: Int, _ frame: Frame) -> Bool {
        factors[channel].notDue >= frame.parts && factors[channel].standing > 0
    }

    /// Why a period says nothing of which no part is due.
    private func standing(_ frame: Frame) -> Validity { marks[.stopped] == frame.parts ? .plantStopped : .noDischarge }

    /// Whether the flow decides how much each part of a mean counts. Results of a batch analyser weigh from the hour on.
    private func weighs(_ channel: Int, _ frame: Frame) -> Bool {
        guard plan.waterFlow != nil, plan.channels[channel].isFlowWeighted else { return false }
        return plan.channels[channel].cycle == nil || !frame.length.isShort
    }

    /// Weighs a mean by the water of its parts, where the flow is known in enough of them.
    private func weigh(_ period: inout FactorPeriod, _ sum: FactorSum, due: Int, stands: Bool) {
        guard !stands else {
            period.measured.average = nil
            period.measured.minimum = nil
            period.measured.maximum = nil
            return
        }
        let hasValid = sum.valid.measured.count > 0
        let weighed = sum.valid.weightedParts
        let isEnough = !hasValid || UnweighedParts.isEnough(weighed, ofDue: due)
        if isEnough, let mean = sum.best.weighted.milligramsPerLitre {
            period.measured.average = mean.withoutNoise(
                from: period.measured.minimum, to: period.measured.maximum)
        } else if hasValid {
            period.unweighed = UnweighedParts(
                weighed: weighed, known: weighed + sum.valid.waterlessParts, due: due)
        }
    }

    /// What the period was at least, where readings above the range are in no mean.
    private func bound(_ channel: Int, _ converted: ConvertedPeriod?, _ frame: Frame) -> LowerBound? {
        let sums = factors[channel].bounds
        guard sums.minutes > 0 else { return nil }
        let due = frame.parts - factors[channel].notDue
        let rule = rule(channel, frame)
        let isFlowKnown = sums.weightedParts > 0 && UnweighedParts.isEnough(sums.weightedParts, ofDue: due)
        let isWeighted = weighs(channel, frame) && isFlowKnown
        var bound = LowerBound(
            mean: (isWeighted ? sums.weighted.milligramsPerLitre : nil) ?? sums.measured.mean,
            isValid: rule.judge(count: sums.measured.count).isValid, minutes: sums.minutes)
        bound.converted = convertedBound(sums, converted)
        bound.isConvertedValid = rule.judge(count: sums.converted.count + sums.convertedBounds.count).isValid
        bound.water = isFlowKnown ? sums.weighted.cubicMetres : nil
        return bound
    }

    /// The mean of the converted bounds and, for every other part, the converted value of the record; nil without any bound.
    private func convertedBound(_ sums: BoundSums, _ converted: ConvertedPeriod?) -> Double? {
        guard sums.convertedBounds.count > 0 else { return nil }
        let known = sums.converted.count
        guard known > 0 else { return sums.convertedBounds.mean }
        let record = converted?.isGreatest == true ? nil : converted?.average
        guard let rest = record ?? sums.converted.mean else { return nil }
        return (sums.convertedBounds.sum + rest * Double(known)) / Double(known + sums.convertedBounds.count)
    }

    /// A minute record counts samples and not minutes.
    private func sumCounts(_ period: inout OutletPeriod) {
        for channel in plan.channels.indices { period.factors[channel].measured.count = factors[channel].best.samples }
    }

    private func computeFlow(_ period: inout OutletPeriod, _ length: PeriodLength) {
        guard let channel = plan.gasFlow, plan.channels[channel].origin == .area, length.isShort,
            let means = flow.mean
        else { return }
        period.flow = means
        period.factors[channel].measured.average = try? means.cubicMetresPerSecond(plan.constants)
        // Only what an earlier version summed can be no gas.
        if period.factors[channel].measured.average == nil, period.factors[channel].validity.isValid {
            period.factors[channel].validity = .lacking(.missing(plan.channels[channel].code))
        }
    }

    /// The mark that most of an hour has; of longer periods none.
    private func mark(_ length: PeriodLength) -> PlantMark? {
        guard length.isShort else { return nil }
        let enough = length == .hour ? 45 : max(1, (parts * 3 + 3) / 4)
        return marks.first { $0.value >= enough }?.key
    }

    private func stop(_ period: inout OutletPeriod) {
        for channel in plan.channels.indices {
            period.factors[channel].validity = .plantStopped
            period.factors[channel].converted?.validity = .plantStopped
            period.factors[channel].bound?.judgesNothing()
        }
    }

    // MARK: Converted values

    private func converted(_ channel: Int, _ period: OutletPeriod, _ frame: Frame) -> ConvertedPeriod? {
        guard plan.channels[channel].isConverted, let conversion = plan.constants.conversion else { return nil }
        let sum = factors[channel]
        // The pairs: parts whose concentration and oxygen are both valid.
        let count = sum.valid.converted.count
        let best = count > 0 ? sum.valid : sum.all
        var result = ConvertedPeriod(
            average: best.convertedMean, minimum: best.converted.minimum, maximum: best.converted.maximum,
            validity: judge(count, channel, frame, sum.lacks.converted), isCapped: sum.isCapped)
        if result.average == nil, best.converted.count > 0 { result.takeGreatest(of: plan.channels[channel]) }
        let measured = period.factors[channel]
        let oxygen = plan.oxygen.map { period.factors[$0] }
        if best.converted.count == 0 {
            // What an instrument stated of the whole period has no parts of its own.
            guard sum.isEmpty, let mean = measured.measured.average, let percent = oxygen?.measured.average else {
                return result
            }
            result.average = conversion.number(mean, oxygenPercent: percent)
            result.validity = measured.validity
            return result
        }
        guard plan.constants.method != .meanOf, conversion.reference != .none else { return result }
        var means = (concentration: best.concentration, oxygen: best.oxygen)
        means.concentration /= Double(best.converted.count)
        means.oxygen /= Double(best.converted.count)
        if plan.constants.method == .ofMeans, measured.validity.isValid, oxygen?.validity.isValid == true,
            let mean = measured.measured.average, let percent = oxygen?.measured.average
        {
            means = (mean, percent)
        }
        let mean = try? conversion.convertDried(means.concentration, oxygenPercent: means.oxygen)
        result.isGreatest = false
        result.average = mean?.milligramsPerCubicMetre
        if case .maximum = mean { result.takeGreatest(of: plan.channels[channel]) }
        if case .capped = mean { result.isCapped = true }
        return result
    }
}

extension PeriodLength {
    /// Minutes and hours: their amounts come from their means. Longer ones sum.
    var isShort: Bool {
        switch self {
        case .minutes, .hour: true
        case .day, .month, .year: false
        }
    }
}
