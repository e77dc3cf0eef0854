import Telemetry

/// The sums over shorter periods from which a longer one of one factor is computed.
struct PartSums: Hashable, Sendable {
    var measured = Extent()
    var converted = Extent()
    /// Over the parts that have a converted value: what it is the conversion of.
    var concentration = 0.0
    var oxygen = 0.0
    var amount = Extent()
    /// Over the parts that have concentration and water: each mean weighs as much as water flowed.
    var water = FlowWeightedMean()

    init() {}
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
    /// Good samples in all parts.
    private(set) var samples = 0

    init() {}

    init(
        valid: PartSums, all: PartSums, tally: FlagTally, failure: ReadFailure?, isCapped: Bool, samples: Int
    ) {
        self.valid = valid
        self.all = all
        self.tally = tally
        self.failure = failure
        self.isCapped = isCapped
        self.samples = samples
    }

    /// Whether no part has a number.
    var isEmpty: Bool { all.measured.count == 0 }

    /// Counts a part, with the outlet's oxygen and water of the same part.
    mutating func add(_ part: FactorPeriod, oxygen: Double?, water: PeriodAmount?) {
        tally.add(part.measured.flag)
        if let reason = part.measured.failure { failure = reason }
        count(part, oxygen: oxygen, water: water)
    }

    /// Counts a part that was missing and has been delivered since.
    mutating func fill(_ part: FactorPeriod) {
        tally.replace(.noCommunication, with: part.measured.flag)
        count(part, oxygen: nil, water: nil)
    }

    private mutating func count(_ part: FactorPeriod, oxygen: Double?, water: PeriodAmount?) {
        all.count(part, oxygen: oxygen, water: water?.value) { _ in true }
        valid.count(part, oxygen: oxygen, water: water.flatMap { $0.validity.isValid ? $0.value : nil }) { $0.isValid }
        samples += part.measured.count ?? 0
        if part.converted?.isCapped == true { isCapped = true }
    }
}

extension PartSums {
    fileprivate mutating func count(
        _ part: FactorPeriod, oxygen: Double?, water: Double?, where counts: (Validity) -> Bool
    ) {
        if counts(part.validity), let mean = part.measured.average {
            measured.add(mean, from: part.measured.minimum ?? mean, to: part.measured.maximum ?? mean)
            if let water { try? self.water.add(milligramsPerLitre: mean, cubicMetres: water) }
        }
        if let period = part.converted, counts(period.validity), let value = period.average {
            converted.add(value, from: period.minimum ?? value, to: period.maximum ?? value)
            concentration += part.measured.average ?? 0
            self.oxygen += oxygen ?? 0
        }
        guard let period = part.amount, counts(period.validity), let value = period.value else { return }
        amount.add(value)
    }
}
