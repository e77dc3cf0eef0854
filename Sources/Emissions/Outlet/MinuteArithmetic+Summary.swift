import Telemetry

// From instantaneous values to the means of the minute.
extension MinuteArithmetic {
    /// Fills ``factors`` with means and validity.
    mutating func summarise(_ chain: inout OutletChain) {
        factors.reserveCapacity(plan.channels.count)
        for channel in plan.channels.indices { factors.append(summary(of: channel, &chain)) }
    }

    private mutating func summary(of channel: Int, _ chain: inout OutletChain) -> FactorPeriod {
        let settings = plan.channels[channel]
        if samples[channel].isEmpty, let stated = statements[channel] {
            return FactorPeriod(measured: stated, validity: minuteRule(channel).judge(stated))
        }
        if let results = chain.results[channel] {
            return results.minute(from: start, to: end)
        }
        if settings.isMeterAlone { return metered(channel, &chain) }
        if let held = held(channel, chain) { return held }
        var period = FactorPeriod(measured: mean(of: channel, chain), validity: .valid)
        period.validity = validity(of: channel, period.measured)
        return period
    }

    private func mean(of channel: Int, _ chain: OutletChain) -> PeriodStatistics {
        let values = instants[channel]
        var period = PeriodStatistics(
            average: nil, minimum: nil, maximum: nil, count: values.count, flag: flag(of: channel, chain),
            failure: failure(of: channel, chain))
        guard let first = values.first?.value else { return period }
        var (sum, minimum, maximum) = (0.0, first, first)
        for instant in values {
            sum += instant.value
            minimum = min(minimum, instant.value)
            maximum = max(maximum, instant.value)
        }
        period.average = (sum / Double(values.count)).withoutNoise(from: minimum, to: maximum)
        period.minimum = minimum
        period.maximum = maximum
        return period
    }

    private func validity(of channel: Int, _ period: PeriodStatistics) -> Validity {
        let judged = minuteRule(channel).judge(period)
        guard !judged.isValid else { return judged }
        guard let source = source(of: channel) else {
            // Too few samples of its own come before what these lacked.
            let own = minuteRule(channel).judge(count: samples[channel].instants.count)
            return own.isValid ? missing[channel].map { .lacking($0.lack) } ?? judged : judged
        }
        // What is computed has as many samples as its source.
        return .lacking(missing[channel]?.lack ?? .missing(plan.channels[source].code))
    }

    /// Good samples that the minute needs.
    func minuteRule(_ channel: Int) -> ValidityRule {
        isMoment ? ValidityRule(part: .sample, minimum: 1) : .minute(sampleSeconds: plan.channels[channel].interval)
    }

    /// What a computed channel has its instants from; nil for a measured one.
    private func source(of channel: Int) -> Int? {
        switch plan.channels[channel].origin {
        case .measured: nil
        case .pitot: plan.dynamicPressure
        case .nitrogenOxides: plan.nitricOxide
        case .area: plan.velocity
        }
    }

    // MARK: Flags of what is computed

    private func flag(of channel: Int, _ chain: OutletChain) -> DataFlag {
        let flags = sources(of: channel).map { source in
            standIn(of: source, chain)?.flag ?? samples[source].tally.flag
        }
        return flags.first { !$0.isGood } ?? .normal
    }

    func failure(of channel: Int, _ chain: OutletChain) -> ReadFailure? {
        let sources = sources(of: channel)
        if sources.allSatisfy({ samples[$0].isEmpty && standIn(of: $0, chain) == nil }) { return .noData }
        return sources.lazy.compactMap { samples[$0].failure }.first
    }

    /// The measured channels that a channel stands on.
    private func sources(of channel: Int) -> [Int] {
        switch plan.channels[channel].origin {
        case .measured: [channel]
        case .pitot: [plan.dynamicPressure].compactMap(\.self)
        case .nitrogenOxides: [plan.nitricOxide, plan.nitrogenDioxide].compactMap(\.self)
        case .area: plan.velocity.map { sources(of: $0) } ?? []
        }
    }

    /// What stands in for the samples of a measured channel that has none: a statement, or the last value of a slow source.
    private func standIn(of channel: Int, _ chain: OutletChain) -> PeriodStatistics? {
        guard samples[channel].isEmpty else { return nil }
        return statements[channel] ?? held(channel, chain)?.measured
    }

    // MARK: Slow sources

    /// A source slower than a minute counts through its interval: with its last good sample, or what that lacked.
    private func held(_ channel: Int, _ chain: OutletChain) -> FactorPeriod? {
        let settings = plan.channels[channel]
        guard settings.isHeld, samples[channel].isEmpty, instants[channel].isEmpty, missing[channel] == nil else {
            return nil
        }
        if heldOverRange(channel, chain) != nil {
            return FactorPeriod(
                measured: .held(nil, flag: .overRange), validity: minuteRule(channel).judge(count: 0))
        }
        let oldest = end - Int64(settings.interval * 1000)
        if let last = chain.uncomputed[channel], last.at >= oldest {
            return FactorPeriod(measured: .held(nil), validity: .lacking(last.lack))
        }
        guard let last = chain.carried[channel], last.at >= oldest else { return nil }
        return FactorPeriod(measured: .held(last.value), validity: .valid)
    }

    /// What the last sample of a slow source counts as which was above its range, while it counts.
    private func heldOverRange(_ channel: Int, _ chain: OutletChain) -> MinuteSamples.Instant? {
        let settings = plan.channels[channel]
        guard settings.isHeld, samples[channel].isEmpty, statements[channel] == nil,
            let last = chain.aboveRange[channel], last.at >= end - Int64(settings.interval * 1000)
        else { return nil }
        return last
    }

    /// Lets readings of slow sources above the range count through their interval.
    mutating func holdOverRange(_ chain: OutletChain) {
        for channel in plan.channels.indices {
            if let last = heldOverRange(channel, chain) { bounded[channel] = [last] }
        }
    }
}

extension PeriodStatistics {
    /// Of a minute without a sample of its own.
    fileprivate static func held(_ value: Double?, flag: DataFlag = .normal) -> PeriodStatistics {
        PeriodStatistics(average: value, minimum: value, maximum: value, count: 0, flag: flag)
    }
}
