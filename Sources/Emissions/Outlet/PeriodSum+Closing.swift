package import Telemetry

extension PeriodSum {
    /// The numbers of the period.
    ///
    /// `statements`, by channel: what an instrument stated of the whole period, used where no part has a number. `results`, by channel: what
    /// batch analysers measured in it. `month` is that of the period's start, 1…12. `seconds`: the period's own length; nil: it is
    /// as long as others.
    package func closed(
        _ length: PeriodLength, month: Int, seconds: Double? = nil, statements: [PeriodStatistics?] = [],
        results: [PeriodStatistics?] = []
    ) -> OutletPeriod {
        let rule = plan.validity.rule(length, month: month)
        var period = OutletPeriod(factors: [], mark: mark(length))
        for channel in plan.channels.indices {
            let stated = statements.isEmpty || !factors[channel].isEmpty ? nil : statements[channel]
            let result = results.isEmpty ? nil : results[channel]
            period.factors.append(measured(channel, rule, stated: stated ?? result, length))
            setBalance(of: channel, &period, length)
        }
        if case .minutes = length { sumCounts(&period) }
        computeFlow(&period, length)
        for channel in plan.channels.indices {
            period.factors[channel].converted = converted(channel, period, rule)
        }
        amounts(&period, length, seconds ?? length.seconds, rule)
        if period.mark == .stopped, length == .hour { stop(&period) }
        return period
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

    private func measured(
        _ channel: Int, _ rule: ValidityRule, stated: PeriodStatistics?, _ length: PeriodLength
    ) -> FactorPeriod {
        if let stated {
            let isThere = stated.average != nil && stated.flag.isGood
            return FactorPeriod(
                measured: stated,
                validity: isThere ? .valid : .invalid(reason: stated.flag.isGood ? "no result" : "flag \(stated.flag)"))
        }
        let sum = factors[channel]
        // The first reading of an hour may stand for minutes of the one before.
        let isLimited = plan.channels[channel].isMeterAlone && length == .hour
        let count = isLimited ? min(sum.valid.measured.count, parts) : sum.valid.measured.count
        let best = sum.best
        var validity = rule.judge(count: count)
        var average = best.measured.mean
        // Results of a batch analyser weigh from the hour on.
        let weighs = plan.channels[channel].isFlowWeighted && !(plan.channels[channel].cycle != nil && length.isShort)
        if weighs, plan.waterFlow != nil {
            if let weighted = best.weighted.milligramsPerLitre {
                average = weighted
            } else if waterStood(sum, average, rule) {
                average = nil
                validity = .invalid(reason: MinuteArithmetic.noDischarge)
            }
        }
        let flag = validity.isValid ? DataFlag.normal : sum.tally.leadingFlag
        return FactorPeriod(
            measured: PeriodStatistics(
                average: average, minimum: average == nil ? nil : best.measured.minimum,
                maximum: average == nil ? nil : best.measured.maximum, count: count, flag: flag,
                failure: sum.tally.total == 0 ? .noData : sum.failure),
            validity: validity)
    }

    /// Whether a period in which no mean is known to have been carried by water counts as one without discharge.
    ///
    /// Parts of unknown flow may have carried water. Their mean is kept unless the parts that are known to have carried none are
    /// enough for a valid period. Beside a flow a meter that did not count may be one of coarse steps.
    private func waterStood(_ sum: FactorSum, _ mean: Double?, _ rule: ValidityRule) -> Bool {
        if mean != nil, let flow = plan.waterFlow, plan.channels[flow].meter?.isBeside == true,
            let present = factors[flow].best.measured.mean, present > 0
        {
            return false
        }
        let known = sum.valid.amount.count
        guard known > 0, sum.valid.water == 0 else { return false }
        return mean == nil || rule.judge(count: known).isValid
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
            period.factors[channel].validity = .invalid(reason: "no valid flow")
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
            period.factors[channel].validity = .invalid(reason: "plant stopped")
            period.factors[channel].converted?.validity = .invalid(reason: "plant stopped")
        }
    }

    // MARK: Converted values

    private func converted(_ channel: Int, _ period: OutletPeriod, _ rule: ValidityRule) -> ConvertedPeriod? {
        guard plan.channels[channel].isConverted, let conversion = plan.constants.conversion else { return nil }
        let sum = factors[channel]
        let count = sum.valid.converted.count
        let best = count > 0 ? sum.valid : sum.all
        var result = ConvertedPeriod(
            average: best.converted.mean, minimum: best.converted.minimum, maximum: best.converted.maximum,
            validity: rule.judge(count: count), isCapped: sum.isCapped)
        let parts = Double(best.converted.count)
        let measured = period.factors[channel].measured.average
        if best.converted.count == 0 {
            // What an instrument stated of the whole period has no parts of its own.
            guard sum.isEmpty, let measured, let oxygen = oxygen(of: period) else { return result }
            result.average = try? conversion.convert(milligramsPerCubicMetre: measured, oxygenPercent: oxygen)
                .milligramsPerCubicMetre
            result.validity = period.factors[channel].validity
            return result
        }
        guard plan.constants.method == .ofMeans, conversion.reference != .none else { return result }
        let mean = try? conversion.convert(
            milligramsPerCubicMetre: best.concentration / parts, oxygenPercent: best.oxygen / parts)
        result.average = mean == .maximum ? plan.channels[channel].greatest : mean?.milligramsPerCubicMetre
        if case .capped = mean { result.isCapped = true }
        return result
    }

    private func oxygen(of period: OutletPeriod) -> Double? {
        plan.conditionChannels[GasCondition.oxygen.rawValue].flatMap { period.factors[$0].measured.average }
    }

    // MARK: Amounts

    private func amounts(
        _ period: inout OutletPeriod, _ length: PeriodLength, _ seconds: Double, _ rule: ValidityRule
    ) {
        if let flow = plan.gasFlow, plan.isMetered(flow) {
            period.factors[flow].amount = sum(flow, length, rule)
        } else if let flow = plan.gasFlow, length.isShort {
            period.factors[flow].carrying = carrying(flow, period.factors[flow].measured.average)
            period.factors[flow].amount = .gas(
                period.factors[flow], seconds: seconds, carryingValidity(flow, period, rule))
        }
        for channel in plan.channels.indices {
            switch plan.channels[channel].role {
            case .gasConcentration:
                guard let flow = plan.gasFlow else { continue }
                period.factors[channel].amount = mass(channel, flow, period, length, seconds, rule)
            case .gasFlow where !length.isShort: period.factors[channel].amount = sum(channel, length, rule)
            case .waterFlow, .energy: period.factors[channel].amount = sum(channel, length, rule)
            case .waterConcentration:
                guard plan.waterFlow != nil, plan.channels[channel].cycle == nil || !length.isShort else { continue }
                period.factors[channel].amount = sum(channel, length, rule)
            default: continue
            }
        }
        guard length == .hour, let flow = plan.waterFlow else { return }
        for channel in plan.channels.indices
        where plan.channels[channel].role == .waterConcentration && plan.channels[channel].cycle != nil {
            period.factors[channel].amount = .waterMass(
                period.factors[channel], period.factors[flow], isMetered: plan.isMetered(flow))
        }
    }

    /// The mean of a gas flow without what flowed backwards.
    private func carrying(_ flow: Int, _ mean: Double?) -> Double? {
        let parts = factors[flow].best
        let settings = plan.channels[flow]
        // What an instrument stated of the whole period has no parts.
        guard let mean, parts.backward.count > 0 else { return settings.carrying(mean) }
        if parts.backward.count == parts.measured.count { return settings.carrying(parts.backward.sum) }
        return max(0, mean - parts.backward.sum / Double(parts.measured.count))
    }

    /// The parts of which it is known what they carried must be enough.
    private func carryingValidity(_ flow: Int, _ period: OutletPeriod, _ rule: ValidityRule) -> Validity {
        let validity = period.factors[flow].validity
        let valid = factors[flow].valid
        guard validity.isValid, plan.channels[flow].origin != .area, valid.backward.count > 0 else { return validity }
        let known = valid.measured.count - valid.backward.count
        return known > 0 ? rule.judge(count: known) : .invalid(reason: PeriodAmount.backwardFlow)
    }

    /// What of a gas has flowed off.
    private func mass(
        _ channel: Int, _ flow: Int, _ period: OutletPeriod, _ length: PeriodLength, _ seconds: Double,
        _ rule: ValidityRule
    ) -> PeriodAmount {
        guard length.isShort else { return sum(channel, length, rule) }
        return plan.isMetered(flow)
            ? .gasMass(period.factors[channel], metered: period.factors[flow])
            : .gasMass(period.factors[channel], period.factors[flow], seconds: seconds)
    }

    /// The sum of the parts, and whether enough of them are valid.
    ///
    /// A day sums valid hours alone; what is longer sums all days, each of which holds nothing else. Source: HJ 212-2017,
    /// D.2.4 and D.2.5, formulas (32) and (34).
    private func sum(_ channel: Int, _ length: PeriodLength, _ rule: ValidityRule) -> PeriodAmount {
        let sum = factors[channel]
        let count = sum.valid.amount.count
        let parts: PartSums
        switch length {
        case .minutes, .hour: parts = count > 0 ? sum.valid : sum.all
        case .day: parts = sum.valid
        case .month, .year: parts = sum.all
        }
        var amount = PeriodAmount(
            value: parts.amount.count > 0 ? parts.amount.sum : nil, validity: rule.judge(count: count))
        if plan.channels[channel].role == .waterConcentration { amount.water = parts.water }
        return amount
    }
}

extension PeriodSum {
    /// What has flowed off so far, as the record of a day, month or year would have it; 0 before any amount.
    package func amountSoFar(channel: Int, _ length: PeriodLength) -> Double {
        let sum = factors[channel]
        return (length == .day ? sum.valid : sum.all).amount.sum
    }
}

extension PeriodLength {
    /// Minutes and hours: their amounts come from their means. Longer ones sum.
    fileprivate var isShort: Bool {
        switch self {
        case .minutes, .hour: true
        case .day, .month, .year: false
        }
    }

    fileprivate var seconds: Double {
        switch self {
        case .minutes(let count): Double(count * 60)
        case .hour: 3600
        case .day, .month, .year: 0
        }
    }
}
