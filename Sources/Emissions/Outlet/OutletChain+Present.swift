package import Telemetry

extension OutletChain {
    /// The instantaneous values that `readings` (by channel) make together at one moment: means of a single sample.
    ///
    /// A reading that no mean would count (its flag, its range) keeps its own number here, but nothing else is computed with it:
    /// what needs a condition takes the last good one. `lastGood`, by channel: that, where it is within its age
    /// (``Channel/carriedFor``). Results of batch analysers are the latest there are; a meter alone tells no present flow.
    package func present(
        _ readings: [Reading], lastGood: [Int: PastReading] = [:], at instant: WallInstant, mark: PlantMark
    ) -> OutletPeriod {
        let past = lastGood.filter { plan.conditions.contains($0.key) && !counts(readings[$0.key], channel: $0.key) }
        var period = moment(readings, past, keeping: nil, at: instant, mark: mark)
        for channel in plan.channels.indices {
            if isWithheld(readings[channel], channel: channel) {
                period.factors[channel] =
                    moment(readings, past, keeping: channel, at: instant, mark: mark).factors[channel]
            } else if past[channel] != nil {
                // What stands in for others is no present value of the condition itself.
                period.factors[channel] = moment(readings, [:], keeping: nil, at: instant, mark: mark).factors[channel]
            }
        }
        for channel in plan.channels.indices where plan.channels[channel].isMeterAlone {
            period.factors[channel].validity = .invalid(reason: "a meter has no present value")
        }
        return period
    }

    /// An earlier reading and when it was taken.
    package struct PastReading: Sendable {
        package var reading: Reading
        package var at: WallInstant

        package init(_ reading: Reading, at: WallInstant) {
            self.reading = reading
            self.at = at
        }
    }

    /// The values of one moment by the readings that means count, by those of `past` in their place, and by that of the channel
    /// `kept`, whatever its flag.
    private func moment(
        _ readings: [Reading], _ past: [Int: PastReading], keeping kept: Int?, at instant: WallInstant, mark: PlantMark
    ) -> OutletPeriod {
        let overRangeCounts = plan.constants.overRangeCounts
        var samples = plan.channels.map { _ in MinuteSamples() }
        for channel in samples.indices where plan.channels[channel].isContinuous {
            var reading = readings[channel]
            if channel != kept, let earlier = past[channel] {
                samples[channel].add(
                    earlier.reading, plan.channels[channel].scale, overRangeCounts: overRangeCounts, at: earlier.at)
                continue
            }
            guard let value = reading.value else { continue }
            if channel == kept || isAboveRange(reading, channel: channel) { reading = Reading(value: value) }
            samples[channel].add(
                reading, plan.channels[channel].scale, overRangeCounts: channel == kept || overRangeCounts, at: instant)
        }
        var chain = self
        // What is past is known by now.
        chain.carried = carried.map { _ in nil }
        chain.uncomputed = carried.map { _ in nil }
        let start = WallInstant(millisecondsSince1970: instant.millisecondsSince1970 / 60_000 * 60_000)
        return chain.minute(
            startingAt: start, samples: samples, statements: plan.channels.map { _ in nil }, mark: mark,
            isMoment: true)
    }

    /// Whether a mean counts a reading.
    package func counts(_ reading: Reading, channel: Int) -> Bool {
        guard reading.value != nil else { return false }
        if isAboveRange(reading, channel: channel) { return plan.constants.overRangeCounts }
        return reading.isGood
    }

    /// Whether a reading has a number that no mean would count.
    private func isWithheld(_ reading: Reading, channel: Int) -> Bool {
        plan.channels[channel].isContinuous && reading.value != nil && !counts(reading, channel: channel)
    }

    /// Whether a reading is above the measuring range, and nothing else is wrong with it.
    private func isAboveRange(_ reading: Reading, channel: Int) -> Bool {
        (reading.isGood || reading.flag == .overRange) && isOverRange(reading, channel: channel)
    }

    /// The measured value that ``present(_:at:mark:)`` has for a channel whose readings stand alone; nil where other channels or
    /// earlier readings have a part in it.
    package func presentAlone(_ reading: Reading, channel: Int) -> Double? {
        guard plan.needsNothing[channel], !plan.channels[channel].isFlowWeighted, !plan.needsDischarge(channel) else {
            return nil
        }
        return reading.value.flatMap { plan.channels[channel].scale.normalised($0)?.value }
    }

    /// Whether the number of a reading is above the measuring range.
    package func isOverRange(_ reading: Reading, channel: Int) -> Bool {
        reading.value.flatMap { plan.channels[channel].scale.normalised($0) }?.isOverRange ?? false
    }
}

extension Channel {
    /// Whether a reading is a value of its own moment.
    fileprivate var isContinuous: Bool { cycle == nil && !isMeterAlone && origin == .measured }
}
