import Emissions
import Telemetry

extension EmissionReport {
    /// The report of an outlet from its records; without any in the period the report is empty.
    package init(_ plan: ReportPlan, records: ReportRecords, options: ReportOptions) {
        let slots = records.slots
        let series = ReportSeries(plan, slots)
        let span = ReportSpan(options.period, records, slots: slots)
        let means = ReportMeans(series, span)
        outlet = plan.outlet.id
        name = plan.outlet.name
        period = options.period
        isSubstituting = options.isSubstituting
        factors = plan.factors.indices.map { channel in
            let substitutes = options.isSubstituting ? series.substitutes(channel) : []
            let maker = RowMaker(series: series, channel: channel, substitutes: substitutes)
            return Factor(
                plan.factors[channel],
                rows: zip(span.parts, means.rows).map { part, numbers in
                    maker.row(options.period.row(of: part.start), part, numbers)
                }, total: maker.row(options.period.text, span, means.total), substitutes: maker.list(span.hours))
        }
        equivalent = Equivalent(options.potentials, plan.factors, factors)
    }

    /// Makes the rows of one factor.
    private struct RowMaker {
        let series: ReportSeries
        let channel: Int
        /// By hour, or empty.
        let substitutes: [ReportSeries.Substitute?]

        private var format: RecordFormat { series.plan.factors[channel].format }

        func row(_ label: String, _ span: ReportSpan, _ numbers: OutletPeriod) -> Row {
            let period = numbers.factors[channel]
            var row = Row(
                label: label, mean: mean(period.measured.average, period.validity),
                converted: period.converted.flatMap { mean($0.average, $0.validity) }, capture: CaptureRate())
            for hour in span.hours { row.capture.count(series.measured(hour, channel)) }
            row.amount = ReportAmounts(series: series, channel: channel).printed(span)
            let found = substitutes.isEmpty ? [] : substitutes[span.hours].compactMap(\.self)
            let sum = found.compactMap(\.amount)
            row.substituted = sum.isEmpty ? nil : format.amount(sum.reduce(0, +))
            row.methods = Self.methods(found)
            return row
        }

        private func mean(_ value: Double?, _ validity: Validity) -> Row.Mean? {
            value.map { Row.Mean(value: format.value($0), isValid: validity.isValid) }
        }

        /// In alphabetical order.
        private static func methods(_ substitutes: [ReportSeries.Substitute]) -> [MethodCount] {
            var counts: [String: Int] = [:]
            for substitute in substitutes { counts[substitute.method, default: 0] += 1 }
            return counts.sorted { $0.key < $1.key }.map { MethodCount(method: $0.key, hours: $0.value) }
        }

        func list(_ hours: Range<Int>) -> [Substitute] {
            guard !substitutes.isEmpty else { return [] }
            return hours.compactMap { hour in
                substitutes[hour].map { substitute in
                    Substitute(
                        hour: series.slots[hour].dataTime, amount: substitute.amount.map(format.amount),
                        method: substitute.method,
                        window: substitute.window.map { window in
                            [window.lowerBound, window.upperBound].map { series.slots[$0].dataTime }
                        } ?? [])
                }
            }
        }
    }
}

extension EmissionReport.Factor {
    fileprivate init(
        _ plan: ReportPlan.Factor, rows: [EmissionReport.Row], total: EmissionReport.Row,
        substitutes: [EmissionReport.Substitute]
    ) {
        self.init(
            code: plan.code, name: plan.name, unit: plan.unit, amountUnit: plan.amountUnit,
            isConverted: plan.isConverted, decimals: plan.format.decimals, rows: rows, total: total,
            substitutes: substitutes)
    }
}

extension EmissionReport.Equivalent {
    /// Nil when none of the factors is a greenhouse gas with a mass in kg.
    fileprivate init?(
        _ potentials: WarmingPotentials, _ plans: [ReportPlan.Factor], _ factors: [EmissionReport.Factor]
    ) {
        let gases = zip(plans, factors).compactMap { plan, factor in
            plan.amountUnit == "kg" ? plan.gas.map { (gas: $0, factor: factor) } : nil
        }
        guard let first = gases.first else { return nil }
        func sum(_ amount: (EmissionReport.Factor) -> Double?) -> Double? {
            let masses = gases.compactMap { entry in amount(entry.factor).map { (gas: entry.gas, kilograms: $0) } }
            return potentials.equivalent(of: masses)?.rounded(toDecimals: 3)
        }
        self.init(
            potentials: potentials, codes: gases.map(\.factor.code),
            weights: gases.map { potentials.potential(of: $0.gas) },
            rows: first.factor.rows.indices.map { row in sum { $0.rows[row].amount } },
            total: sum { $0.total.amount })
    }
}
