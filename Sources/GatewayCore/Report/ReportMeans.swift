import Emissions
import Telemetry

/// The means of a report: those of a day's, month's or year's record, and where there is none by the arithmetic that makes
/// records: days of hours, months of days, the year of months.
struct ReportMeans {
    /// One for each part of the report's period.
    let rows: [OutletPeriod]
    let total: OutletPeriod

    init(_ series: ReportSeries, _ span: ReportSpan) {
        let maker = Maker(series: series)
        rows = span.parts.map(maker.numbers)
        total = maker.numbers(of: span, parts: rows)
    }

    private struct Maker {
        let series: ReportSeries

        private var plan: OutletPlan { series.plan.arithmetic }

        func numbers(of span: ReportSpan) -> OutletPeriod {
            let parts =
                span.length == .day
                ? series.slots[span.hours].compactMap { $0.record.map(period) }
                : span.parts.map(numbers)
            return numbers(of: span, parts: parts)
        }

        func numbers(of span: ReportSpan, parts: [OutletPeriod]) -> OutletPeriod {
            var sum = PeriodSum(plan: plan)
            for part in parts { sum.add(part) }
            let due = span.length == .day ? span.hours.count : span.parts.count
            var numbers = sum.closed(span.length, parts: due, month: span.start.month)
            guard let record = span.record else { return numbers }
            for (channel, entry) in plan.channels.enumerated() where !isOutdated(entry.code, span) {
                if let recorded = factor(channel, in: record) { numbers.factors[channel] = recorded }
            }
            return numbers
        }

        /// The hour as the chain made it, but for the rounding of the record's means.
        private func period(_ record: PeriodRecord) -> OutletPeriod {
            let missing = FactorPeriod(
                measured: PeriodStatistics(
                    average: nil, minimum: nil, maximum: nil, count: 0, flag: .noCommunication, failure: .noData),
                validity: .invalid(reason: "no data"))
            return OutletPeriod(
                factors: plan.channels.indices.map { factor($0, in: record) ?? missing }, mark: record.mark)
        }

        /// What a record says of a channel; the mean of a concentration in water is weighted by the water of the same record.
        private func factor(_ channel: Int, in record: PeriodRecord) -> FactorPeriod? {
            let code = plan.channels[channel].code
            guard var factor = record.factors[code] else { return nil }
            factor.amount?.value = record.amount(of: code)
            if plan.channels[channel].role == .waterConcentration, let flow = series.plan.waterFlow {
                factor.amount?.water = record.amount(of: plan.channels[flow].code)
            }
            return factor
        }

        /// Whether something shorter was journalled behind the record of `span`: an instrument delivered it late, and the record
        /// does not have it.
        private func isOutdated(_ code: String, _ span: ReportSpan) -> Bool {
            guard let recorded = span.record?.sequences[code] else { return false }
            let hours = series.slots[span.hours].compactMap { $0.record?.sequences[code] }
            let parts = span.parts.flatMap { [$0] + $0.parts }.compactMap { $0.record?.sequences[code] }
            return (hours + parts).contains { $0 > recorded }
        }
    }
}
