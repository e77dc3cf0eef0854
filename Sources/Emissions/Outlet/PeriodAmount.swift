/// What flowed off in a period (累计): kg of a pollutant, m³ of gas or water.
package struct PeriodAmount: Equatable, Sendable {
    package var value: Double?
    package var validity: Validity
    /// Of a pollutant in water: the m³ that carried it.
    package var water: Double?
    /// So many parts it stands for: a meter counts through those in which it was not read.
    package internal(set) var parts = 1
    /// Of a pollutant in water that was counted for earlier parts too: how it weighs; nil: as it is.
    package internal(set) var carried: CarriedMean?
    /// The same with the lower bounds of these parts, where readings are above the range; nil: none is.
    package internal(set) var bound: CarriedMean?

    package init(value: Double?, validity: Validity) {
        self.value = value
        self.validity = validity
    }
}

extension PeriodAmount {
    static let backwardFlow = Lack.impossible("a00000")

    /// m³ of gas from its mean flow. `validity`: of the flow, as far as it is known what it carried.
    static func gas(_ flow: FactorPeriod, seconds: Double, _ validity: Validity) -> PeriodAmount {
        PeriodAmount(
            value: flow.carrying.flatMap {
                try? GasFlow.cubicMetres(cubicMetresPerHour: $0 * 3600, seconds: seconds)
            }, validity: validity
        ).explained(by: backwardFlow)
    }

    /// m³ of water from its mean flow in L/s.
    static func water(_ flow: FactorPeriod, seconds: Double) -> PeriodAmount {
        PeriodAmount(
            value: flow.carrying.flatMap {
                try? WaterFlow.cubicMetres(litresPerSecond: $0, seconds: seconds)
            }, validity: flow.validity
        ).explained(by: .impossible("w00000"))
    }

    /// kg of a gas from the means of its concentration in mg/m³ and of the flow; valid when both are.
    static func gasMass(_ concentration: FactorPeriod, _ flow: FactorPeriod, seconds: Double) -> PeriodAmount {
        var amount = PeriodAmount(
            value: nil, validity: both(concentration, flow, .gasFlow, isKnown: flow.amount?.validity.isValid == true))
        guard let mean = concentration.measured.average, let stream = flow.carrying else {
            return amount.explained(by: lack(flow, .gasFlow))
        }
        let rate = try? EmittedMass.kilogramsPerHour(
            milligramsPerCubicMetre: emitted(mean), cubicMetresPerHour: stream * 3600)
        amount.value = rate.flatMap { try? EmittedMass.kilograms(kilogramsPerHour: $0, seconds: seconds) }
        return amount.explained(by: lack(flow, .gasFlow))
    }

    /// kg of a gas from the mean of its concentration in mg/m³ and the m³ of the flow's meter; valid when both are.
    static func gasMass(_ concentration: FactorPeriod, metered flow: FactorPeriod) -> PeriodAmount {
        var amount = PeriodAmount(
            value: nil, validity: both(concentration, flow, .gasFlow, isKnown: flow.amount?.validity.isValid == true))
        guard let mean = concentration.measured.average, let volume = flow.amount?.value else { return amount }
        amount.value = emitted(mean) * volume * 1e-6
        return amount
    }

    /// A concentration below zero is one of nothing: the zero of the analyser has drifted.
    private static func emitted(_ concentration: Double) -> Double { max(concentration, 0) }

    /// kg from mg/L and the m³ of the flow; nothing where no water flows. Source: HJ 212-2017, D.1, formula (8).
    ///
    /// Valid when the concentration and the amount of the flow are, however few present values a metered flow has.
    static func waterMass(_ concentration: FactorPeriod, _ flow: FactorPeriod) -> PeriodAmount {
        var mass = massInWater(concentration, flow)
        // It stands for as long as its water does.
        mass.parts = flow.amount?.parts ?? 1
        return mass
    }

    /// Nothing, of water that stands.
    static var noWater: PeriodAmount {
        var none = PeriodAmount(value: 0, validity: .valid)
        none.water = 0
        return none
    }

    private static func massInWater(_ concentration: FactorPeriod, _ flow: FactorPeriod) -> PeriodAmount {
        let isKnown = flow.amount?.validity.isValid == true
        if isKnown, let volume = flow.amount?.value, volume == 0 {
            return .noWater
        }
        var amount = PeriodAmount(value: nil, validity: both(concentration, flow, .waterFlow, isKnown: isKnown))
        guard let mean = concentration.measured.average, let volume = flow.amount?.value else {
            return amount.explained(by: lack(flow, .waterFlow))
        }
        amount.value = try? FlowWeightedMean(milligramsPerLitre: mean, cubicMetres: volume).kilograms
        amount.water = volume
        return amount.explained(by: lack(flow, .waterFlow))
    }

    /// Valid when the concentration is and the flow is known; else the first of the two that is not says why.
    private static func both(
        _ concentration: FactorPeriod, _ flow: FactorPeriod, _ medium: Medium, isKnown: Bool
    ) -> Validity {
        concentration.validity.isValid && !isKnown ? .lacking(lack(flow, medium)) : concentration.validity
    }

    private enum Medium: String {
        case gasFlow = "a00000"
        case waterFlow = "w00000"
    }

    /// What the flow lacks, or the flow itself.
    private static func lack(_ flow: FactorPeriod, _ medium: Medium) -> Lack {
        flow.validity.lack ?? flow.amount?.validity.lack ?? .missing(medium.rawValue)
    }

    /// The same, not valid for want of `lack` where it has no value and nothing else tells why.
    private func explained(by lack: Lack) -> PeriodAmount {
        guard value == nil, validity.isValid else { return self }
        var amount = self
        amount.validity = .lacking(lack)
        return amount
    }
}
