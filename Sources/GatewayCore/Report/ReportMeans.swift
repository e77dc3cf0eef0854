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
                ? series.slots[span.hours].compactMap { $0.record.map { OutletPeriod($0, plan) } }
                : span.parts.map(numbers)
            return numbers(of: span, parts: parts)
        }

        func numbers(of span: ReportSpan, parts: [OutletPeriod]) -> OutletPeriod {
            var sum = PeriodSum(plan: plan)
            for part in parts { sum.add(part) }
            var numbers = sum.closed(span.length, month: span.start.month)
            for (channel, factor) in plan.channels.enumerated() {
                guard let recorded = span.record?.factors[factor.code], !isOutdated(factor.code, span) else { continue }
                numbers.factors[channel].measured = recorded.measured
                numbers.factors[channel].validity = recorded.validity
                numbers.factors[channel].converted = recorded.converted
            }
            return numbers
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

extension OutletPeriod {
    /// The hour as the chain made it, but for the rounding of the record's means.
    fileprivate init(_ record: PeriodRecord, _ plan: OutletPlan) {
        self.init(
            factors: plan.channels.map { channel in
                var factor =
                    record.factors[channel.code]
                    ?? FactorPeriod(
                        measured: PeriodStatistics(
                            average: nil, minimum: nil, maximum: nil, count: 0, flag: .noCommunication,
                            failure: .noData),
                        validity: .invalid(reason: "no data"))
                factor.amount?.value = record.amount(of: channel.code)
                return factor
            }, mark: record.mark)
    }
}
