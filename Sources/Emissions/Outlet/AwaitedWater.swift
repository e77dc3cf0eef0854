import Telemetry

/// The concentrations of minutes in which water flowed and a meter counted nothing yet: its next step has the water of these minutes.
struct AwaitedWater: Equatable, Sendable {
    /// Of the valid concentrations, each as often as the minutes for which the meter was read.
    private(set) var sum = 0.0
    private(set) var parts = 0
    /// Start of the hour that the minutes lie in, ms since 1970; nil: not known.
    let hour: Int64?

    init(hour: Int64?) { self.hour = hour }

    var mean: Double? { parts > 0 ? sum / Double(parts) : nil }

    mutating func add(_ concentration: Double, parts: Int) {
        sum += concentration * Double(parts)
        self.parts += parts
    }

    func write(to line: inout StateLine) {
        line.add(sum)
        line.add(parts)
        line.add(hour)
    }

    init(from line: inout StateLine) throws(StateLine.Unreadable) {
        sum = try line.number()
        parts = try line.integer()
        hour = try line.word().flatMap { Int64($0) }
    }
}

extension MinuteArithmetic {
    /// kg of a concentration with the m³ of the flow. What a meter counts after minutes of discharge in which it counted nothing is
    /// the water of these minutes too, and has the mean of their concentrations.
    mutating func massInWater(_ channel: Int, _ flow: Int, _ chain: inout OutletChain) -> PeriodAmount {
        let kept = chain.awaited[channel].flatMap { $0.hour == hour ? $0 : nil }
        chain.awaited[channel] = nil
        if stands { return .noWater }
        var mass = PeriodAmount.waterMass(factors[channel], factors[flow])
        guard let volume = factors[flow].amount, volume.validity.isValid, let cubicMetres = volume.value else {
            chain.awaited[channel] = kept
            return mass
        }
        let mean = factors[channel].validity.isValid ? factors[channel].measured.average : nil
        var water = kept ?? AwaitedWater(hour: hour)
        if let mean { water.add(mean, parts: volume.parts) }
        if cubicMetres == 0 {
            if water.parts > 0 { chain.awaited[channel] = water }
            mass.value = factors[channel].measured.average.map { _ in 0 }
            mass.validity = factors[channel].validity
        } else if let kept, kept.parts > 0, let mean = water.mean {
            mass.value = try? FlowWeightedMean(milligramsPerLitre: mean, cubicMetres: cubicMetres).kilograms
            mass.validity = .valid
            mass.water = cubicMetres
            mass.awaitedParts = kept.parts
        }
        return mass
    }
}
