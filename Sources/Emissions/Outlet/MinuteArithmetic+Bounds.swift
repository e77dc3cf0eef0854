import Telemetry

// What a minute was at least, where readings above the range are in no mean.
extension MinuteArithmetic {
    /// The lower bounds that limits judge: readings above the range count at its end.
    mutating func bounds() {
        for (channel, ends) in overRange where !ends.isEmpty {
            let known = instants[channel]
            var values = known + ends
            values.sort { ($0.at, $0.value) < ($1.at, $1.value) }
            let settings = plan.channels[channel]
            let weighted = settings.isFlowWeighted ? weightedMean(of: values) : nil
            let mean = weighted ?? values.reduce(0) { $0 + $1.value } / Double(values.count)
            let isEnough = minuteRule(channel).judge(count: values.count).isValid
            let isMet = plan.needs[channel].allSatisfy { isUsable($0) }
            let isDischarged = !(stands && plan.needsDischarge(channel))
            factors[channel].bound = LowerBound(mean: mean, isValid: isEnough && isMet && isDischarged, minutes: 1)
        }
    }

    /// The converted bound of a minute at its mean oxygen.
    mutating func convertBound(_ channel: Int, _ conversion: OxygenConversion, isIdle: Bool) {
        guard let bound = factors[channel].bound, let mean = bound.mean else { return }
        if conversion.reference == .none {
            factors[channel].bound?.converted = mean
            factors[channel].bound?.isConvertedValid = bound.isValid
            return
        }
        let oxygen = input(.oxygen)
        guard let percent = oxygen.mean, let value = conversion.number(mean, oxygenPercent: percent, isIdle: isIdle)
        else { return }
        factors[channel].bound?.converted = value
        factors[channel].bound?.isConvertedValid = bound.isValid && oxygen.lack == nil
    }

    private func isUsable(_ need: Need) -> Bool {
        switch need {
        case .condition(let condition): input(condition).lack == nil
        // NOx: what is over the range of NO is in the bound.
        case .channel(let channel): factors[channel].validity.isValid || overRange[channel] != nil
        }
    }
}
