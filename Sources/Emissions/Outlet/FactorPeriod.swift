import Telemetry

/// One factor over one period: what a record of it says.
package struct FactorPeriod: Equatable, Sendable {
    package var measured: PeriodStatistics
    package var validity: Validity
    /// Nil: the factor is not converted.
    package var converted: ConvertedPeriod?
    /// Nil: the factor has no amounts.
    package var amount: PeriodAmount?
    /// So many parts the mean stands for, that of a meter which was not read in every minute.
    var parts = 1
    /// Of a flow: its mean in the unit of the record without what flowed backwards, which carries nothing off; nil: nobody knows
    /// how much it was.
    var carrying: Double?
    /// Of a gas flow that went backwards: its mean, below 0.
    var backward: Double?
    /// Of a flow with a meter beside: what both say of the same time.
    package var balance: MeterBalance?
    /// Minutes that `balance` is of.
    var balanceMinutes = 0
    /// A reading of its meter that is not believed.
    package var meterDoubt: MeterDoubt?
    /// Whether something was to be measured: not of water while none is discharged, nor while the plant is stopped.
    package var isDue = true
    /// Whether water that stands is all that was to be measured.
    package var stands = false
    /// What the period was at least, where readings above the range are in no mean; nil: none was above it.
    package var bound: LowerBound?
    /// Of a concentration in water with the arithmetic mean for want of flows; nil: it is weighed, or never would be.
    package var unweighed: UnweighedParts?

    package init(measured: PeriodStatistics, validity: Validity) {
        self.measured = measured
        self.validity = validity
    }

    /// m³ of water that carried what limits judge; nil where the flow or the mean is not valid, or none is weighed.
    package var carryingWater: Double? {
        if let bound, bound.judged != nil { return bound.water }
        guard validity.isValid, let amount, amount.validity.isValid else { return nil }
        return amount.carried?.cubicMetres ?? amount.water
    }

    /// Why there is no number; nil where there is one.
    package var absence: String? {
        guard measured.average == nil else { return nil }
        if let failure = measured.failure, failure.isOfNumber { return failure.text }
        return validity.reason ?? (measured.failure ?? .noData).text
    }
}

/// Why a mean in water is not weighed by the flow.
package struct UnweighedParts: Equatable, Sendable {
    /// Parts for whose concentration water was counted.
    package var weighed: Int
    /// Parts in which concentration and mass are both valid, whether or not water was counted.
    package var known: Int
    package var due: Int

    package init(weighed: Int, known: Int, due: Int) {
        self.weighed = weighed
        self.known = known
        self.due = due
    }

    /// Whether so many parts are 75 % of those due.
    static func isEnough(_ parts: Int, ofDue due: Int) -> Bool { parts * 4 >= due * 3 }

    /// In words. `parts`: what they are, "minutes".
    package func words(_ parts: String) -> String {
        guard Self.isEnough(known, ofDue: due) else {
            return "flow and concentration valid in \(known) of \(due) \(parts)"
        }
        return weighed == 0 ? "no water counted" : "water counted for \(weighed) of \(due) \(parts)"
    }
}

/// The converted values (折算值) of a period.
package struct ConvertedPeriod: Equatable, Sendable {
    package var average: Double?
    package var minimum: Double?
    package var maximum: Double?
    package var validity: Validity
    /// Oxygen was taken at the cap at least once.
    package var isCapped: Bool
    /// Whether `average` is the greatest number of the format, at the oxygen of air, which is no measurement.
    package var isGreatest = false

    package init(average: Double?, minimum: Double?, maximum: Double?, validity: Validity, isCapped: Bool = false) {
        self.average = average
        self.minimum = minimum
        self.maximum = maximum
        self.validity = validity
        self.isCapped = isCapped
    }
}

/// Everything about an outlet over one period, and with it a part of the next longer one.
package struct OutletPeriod: Equatable, Sendable {
    /// One for each channel of the plan, in its order.
    package var factors: [FactorPeriod]
    /// The condition of the plant, if one held for most of the period.
    package var mark: PlantMark?
    /// What a computed flow of the next longer period is computed from; nil where the flow has no number.
    var flow: FlowMeans?
    /// The oxygen that a minute is converted with, %; nil: it is the mean of the oxygen's own record.
    var oxygen: Double?

    package init(factors: [FactorPeriod], mark: PlantMark? = nil) {
        self.factors = factors
        self.mark = mark
    }
}

extension OutletPeriod {
    /// Lets no number stand for more parts than `limit` allows its channel.
    mutating func limitParts(to limit: (_ channel: Int) -> Int) {
        guard factors.contains(where: { $0.parts > 1 || $0.amount?.standsForMore == true }) else { return }
        for channel in factors.indices {
            let parts = limit(channel)
            factors[channel].parts = min(factors[channel].parts, parts)
            factors[channel].amount?.limitParts(to: parts)
        }
    }
}

extension PeriodAmount {
    fileprivate var standsForMore: Bool { parts > 1 || carried != nil }

    fileprivate mutating func limitParts(to limit: Int) {
        parts = min(parts, limit)
        if let carried { self.carried?.parts = min(carried.parts, limit) }
        if let bound { self.bound?.parts = min(bound.parts, limit) }
    }
}

/// The means that a dry standard flow is computed from.
struct FlowMeans: Equatable, Sendable {
    /// m/s, mean of the cross-section.
    var velocity = 0.0
    /// °C.
    var celsius = 0.0
    /// Pa, gauge.
    var staticPascals = 0.0
    /// Pa.
    var atmosphericPascals = 0.0
    /// %.
    var humidity = 0.0

    init() {}

    init(velocity: Double, gas: GasState, humidity: Double) {
        self.velocity = velocity
        celsius = gas.celsius
        staticPascals = gas.staticPascals
        atmosphericPascals = gas.atmosphericPascals
        self.humidity = humidity
    }

    static func + (a: FlowMeans, b: FlowMeans) -> FlowMeans { a.merging(b, +) }

    func divided(by count: Int) -> FlowMeans { merging(self) { a, _ in a / Double(count) } }

    private func merging(_ other: FlowMeans, _ operation: (Double, Double) -> Double) -> FlowMeans {
        var result = FlowMeans()
        for number in [\FlowMeans.velocity, \.celsius, \.staticPascals, \.atmosphericPascals, \.humidity] {
            result[keyPath: number] = operation(self[keyPath: number], other[keyPath: number])
        }
        return result
    }

    /// Dry standard flow in m³/s. Source: HJ 212-2017, D.2.4, formulas (30) and (31).
    func cubicMetresPerSecond(_ constants: OutletConstants) throws(CalculationFailure) -> Double {
        let actual = try GasFlow.actualCubicMetresPerHour(
            squareMetres: constants.squareMetres ?? 0, metresPerSecond: velocity)
        let gas = GasState(
            celsius: celsius, staticPascals: staticPascals, atmosphericPascals: atmosphericPascals)
        return try GasFlow.dryStandard(
            actual: actual, gas: gas, humidity: Humidity(percent: humidity), standard: constants.standard) / 3600
    }
}
