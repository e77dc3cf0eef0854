import Emissions
import Telemetry

/// The hours of an outlet as series, channel by channel: what is due, what is valid, and what stands in for the rest.
struct ReportSeries {
    /// What stands in for one hour's amount.
    struct Substitute {
        var amount: Double?
        var method: String
        /// Indices of hours.
        var window: ClosedRange<Int>?
    }

    let plan: ReportPlan
    let slots: [ReportRecords.Slot]
    /// Whether water stands, by hour: then nothing is due, as with a plant that is stopped.
    private let isStanding: [Bool]

    init(_ plan: ReportPlan, _ slots: [ReportRecords.Slot]) {
        self.plan = plan
        self.slots = slots
        let flow = plan.waterFlow.map { plan.factors[$0].code }
        isStanding = slots.map { slot in
            if slot.isStopped { return true }
            guard let flow, let amount = slot.record?.factors[flow]?.amount else { return false }
            return amount.validity.isValid && amount.value == 0
        }
    }

    // MARK: What was measured

    func measured(_ hour: Int, _ channel: Int) -> SeriesHour {
        series(hour, channel) { $0.validity.isValid ? $0.measured.average : nil }
    }

    func amount(_ hour: Int, _ channel: Int) -> SeriesHour {
        series(hour, channel) { _ in validAmount(hour, channel) }
    }

    /// The valid amount, also of an hour in which the plant is marked stopped; before rounding where that is kept.
    func validAmount(_ hour: Int, _ channel: Int) -> Double? {
        let code = plan.factors[channel].code
        guard let record = slots[hour].record, record.factors[code]?.amount?.validity.isValid == true else {
            return nil
        }
        return record.amount(of: code)
    }

    private func series(_ hour: Int, _ channel: Int, _ value: (FactorPeriod) -> Double?) -> SeriesHour {
        if isStanding[hour], plan.factors[channel].code != "w00000" || slots[hour].isStopped { return .stopped }
        let factor = slots[hour].record?.factors[plan.factors[channel].code]
        return factor.flatMap(value).map { .valid($0) } ?? .invalid
    }

    // MARK: What stands in

    /// By hour; nil where nothing is to be substituted.
    func substitutes(_ channel: Int) -> [Substitute?] {
        switch plan.arithmetic.channels[channel].role {
        case .gasConcentration where plan.factors[channel].hasSubstitutes: masses(channel)
        case .waterFlow: water(channel, flow: channel)
        case .waterConcentration: plan.waterFlow.map { water(channel, flow: $0) } ?? []
        default: []
        }
    }

    private func masses(_ channel: Int) -> [Substitute?] {
        let found = MassSubstitution.substitutes(
            for: slots.indices.map { amount($0, channel) }, quarters: slots.map(\.quarter))
        return found.map { substitute in
            substitute.map {
                Substitute(amount: $0.kilogramsPerHour, method: $0.method.rawValue, window: $0.window)
            }
        }
    }

    /// Concentration and volume, each measured or substituted, make the amount.
    private func water(_ channel: Int, flow: Int) -> [Substitute?] {
        let volumes = slots.indices.map { amount($0, flow) }
        let standIns = WaterSubstitution.substitutes(for: volumes, method: .mean)
        if channel == flow { return standIns.map { $0.map { Substitute($0, amount: $0.value) } } }
        let concentrations = slots.indices.map { measured($0, channel) }
        let method = WaterSubstitution.Method(code: plan.factors[channel].code)
        let others = WaterSubstitution.substitutes(for: concentrations, method: method)
        return slots.indices.map { hour in
            guard case .invalid = amount(hour, channel), let source = others[hour] ?? standIns[hour] else { return nil }
            let concentration = concentrations[hour].value ?? others[hour]?.value
            let volume = volumes[hour].value ?? standIns[hour]?.value
            let amount = concentration.flatMap { concentration in volume.map { concentration * $0 * 1e-3 } }
            return Substitute(source, amount: amount)
        }
    }
}

extension ReportSeries.Substitute {
    fileprivate init(_ source: WaterSubstitution.Substitute, amount: Double?) {
        let none = MassSubstitution.Method.unavailable.rawValue
        self.init(
            amount: amount, method: amount == nil ? none : source.method.rawValue,
            window: amount == nil ? nil : source.window)
    }
}

extension SeriesHour {
    fileprivate var value: Double? { if case .valid(let value) = self { value } else { nil } }
}
