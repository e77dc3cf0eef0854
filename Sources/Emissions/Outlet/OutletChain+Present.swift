package import Telemetry

extension OutletChain {
    /// The instantaneous values that `readings` (by channel) make together at one moment: means of a single sample.
    ///
    /// What an instrument flags keeps its number here, but nothing is converted with oxygen that is flagged. Results of
    /// batch analysers are the latest there are; a meter alone tells no present flow.
    package func present(_ readings: [Reading], at instant: WallInstant, mark: PlantMark) -> OutletPeriod {
        var samples = plan.channels.map { _ in MinuteSamples() }
        for channel in samples.indices where plan.channels[channel].isContinuous {
            guard let value = readings[channel].value else { continue }
            samples[channel].add(
                Reading(value: value), of: plan.channels[channel], overRangeCounts: true, at: instant)
        }
        // No carried conditions: what is not present is not there.
        var chain = self
        chain.carried = carried.map { _ in nil }
        let start = WallInstant(millisecondsSince1970: instant.millisecondsSince1970 / 60_000 * 60_000)
        var period = chain.minute(
            startingAt: start, samples: samples, statements: plan.channels.map { _ in nil }, mark: mark)
        let oxygen = plan.conditionChannels[GasCondition.oxygen.rawValue]
        if let oxygen, !readings[oxygen].isGood {
            let reason = UnusableCondition.missing(plan.channels[oxygen].code).reason
            for channel in period.factors.indices where period.factors[channel].converted != nil {
                period.factors[channel].converted = .none(reason: reason)
            }
        }
        for channel in plan.channels.indices where plan.channels[channel].isMeterAlone {
            period.factors[channel].validity = .invalid(reason: "a meter has no present value")
        }
        return period
    }

    /// The measured value that ``present(_:at:mark:)`` has for a channel whose readings stand alone; nil where other channels or
    /// earlier readings have a part in it.
    package func presentAlone(_ reading: Reading, channel: Int) -> Double? {
        let settings = plan.channels[channel]
        guard settings.needsNothing, !settings.isFlowWeighted else { return nil }
        return reading.value.flatMap { settings.normalised($0)?.value }
    }

    /// Whether a reading that is flagged good is above the measuring range.
    package func isOverRange(_ reading: Reading, channel: Int) -> Bool {
        reading.value.flatMap { plan.channels[channel].normalised($0) }?.isOverRange ?? false
    }
}

extension Channel {
    /// Whether a reading is a value of its own moment.
    fileprivate var isContinuous: Bool { cycle == nil && !isMeterAlone && origin == .measured }
}
