import Emissions
import Telemetry

/// The means of a report, by the arithmetic that makes records: days of hours, months of days, the year of months.
struct ReportMeans {
    /// By group of hours, one for each row of the report.
    let rows: [OutletPeriod]
    let total: OutletPeriod

    /// `groups`: the hours of each row, in order.
    init(_ plan: ReportPlan, period: ReportPeriod, groups: [ArraySlice<ReportRecords.Slot>]) {
        let arithmetic = plan.arithmetic
        switch period {
        case .month(_, let month):
            rows = groups.map { Self.day($0, arithmetic, month: month) }
            total = Self.sum(rows, arithmetic).closed(.month, month: month)
        case .year:
            rows = groups.map { Self.month($0, arithmetic) }
            total = Self.sum(rows, arithmetic).closed(.year, month: 1)
        }
    }

    private static func month(_ slots: ArraySlice<ReportRecords.Slot>, _ plan: OutletPlan) -> OutletPeriod {
        let month = slots.first?.dataTime.month ?? 1
        let days = slots.grouped { $0.dataTime.day }.map { day($0, plan, month: month) }
        return sum(days, plan).closed(.month, month: month)
    }

    private static func day(
        _ slots: ArraySlice<ReportRecords.Slot>, _ plan: OutletPlan, month: Int
    ) -> OutletPeriod {
        sum(slots.compactMap { $0.record.map { OutletPeriod($0, plan) } }, plan).closed(.day, month: month)
    }

    private static func sum(_ parts: [OutletPeriod], _ plan: OutletPlan) -> PeriodSum {
        var sum = PeriodSum(plan: plan)
        for part in parts { sum.add(part) }
        return sum
    }
}

extension OutletPeriod {
    /// The hour as the chain made it, but for the rounding of the record.
    fileprivate init(_ record: PeriodRecord, _ plan: OutletPlan) {
        self.init(
            factors: plan.channels.map { channel in
                record.factors[channel.code]
                    ?? FactorPeriod(
                        measured: PeriodStatistics(
                            average: nil, minimum: nil, maximum: nil, count: 0, flag: .noCommunication,
                            failure: .noData),
                        validity: .invalid(reason: "no data"))
            }, mark: record.mark)
    }
}

extension Collection {
    /// The collection cut where the key changes.
    func grouped(by key: (Element) -> some Equatable) -> [SubSequence] {
        var groups: [SubSequence] = []
        var start = startIndex
        while start != endIndex {
            let first = key(self[start])
            let end = self[start...].firstIndex { key($0) != first } ?? endIndex
            groups.append(self[start..<end])
            start = end
        }
        return groups
    }
}
