import Telemetry

// What a minute was at least, where readings above the range are in no mean.
extension MinuteArithmetic {
    /// The instants of the bound of NOx: every one of NO, with the NO₂ at it, each at the end of its range where it is above that.
    mutating func boundNitrogenOxides(
        _ channel: Int, _ nitricOxide: Int, _ formula: NitrogenOxides, _ chain: OutletChain
    ) {
        let dioxide = plan.nitrogenDioxide
        let ends = [nitricOxide, dioxide].compactMap { $0 }.compactMap { bounded[$0] }
        guard !ends.isEmpty else { return }
        bounded[channel] = []
        guard !ends.contains(where: \.isEmpty) else { return }
        var rest = dioxide.map { timeline(of: $0, bounded[$0] ?? instants[$0], chain) }
        for instant in bounded[nitricOxide] ?? instants[nitricOxide] {
            guard let rest = try? rest?.value(at: instant.at) ?? 0,
                let value = try? formula.milligramsPerCubicMetre(nitricOxide: instant.value, nitrogenDioxide: rest)
            else { continue }
            bounded[channel]?.append(.init(at: instant.at, value: value))
        }
    }

    /// The lower bounds that limits judge: readings above the range count at its end.
    mutating func bounds() {
        for (channel, values) in bounded {
            let isFlowWeighted = plan.channels[channel].isFlowWeighted
            let mean = (isFlowWeighted ? weightedMean(of: values) : nil) ?? Extent(values).mean
            let isDischarged = !(stands && plan.needsDischarge(channel))
            factors[channel].bound = LowerBound(
                mean: mean, isValid: isDischarged && isJudged(channel, values), minutes: 1)
        }
    }

    /// Whether the instants of a bound are enough, and what they need is there.
    private func isJudged(_ channel: Int, _ values: [MinuteSamples.Instant]) -> Bool {
        minuteRule(channel).judge(count: values.count).isValid && plan.needs[channel].allSatisfy { isUsable($0) }
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
        case .channel(let channel):
            factors[channel].validity.isValid || bounded[channel].map { isJudged(channel, $0) } == true
        }
    }
}
