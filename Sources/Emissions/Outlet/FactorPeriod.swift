/// One factor over one period: what a record of it says.
package struct FactorPeriod: Equatable, Sendable {
    package var measured: PeriodStatistics
    package var validity: Validity
    /// Nil: the factor is not converted.
    package var converted: ConvertedPeriod?
    /// Nil: the factor has no amounts.
    package var amount: PeriodAmount?

    package init(measured: PeriodStatistics, validity: Validity) {
        self.measured = measured
        self.validity = validity
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

    package init(average: Double?, minimum: Double?, maximum: Double?, validity: Validity, isCapped: Bool = false) {
        self.average = average
        self.minimum = minimum
        self.maximum = maximum
        self.validity = validity
        self.isCapped = isCapped
    }
}

/// What flowed off in a period (累计): kg of a pollutant, m³ of gas or water.
package struct PeriodAmount: Equatable, Sendable {
    package var value: Double?
    package var validity: Validity

    package init(value: Double?, validity: Validity) {
        self.value = value
        self.validity = validity
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

    package init(factors: [FactorPeriod], mark: PlantMark? = nil) {
        self.factors = factors
        self.mark = mark
    }
}

/// The means that a dry standard flow is computed from.
struct FlowMeans: Equatable, Sendable {
    /// m/s, mean of the cross-section.
    var velocity = 0.0
    /// °C.
    var celsius = 0.0
    /// kPa, gauge.
    var staticPressure = 0.0
    /// kPa.
    var atmosphericPressure = 0.0
    /// %.
    var humidity = 0.0

    static func + (a: FlowMeans, b: FlowMeans) -> FlowMeans {
        FlowMeans(
            velocity: a.velocity + b.velocity, celsius: a.celsius + b.celsius,
            staticPressure: a.staticPressure + b.staticPressure,
            atmosphericPressure: a.atmosphericPressure + b.atmosphericPressure, humidity: a.humidity + b.humidity)
    }

    func divided(by count: Int) -> FlowMeans {
        let count = Double(count)
        return FlowMeans(
            velocity: velocity / count, celsius: celsius / count, staticPressure: staticPressure / count,
            atmosphericPressure: atmosphericPressure / count, humidity: humidity / count)
    }

    /// Dry standard flow in m³/s; nil where physics has none.
    ///
    /// Source: HJ 212-2017, D.2.4, formulas (30) and (31).
    func cubicMetresPerSecond(_ constants: OutletConstants) -> Double? {
        guard let area = constants.squareMetres else { return nil }
        let gas = GasState(
            celsius: celsius, staticPascals: staticPressure * 1000, atmosphericPascals: atmosphericPressure * 1000)
        do throws(CalculationFailure) {
            let actual = try GasFlow.actualCubicMetresPerHour(squareMetres: area, metresPerSecond: velocity)
            return try GasFlow.dryStandard(
                actual: actual, gas: gas, humidity: Humidity(percent: humidity), standard: constants.standard) / 3600
        } catch {
            return nil
        }
    }
}
