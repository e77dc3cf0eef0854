package import Telemetry

/// The arithmetic of an outlet from minute to minute: what must be remembered between two of them.
package struct OutletChain: Equatable, Sendable {
    package let plan: OutletPlan
    /// By channel: the last good instantaneous value.
    var carried: [MinuteSamples.Instant?]
    /// By channel: its meter.
    var meters: [Totaliser?]
    /// By channel: its results.
    var results: [BatchResults?]
    /// The codes of meters that were found set back.
    private(set) var meterResets: [String] = []

    package init(plan: OutletPlan) {
        self.plan = plan
        carried = Array(repeating: nil, count: plan.channels.count)
        meters = plan.channels.map { channel in
            channel.meterModulus.map { Totaliser(modulus: $0.isFinite ? $0 : nil) }
        }
        results = plan.channels.map { channel in channel.cycle.map { BatchResults(cycleSeconds: $0) } }
    }

    /// Takes a result of a batch analyser. False when it came before: the same sample time, or, where the analyser tells none
    /// (`isStamped` false), the same number within most of a cycle.
    package mutating func takeResult(
        _ reading: Reading, channel: Int, at instant: WallInstant, isStamped: Bool = true
    ) -> Bool {
        results[channel]?.take(reading, of: plan.channels[channel], at: instant, isStamped: isStamped) ?? false
    }

    mutating func noteMeterReset(channel: Int) { meterResets.append(plan.channels[channel].code) }

    /// The codes of the meters that were set back since the last call, once for each time.
    package mutating func takeMeterResets() -> [String] {
        defer { meterResets = [] }
        return meterResets
    }

    /// What batch analysers measured in an hour, by channel; nil for what measures continuously.
    package func results(from start: WallInstant, to end: WallInstant) -> [PeriodStatistics?] {
        results.map { $0?.hour(from: start.millisecondsSince1970, to: end.millisecondsSince1970) }
    }

    /// The numbers of the minute that begins at `start`; minutes come in their order.
    ///
    /// `samples` and `statements` are by channel: what was sampled, and what an instrument stated of the whole minute where
    /// nothing was sampled. `mark`: the plant's condition at the minute's start.
    package mutating func minute(
        startingAt start: WallInstant, samples: some RandomAccessCollection<MinuteSamples>,
        statements: some RandomAccessCollection<PeriodStatistics?>, mark: PlantMark
    ) -> OutletPeriod {
        var minute = MinuteArithmetic(
            plan: plan, start: start.millisecondsSince1970, samples: Array(samples), statements: Array(statements),
            mark: mark)
        return minute.run(&self)
    }
}
