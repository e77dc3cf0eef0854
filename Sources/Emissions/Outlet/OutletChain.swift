package import Telemetry

/// The arithmetic of an outlet from minute to minute: what must be remembered between two of them.
package struct OutletChain: Equatable, Sendable {
    package let plan: OutletPlan
    /// By channel: the last good instantaneous value.
    var carried: [MinuteSamples.Instant?]
    /// By channel slower than a minute: its last good sample, where that could not be computed.
    var uncomputed: [UncomputedSample?]
    /// By channel: what the last sample of a slow source counts as where limits are judged, if it was above the range.
    var aboveRange: [MinuteSamples.Instant?]
    /// By channel: its meter.
    var meters: [MeterBook?]
    /// By channel: its results.
    var results: [BatchResults?]
    /// By channel: concentrations of water that a meter is still to count.
    var awaited: [AwaitedWater?]
    /// Meters that were found set back or forward.
    private var meterChanges: [MeterChange] = []

    package init(plan: OutletPlan) {
        self.plan = plan
        carried = Array(repeating: nil, count: plan.channels.count)
        uncomputed = Array(repeating: nil, count: plan.channels.count)
        aboveRange = Array(repeating: nil, count: plan.channels.count)
        meters = plan.channels.map { channel in channel.meter.map { MeterBook($0.settings) } }
        results = plan.channels.map { channel in channel.cycle.map { BatchResults(cycleSeconds: $0) } }
        awaited = plan.channels.map { _ in nil }
    }

    /// Takes a reading of a batch analyser. False where it repeats a result, by what tells them apart. `readAt`: when it was read,
    /// where `instant` is the time of its sample.
    package mutating func takeResult(
        _ reading: Reading, channel: Int, at instant: WallInstant, _ identity: ResultIdentity = .sampleTime,
        readAt: WallInstant? = nil
    ) -> Bool {
        // A reading that is no result is something new as well.
        guard let number = hear(reading, channel: channel, at: readAt ?? instant) else {
            results[channel]?.noteBad(sampledAt: instant, heardAt: readAt ?? instant)
            return true
        }
        return results[channel]?.take(number, at: instant, identity) ?? false
    }

    /// Takes back the bad reading of a batch analyser that was sampled at `instant`, whose place a good one takes.
    package mutating func withdraw(badAt instant: WallInstant, channel: Int) {
        results[channel]?.withdraw(badAt: instant)
    }

    /// Notes whether a batch analyser works, by any reading of it. The number of one that is a result.
    @discardableResult
    package mutating func hear(_ reading: Reading, channel: Int, at instant: WallInstant) -> Double? {
        results[channel]?.hear(
            reading, plan.channels[channel].scale, overRangeCounts: plan.constants.overRangeCounts, at: instant)
    }

    mutating func note(_ changes: [MeterDoubt], channel: Int) {
        meterChanges += changes.map { MeterChange(code: plan.channels[channel].code, from: $0.from, to: $0.to) }
    }

    /// Brings a result of a batch analyser to another sample time.
    package mutating func moveResult(channel: Int, from earlier: WallInstant, to instant: WallInstant) {
        results[channel]?.move(from: earlier, to: instant)
    }

    /// The meters that were set back or forward since the last call, once for each time.
    package mutating func takeMeterChanges() -> [MeterChange] {
        defer { meterChanges = [] }
        return meterChanges
    }

    /// Whether it is for readings that have not come yet to tell what the meter of `channel` has counted in these minutes.
    ///
    /// `later`: the minutes behind them.
    package func awaitsMeter(
        channel: Int, _ minutes: some Sequence<MinuteSamples>, later: some Sequence<MinuteSamples>,
        until end: WallInstant
    ) -> Bool {
        guard let meter = meters[channel] else { return false }
        let settings = plan.channels[channel]
        return meter.awaitsConfirmation(
            of: minutes.flatMap { $0.meterReadings(of: settings) },
            later: meterReadings(channel: channel, later, until: end))
    }

    /// The readings of the meter of `channel` in these minutes that are older than `end`.
    package func meterReadings(
        channel: Int, _ minutes: some Sequence<MinuteSamples>, until end: WallInstant
    ) -> [Totaliser.Reading] {
        minutes.flatMap { $0.meterReadings(of: plan.channels[channel]) }.filter { $0.at < end.millisecondsSince1970 }
    }

    /// What batch analysers measured in an hour, by channel; nil for what measures continuously.
    package func results(from start: WallInstant, to end: WallInstant) -> [PeriodStatistics?] {
        results.map { $0?.hour(from: start.millisecondsSince1970, to: end.millisecondsSince1970) }
    }

    /// What an hour of batch analysers was at least, by channel, where results are above the range.
    package func bounds(from start: WallInstant, to end: WallInstant) -> [LowerBound?] {
        plan.channels.indices.map { channel in
            results[channel]?.bound(
                from: start.millisecondsSince1970, to: end.millisecondsSince1970,
                endOfRange: plan.channels[channel].endOfRange)
        }
    }

    /// The numbers of the minute that begins at `start`; minutes come in their order.
    ///
    /// `samples` and `statements` are by channel: what was sampled, and what an instrument stated of the whole minute where
    /// nothing was sampled. `mark`: the plant's condition at the minute's start. `later`, by channel: what is known already of
    /// the meters behind the minute. `isMoment`: it is a single moment. `hour`: start of the hour it lies in.
    package mutating func minute(
        startingAt start: WallInstant, samples: some RandomAccessCollection<MinuteSamples>,
        statements: some RandomAccessCollection<PeriodStatistics?>, mark: PlantMark,
        later: [Int: [Totaliser.Reading]] = [:], isMoment: Bool = false, hour: WallInstant? = nil
    ) -> OutletPeriod {
        var minute = MinuteArithmetic(
            plan: plan, start: start.millisecondsSince1970, samples: Array(samples), statements: Array(statements),
            mark: mark)
        minute.later = later
        minute.isMoment = isMoment
        minute.hour = hour?.millisecondsSince1970
        return minute.run(&self)
    }
}

/// A meter that was set back or forward, or exchanged.
package struct MeterChange: Equatable, Sendable {
    package var code: String
    package var from: Double
    package var to: Double

    package init(code: String, from: Double, to: Double) {
        self.code = code
        self.from = from
        self.to = to
    }
}
