import Telemetry

/// An hour, day, month or year of an outlet in the making, or a minute record of several minutes.
package struct PeriodSum: Equatable, Sendable {
    let plan: OutletPlan
    private(set) var factors: [FactorSum]
    private(set) var flow = FlowSum()
    /// Parts by the condition of the plant.
    private(set) var marks: [PlantMark: Int] = [:]
    private(set) var parts = 0

    package init(plan: OutletPlan) {
        self.plan = plan
        factors = Array(repeating: FactorSum(), count: plan.channels.count)
    }

    init(plan: OutletPlan, factors: [FactorSum], flow: FlowSum, marks: [PlantMark: Int], parts: Int) {
        self.plan = plan
        self.factors = factors
        self.flow = flow
        self.marks = marks
        self.parts = parts
    }

    package var channelCount: Int { factors.count }

    /// Counts the next part. `place`: its number in the period, from 0; what a meter says stands for no more parts than there were.
    ///
    /// `spansIntervals`, of minutes in an hour: what a meter slower than a minute says stands for its interval, wherever in the hour
    /// it is read. So an hour has as much of it as any other.
    package mutating func add(_ part: OutletPeriod, place: Int? = nil, spansIntervals: Bool = false) {
        var part = part
        if let place {
            part.limitParts { channel in max(place + 1, spansIntervals ? intervalInMinutes(channel) : 1) }
        }
        parts += 1
        if let mark = part.mark { marks[mark, default: 0] += 1 }
        let oxygen = part.oxygen ?? plan.oxygen.flatMap { part.factors[$0].measured.average }
        for channel in factors.indices { factors[channel].add(part.factors[channel], oxygen: oxygen) }
        guard let means = part.flow, let channel = plan.gasFlow else { return }
        flow.add(means, isValid: part.factors[channel].validity.isValid)
    }

    /// The interval of the meter that a channel's amounts come from; 1 where there is none, or hours have no reading of it.
    private func intervalInMinutes(_ channel: Int) -> Int {
        let isMass = plan.channels[channel].role == .waterConcentration
        guard let source = isMass ? plan.waterFlow : channel, let meter = plan.channels[source].meter,
            meter.settings.interval <= 3600
        else { return 1 }
        return max(1, Int(meter.settings.interval / 60))
    }

    /// Counts a part of one factor that was missing and has been delivered since.
    package mutating func fill(_ part: FactorPeriod, channel: Int) {
        factors[channel].fill(part)
    }

    /// Whether no part of the channel has a number.
    package func isMissing(channel: Int) -> Bool { factors[channel].isEmpty }
}

/// The sums behind the flow of a longer period.
struct FlowSum: Equatable, Sendable {
    var valid = FlowMeans()
    var validCount = 0
    var all = FlowMeans()
    var allCount = 0

    mutating func add(_ means: FlowMeans, isValid: Bool) {
        all = all + means
        allCount += 1
        guard isValid else { return }
        valid = valid + means
        validCount += 1
    }

    var mean: FlowMeans? {
        if validCount > 0 { return valid.divided(by: validCount) }
        return allCount > 0 ? all.divided(by: allCount) : nil
    }
}
