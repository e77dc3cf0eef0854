import Telemetry

/// The minutes in which water flowed and a meter counted nothing yet: its next step has their water, spread evenly over them.
struct AwaitedWater: Equatable, Sendable {
    /// The number of minutes that await a step, with or without a valid concentration.
    private(set) var minutes = 0
    /// The mean of the valid concentrations among them.
    private(set) var concentrations = PartMean()
    /// The mean of those that lie in the hour that begins at ``hour``.
    private(set) var ofHour = PartMean()
    /// As ``ofHour``, with the lower bound of each minute that has one in place of its concentration.
    private(set) var bounds = PartMean()
    /// Start of the hour of the newest minute, ms since 1970; nil: not known.
    private(set) var hour: Int64?

    init() {}

    /// Adds a minute of the hour that begins at `hour`, which stands for so many. `concentration` nil: it has no valid one.
    mutating func add(minutes: Int, _ concentration: Double?, bound: Double?, hour: Int64?) {
        if hour != self.hour {
            self.hour = hour
            ofHour = PartMean()
            bounds = PartMean()
        }
        self.minutes += minutes
        if let bound { bounds.add(bound, parts: minutes) }
        guard let concentration else { return }
        concentrations.add(concentration, parts: minutes)
        ofHour.add(concentration, parts: minutes)
    }

    /// What a step of so many m³ carried in the minutes of `mean`.
    func carried(_ mean: PartMean, ofStep cubicMetres: Double) -> CarriedMean {
        CarriedMean(
            milligramsPerLitre: mean.value ?? 0,
            cubicMetres: cubicMetres * Double(mean.parts) / Double(max(minutes, 1)),
            parts: mean.parts)
    }

    func write(to line: inout StateLine) {
        line.add(minutes)
        for mean in [concentrations, ofHour, bounds] {
            line.add(mean.sum)
            line.add(mean.parts)
        }
        line.add(hour)
    }

    init(from line: inout StateLine) throws(StateLine.Unreadable) {
        minutes = try line.integer()
        concentrations = PartMean(sum: try line.number(), parts: try line.integer())
        ofHour = PartMean(sum: try line.number(), parts: try line.integer())
        bounds = PartMean(sum: try line.number(), parts: try line.integer())
        hour = try line.word().flatMap { Int64($0) }
    }
}

/// A mean of numbers, each of which stands for some parts.
struct PartMean: Equatable, Sendable {
    var sum = 0.0
    var parts = 0

    var value: Double? { parts > 0 ? sum / Double(parts) : nil }

    mutating func add(_ number: Double, parts: Int) {
        sum += number * Double(parts)
        self.parts += parts
    }
}

/// How a mass weighs in the mean of its hour where it is that of several minutes: by those that lie in it.
package struct CarriedMean: Equatable, Sendable {
    package let milligramsPerLitre: Double
    package let cubicMetres: Double
    package internal(set) var parts: Int

    var kilograms: Double { milligramsPerLitre * cubicMetres * 1e-3 }
}

extension MinuteArithmetic {
    /// kg of a concentration with the m³ of the flow. What a meter counts after minutes of discharge in which it counted nothing is
    /// the water of these minutes too, and has the mean of their concentrations.
    mutating func massInWater(_ channel: Int, _ flow: Int, _ chain: inout OutletChain) -> PeriodAmount {
        let kept = chain.awaited[channel]
        chain.awaited[channel] = nil
        if stands { return .noWater }
        var mass = PeriodAmount.waterMass(factors[channel], factors[flow])
        guard let volume = factors[flow].amount, volume.validity.isValid, let cubicMetres = volume.value else {
            chain.awaited[channel] = kept
            return mass
        }
        if kept == nil, cubicMetres > 0 { return mass }
        let mean = factors[channel].validity.isValid ? factors[channel].measured.average : nil
        var water = kept ?? AwaitedWater()
        water.add(minutes: volume.parts, mean, bound: factors[channel].bound?.judged ?? mean, hour: hour)
        if cubicMetres == 0 {
            chain.awaited[channel] = water
            mass.value = factors[channel].measured.average.map { _ in 0 }
            mass.validity = factors[channel].validity
            return mass
        }
        if let mean = water.concentrations.value {
            mass.value = try? FlowWeightedMean(milligramsPerLitre: mean, cubicMetres: cubicMetres).kilograms
            mass.validity = .valid
            mass.water = cubicMetres
        }
        mass.carried = water.carried(water.ofHour, ofStep: cubicMetres)
        if water.bounds != water.ofHour { mass.bound = water.carried(water.bounds, ofStep: cubicMetres) }
        return mass
    }
}
