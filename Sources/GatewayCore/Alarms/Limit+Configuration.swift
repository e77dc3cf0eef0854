import Alarms
import Emissions
import Telemetry

extension Limit {
    init(_ limit: LimitConfiguration, name: String, zone: ZoneRules) {
        self.init(
            name: name, statistic: LimitStatistic(limit.average), of: JudgedQuantity(limit.of),
            maximum: limit.maximum, minimum: limit.minimum, warnShares: limit.warn.map { [$0] } ?? [],
            deadband: limit.deadband,
            applies: LimitApplicability(
                validFrom: limit.validFrom.map(zone.instant), validTo: limit.validTo.map(zone.instant),
                months: limit.months, minutesOfDay: limit.minutesOfDay, conditions: limit.conditions),
            priority: limit.priority, source: limit.source)
    }
}

extension JudgedQuantity {
    fileprivate init(_ quantity: LimitQuantity) {
        self =
            switch quantity {
            case .measured: .measured
            case .converted: .converted
            case .mass: .mass
            case .total: .total
            }
    }
}

extension LimitStatistic {
    fileprivate init(_ average: LimitAverage) {
        self =
            switch average {
            case .realtime: .realtime
            case .minute: .minute
            case .hour: .hour
            case .day: .day
            case .month: .month
            case .year: .year
            }
    }
}
