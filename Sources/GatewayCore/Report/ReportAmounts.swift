import Telemetry

/// The amounts of a report. A day, month or year has that of its record; one without a record has the sum of its parts before
/// rounding, as records themselves have: days of valid hours, months of days, the year of months.
struct ReportAmounts {
    let series: ReportSeries
    let channel: Int

    private var factor: ReportPlan.Factor { series.plan.factors[channel] }

    /// As the record prints it, or would; nil where there is none.
    func printed(_ span: ReportSpan) -> Double? {
        span.record?.factors[factor.code]?.amount?.value ?? amount(span).map { factor.format.amount(max(0, $0)) }
    }

    /// Before rounding, as far as that is kept.
    private func amount(_ span: ReportSpan) -> Double? {
        if let recorded = span.record?.amount(of: factor.code) { return recorded }
        let parts =
            span.length == .day
            ? span.hours.compactMap { series.validAmount($0, channel) } : span.parts.compactMap(amount)
        return parts.isEmpty ? nil : parts.reduce(0, +)
    }
}
