import Alarms
import Emissions
import Telemetry

// Closed periods as the rules take them: rounded as records have them.

extension PeriodFacts.Factor {
    init(_ factor: FactorPeriod, converted: Double?, code: String, format: RecordFormat) {
        let converted = factor.converted?.validity.isValid == true ? converted : nil
        let amount = factor.amount.flatMap { $0.validity.isValid ? $0.value : nil }
        self.init(
            code: code, average: factor.validity.isValid ? factor.measured.average.map(format.value) : nil,
            converted: converted.map(format.value), amount: amount.map(format.amount))
        balance = factor.balance.map { MeterBalance(flow: format.amount($0.flow), meter: format.amount($0.meter)) }
        isDue = factor.isDue
        bound = factor.bound?.judged.map(format.value)
        convertedBound = factor.bound?.judgedConverted.map(format.value)
        water = factor.carryingWater
    }
}

extension FactorMinute {
    /// Rounded as records are, but for `raw`: the extremes of the readings, which tell whether they moved.
    init(
        _ factor: FactorPeriod, converted: Double?, raw: ClosedRange<Double>?, overRange: Double?,
        format: RecordFormat, isBatch: Bool, minutes: Int
    ) {
        let measured = factor.measured
        let converted = factor.converted?.validity.isValid == true ? converted : nil
        // A result comes later than the minute of its sample, which counts it.
        let isNewResult = isBatch && raw != nil
        let count = isNewResult ? max(measured.count ?? 1, 1) : measured.count ?? (measured.average == nil ? 0 : 1)
        self.init(
            average: measured.average.map(format.value), minimum: measured.minimum.map(format.value),
            maximum: measured.maximum.map(format.value),
            converted: converted.map(format.value), flag: measured.flag,
            isValid: factor.validity.isValid && measured.average != nil, count: count,
            rawMinimum: raw?.lowerBound ?? measured.minimum, rawMaximum: raw?.upperBound ?? measured.maximum,
            overRange: overRange.map(format.value),
            newResult: isBatch ? isNewResult : nil)
        isDue = factor.isDue
        bound = factor.bound?.judged.map(format.value)
        convertedBound = factor.bound?.judgedConverted.map(format.value)
        // A longer minute record is told as so many minutes that are alike.
        // The step of a meter has the water of the minutes before it, whatever is known of its own minute.
        let carried = factor.amount?.bound ?? factor.amount?.carried
        water = (carried?.cubicMetres ?? factor.carryingWater).map { $0 / Double(minutes) }
        waterParts = max(1, (carried?.parts ?? factor.amount?.parts ?? 1) / minutes)
        waterMean = carried?.milligramsPerLitre
        culprit = factor.validity.culprit
        convertedStanding = factor.converted.map { Standing($0.validity) }
        massStanding = factor.amount.map { Standing($0.validity) }
        massParts = factor.amount?.parts ?? 1
    }

    /// Takes what is known of the flow that carries its masses.
    mutating func take(flow: FactorPeriod, code: String, isMetered: Bool) {
        guard let amount = flow.amount else { return }
        flowStanding = Standing(
            isValid: amount.validity.isValid, culprit: amount.validity.culprit ?? flow.validity.culprit ?? code)
        flowParts = amount.parts
        awaitsMeter = isMetered && amount.value == nil
    }
}

extension FactorMinute.Standing {
    fileprivate init(_ validity: Validity) { self.init(isValid: validity.isValid, culprit: validity.culprit) }
}
