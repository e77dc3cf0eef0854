import Telemetry

/// The sums over shorter periods from which a longer one of one factor is computed.
struct PartSums: Hashable, Sendable {
    var measured = Extent()
    /// Good samples.
    var samples = 0
    var converted = Extent()
    /// How many of these are the greatest number, which is no measurement and in no sum.
    var greatest = 0
    /// Over the parts that have a converted value: what it is the conversion of.
    var concentration = 0.0
    var oxygen = 0.0
    var amount = Extent()
    /// Of a gas flow: the means below 0 and how many they are.
    var backward = Extent()
    /// m³ that carried the amount.
    var water = 0.0
    /// Over the parts that have both concentration and mass: the mass, and the water that carried it.
    var weighted = FlowWeightedMean()
    /// How many these are.
    var weightedParts = 0
    /// Parts that have both, but no water that was counted.
    var waterlessParts = 0

    init() {}

    /// The mean of the converted values; nil: there is none, or all of them are the greatest number.
    var convertedMean: Double? { converted.mean(leavingOut: greatest) }
}

/// What limits judge where readings above the range are in no mean: the parts with their lower bounds.
struct BoundSums: Hashable, Sendable {
    var measured = Extent()
    /// Of the parts without a converted bound.
    var converted = Extent()
    /// The converted bounds.
    var convertedBounds = Extent()
    var weighted = FlowWeightedMean()
    var weightedParts = 0
    /// Minutes with readings above the range.
    var minutes = 0

    init() {}

    /// Of parts without any reading above the range.
    init(of valid: PartSums) {
        measured = valid.measured
        converted = valid.converted
        weighted = valid.weighted
        weightedParts = valid.weightedParts
    }

    fileprivate mutating func count(_ part: FactorPeriod) {
        minutes += part.bound?.minutes ?? 0
        if let mean = part.bound?.judged ?? (part.validity.isValid ? part.measured.average : nil) {
            measured.add(mean, from: nil, to: nil, times: part.parts)
            if part.amount?.bound == nil { weigh(part) }
        }
        if let carried = part.amount?.bound {
            weighted.add(kilograms: carried.kilograms, cubicMetres: carried.cubicMetres)
            weightedParts += carried.parts
        }
        if let bound = part.bound?.judgedConverted {
            convertedBounds.add(bound, from: nil, to: nil)
        } else if let mean = part.converted?.measurement {
            converted.add(mean, from: nil, to: nil)
        }
    }

    private mutating func weigh(_ part: FactorPeriod) {
        if let mean = part.bound?.judged {
            guard let water = part.bound?.water, water > 0 else { return }
            try? weighted.add(milligramsPerLitre: mean, cubicMetres: water)
        } else {
            guard let mass = part.amount, mass.validity.isValid, let kilograms = mass.value, let water = mass.water,
                water > 0
            else { return }
            weighted.add(
                kilograms: mass.carried?.kilograms ?? kilograms, cubicMetres: mass.carried?.cubicMetres ?? water)
        }
        weightedParts += part.amount.map { $0.carried?.parts ?? $0.parts } ?? 1
    }
}

/// What a longer period of one factor gathers from its parts: the valid ones, and all that have numbers.
///
/// The second are used where there is none of the first, so that no number is withheld.
struct FactorSum: Equatable, Sendable {
    private(set) var valid = PartSums()
    private(set) var all = PartSums()
    private(set) var tally = FlagTally()
    private(set) var failure: ReadFailure?
    private(set) var isCapped = false
    /// What a flow and the meter beside it say of the same parts.
    private(set) var balance: MeterBalance?
    private(set) var balanceMinutes = 0
    /// Parts in which nothing was to be measured.
    private(set) var notDue = 0
    /// Of these, parts of which it is known that no water was discharged.
    private(set) var standing = 0
    private(set) var bounds = BoundSums()
    private(set) var lacks = Lacks()

    /// What the parts due lacked for the measured and the converted value, and the amount.
    struct Lacks: Hashable, Sendable {
        var measured = LackTally()
        var converted = LackTally()
        var amount = LackTally()

        fileprivate mutating func count(_ part: FactorPeriod) {
            measured.add(part.validity)
            if let validity = part.converted?.validity { converted.add(validity) }
            if let validity = part.amount?.validity { amount.add(validity) }
        }
    }

    /// What the period is computed from.
    var best: PartSums { valid.measured.count > 0 ? valid : all }

    init() {}

    init(
        valid: PartSums, all: PartSums, tally: FlagTally, failure: ReadFailure?, isCapped: Bool,
        balance: MeterBalance?, balanceMinutes: Int, notDue: Int, standing: Int, bounds: BoundSums, lacks: Lacks
    ) {
        self.valid = valid
        self.all = all
        self.tally = tally
        self.failure = failure
        self.isCapped = isCapped
        self.balance = balance
        self.balanceMinutes = balanceMinutes
        self.notDue = notDue
        self.standing = standing
        self.bounds = bounds
        self.lacks = lacks
    }

    /// Whether no part has a number.
    var isEmpty: Bool { all.measured.count == 0 }

    /// Counts a part, with the outlet's oxygen in the same part.
    mutating func add(_ part: FactorPeriod, oxygen: Double?) {
        tally.add(part.measured.flag)
        if let reason = part.measured.failure { failure = reason }
        if let more = part.balance { balance = balance.map { $0 + more } ?? more }
        balanceMinutes += part.balanceMinutes
        if part.isDue { lacks.count(part) } else { notDue += 1 }
        if part.stands { standing += 1 }
        bounds.count(part)
        count(part, oxygen: oxygen)
    }

    /// Counts a part that was missing and has been delivered since.
    mutating func fill(_ part: FactorPeriod) {
        tally.replace(.noCommunication, with: part.measured.flag)
        count(part, oxygen: nil)
    }

    private mutating func count(_ part: FactorPeriod, oxygen: Double?) {
        all.count(part, oxygen: oxygen) { _ in true }
        valid.count(part, oxygen: oxygen) { $0.isValid }
        if part.converted?.isCapped == true { isCapped = true }
    }
}

extension ConvertedPeriod {
    /// The mean, where it is a valid one and a measurement.
    fileprivate var measurement: Double? { validity.isValid && !isGreatest ? average : nil }
}

extension PartSums {
    fileprivate mutating func count(_ part: FactorPeriod, oxygen: Double?, where counts: (Validity) -> Bool) {
        if counts(part.validity), let mean = part.measured.average {
            measured.add(
                mean, from: part.measured.minimum ?? mean, to: part.measured.maximum ?? mean, times: part.parts)
            samples += part.measured.count ?? 0
            if let mean = part.backward { backward.add(mean) }
        }
        weigh(part, where: counts)
        if let period = part.converted, counts(period.validity), let value = period.average {
            converted.add(
                period.isGreatest ? 0 : value, from: period.minimum ?? value, to: period.maximum ?? value)
            if period.isGreatest { greatest += 1 }
            concentration += part.measured.average ?? 0
            self.oxygen += oxygen ?? 0
        }
        guard let period = part.amount, counts(period.validity), let value = period.value else { return }
        amount.add(value)
        amount.count(further: period.parts - 1)
        water += period.water ?? 0
    }

    private mutating func weigh(_ part: FactorPeriod, where counts: (Validity) -> Bool) {
        guard let mass = part.amount, counts(mass.validity), let kilograms = mass.value, let water = mass.water else {
            return
        }
        let own = counts(part.validity) && part.measured.average != nil ? mass.parts : 0
        if let carried = mass.carried {
            weighted.add(kilograms: carried.kilograms, cubicMetres: carried.cubicMetres)
            weightedParts += carried.parts
            waterlessParts = max(0, waterlessParts + own - carried.parts)
        } else if water > 0, own > 0 {
            weighted.add(kilograms: kilograms, cubicMetres: water)
            weightedParts += own
        } else {
            waterlessParts += own
        }
    }
}
