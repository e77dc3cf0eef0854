import Telemetry

/// The concentrations of minutes in which water flowed and a meter counted nothing yet: its next step has the water of these minutes.
struct AwaitedWater: Equatable, Sendable {
    /// Of the valid concentrations, each as often as the minutes for which the meter was read.
    private(set) var concentrations = WeighedMean()
    /// The same with lower bounds in place of the concentrations of minutes that have one.
    private(set) var bounds = WeighedMean()
    /// Start of the hour that the minutes lie in, ms since 1970; nil: not known.
    let hour: Int64?

    init(hour: Int64?) { self.hour = hour }

    /// Adds a minute that stands for so many parts; nil: it has no valid one.
    mutating func add(_ concentration: Double?, bound: Double?, parts: Int) {
        if let concentration { concentrations.add(concentration, parts: parts) }
        if let bound { bounds.add(bound, parts: parts) }
    }

    func write(to line: inout StateLine) {
        for mean in [concentrations, bounds] {
            line.add(mean.sum)
            line.add(mean.parts)
        }
        line.add(hour)
    }

    init(from line: inout StateLine) throws(StateLine.Unreadable) {
        concentrations = WeighedMean(sum: try line.number(), parts: try line.integer())
        bounds = WeighedMean(sum: try line.number(), parts: try line.integer())
        hour = try line.word().flatMap { Int64($0) }
    }
}

/// A mean of numbers, each of which stands for some parts.
struct WeighedMean: Equatable, Sendable {
    var sum = 0.0
    var parts = 0

    var value: Double? { parts > 0 ? sum / Double(parts) : nil }

    mutating func add(_ number: Double, parts: Int) {
        sum += number * Double(parts)
        self.parts += parts
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
        water.add(mean, bound: factors[channel].bound?.judged ?? mean, parts: volume.parts)
        if cubicMetres == 0 {
            chain.awaited[channel] = water
            mass.value = factors[channel].measured.average.map { _ in 0 }
            mass.validity = factors[channel].validity
            return mass
        }
        guard let kept else { return mass }
        if kept.concentrations.parts > 0, let mean = water.concentrations.value {
            mass.value = try? FlowWeightedMean(milligramsPerLitre: mean, cubicMetres: cubicMetres).kilograms
            mass.validity = .valid
            mass.water = cubicMetres
            mass.awaitedParts = kept.concentrations.parts
        }
        if water.bounds != water.concentrations, let bound = water.bounds.value {
            mass.bound = CarriedBound(
                milligramsPerLitre: bound, cubicMetres: cubicMetres, parts: water.bounds.parts)
        }
        return mass
    }
}
