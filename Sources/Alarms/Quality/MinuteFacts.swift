package import Emissions
package import Telemetry

/// What the rules on quality and consistency need to know of one closed minute of an outlet.
package struct MinuteFacts: Sendable {
    package var start: WallInstant
    /// The plant's mark in this minute.
    package var mark: PlantMark
    /// Whether the plant runs, from meters or the mark and not from the readings judged here; nil: not known.
    package var isRunning: Bool?
    /// In the order of the outlet's factors.
    package var factors: [FactorMinute]

    package init(start: WallInstant, mark: PlantMark = .running, isRunning: Bool? = nil, factors: [FactorMinute]) {
        self.start = start
        self.mark = mark
        self.isRunning = isRunning ?? (mark == .stopped ? false : nil)
        self.factors = factors
    }
}

/// One factor of a closed minute.
package struct FactorMinute: Sendable {
    /// `Avg`, `Min`, `Max` of the record; nil: no good sample.
    package var average: Double?
    package var minimum: Double?
    package var maximum: Double?
    /// `ZsAvg`, when it is valid.
    package var converted: Double?
    package var flag: DataFlag
    /// Whether the minute counts in the hour.
    package var isValid: Bool
    /// Good samples.
    package var count: Int
    /// The extremes of the readings before every correction: only these show a value that is held.
    package var rawMinimum: Double?
    package var rawMaximum: Double?
    /// Their mean; nil: as `average`.
    package var rawAverage: Double?
    /// The greatest reading above the range, which counts in no mean; nil: none was.
    package var overRange: Double?
    /// The standard deviation of the samples within the minute; 0 where it is not known.
    package var deviation: Double
    /// Of a batch analyser: whether a new result came in this minute. Nil: the factor is measured continuously.
    package var newResult: Bool?
    /// A reading of the factor's meter that is not believed.
    package var meterDoubt: MeterDoubt?
    /// Whether something was to be measured.
    package var isDue = true
    /// Lower bound of the mean, by which limits are judged; nil where no reading was above the range.
    package var bound: Double?
    package var convertedBound: Double?
    /// m³ that carried the mean; nil: it has no flow, or one that is not known.
    package var water: Double?
    /// The mean that these have carried where it is that of more minutes; nil: that of this one.
    package var waterMean: Double?
    /// Minutes for which the water stands: more than one after a silence of the meter.
    package var waterParts = 1
    /// Where the minute is not valid for want of another factor: its code.
    package var culprit: String?
    /// The same of the converted value.
    package var convertedStanding: Standing?
    /// The same of the mass.
    package var massStanding: Standing?
    /// The same of the amount of the flow that a mass of gas needs.
    package var flowStanding: Standing?
    /// Minutes for which the mass, and the amount of the flow, stand: those before it in which a meter was not read are made good.
    package var massParts = 1
    package var flowParts = 1
    /// Whether a meter counts the flow and has no amount of this minute: a later one may stand for it.
    package var awaitsMeter = false

    /// Whether the minute counts for a quantity, and the other factor to blame where it does not.
    package struct Standing: Equatable, Sendable {
        package var isValid: Bool
        package var culprit: String?

        package init(isValid: Bool, culprit: String? = nil) {
            self.isValid = isValid
            self.culprit = culprit
        }
    }
    /// Since when its source, or that of what it is computed of, has been silent, as D1 tells; nil: it is not.
    package var silentSince: WallInstant?

    package init(
        average: Double?, minimum: Double? = nil, maximum: Double? = nil, converted: Double? = nil,
        flag: DataFlag = .normal, isValid: Bool? = nil, count: Int = 12, rawMinimum: Double? = nil,
        rawMaximum: Double? = nil, overRange: Double? = nil, deviation: Double = 0, newResult: Bool? = nil
    ) {
        self.average = average
        self.minimum = minimum ?? average
        self.maximum = maximum ?? average
        self.converted = converted
        self.flag = flag
        self.isValid = isValid ?? (average != nil && flag.isGood)
        self.count = count
        self.rawMinimum = rawMinimum ?? self.minimum
        self.rawMaximum = rawMaximum ?? self.maximum
        self.overRange = overRange
        self.deviation = deviation
        self.newResult = newResult
    }

    func standing(of need: HourNeed) -> Standing {
        let measured = Standing(isValid: isValid, culprit: culprit)
        return switch need {
        case .measured: measured
        case .converted: convertedStanding ?? measured
        case .mass: massStanding ?? measured
        case .flow: flowStanding ?? measured
        }
    }

    /// The number of minutes before this one for which its amount stands, so that they are not lost.
    func minutesMadeGood(of need: HourNeed) -> Int {
        switch need {
        case .measured, .converted: 0
        case .mass: massParts - 1
        case .flow: flowParts - 1
        }
    }

    /// Whether a later amount may make the minute good.
    func isOpen(for need: HourNeed) -> Bool { awaitsMeter && (need == .mass || need == .flow) }

    /// The minute in the forecast of an hour.
    func part(of quantity: JudgedQuantity, isStopped: Bool) -> RunningBudget.Part {
        let value = quantity == .converted ? (isValid ? converted : nil) : isValid ? average : nil
        let bound = quantity == .converted ? convertedBound : bound
        var part = RunningBudget.Part(
            bound ?? value, isDue: isDue && !isStopped, water: water, waterParts: waterParts)
        part.waterMean = waterMean
        return part
    }

    /// Marks of the instrument itself.
    var marks: HoldMarks { HoldMarks(flag) }

    /// The mean, when it is one of good samples.
    var good: Double? { flag.isGood && count > 0 ? average : nil }
}

/// What does not change about a factor.
package struct FactorTraits: Equatable, Sendable {
    package var code: String
    package var unit: String?
    /// Unit of its amounts and of its meter.
    package var amountUnit: String?
    /// The measuring range of what is recorded; nil where that depends on more than the reading.
    package var range: ClosedRange<Double>?
    /// The measuring range of the readings before every correction; nil: as `range`.
    package var readingRange: ClosedRange<Double>?
    /// The smallest step of the instrument.
    package var resolution: Double?
    /// The end of the largest range that the factor's limits justify, three times the limit; nil: it has none.
    package var neededRange: Double?
    /// The instrument's own noise, for Q6.
    package var noise: Double?
    /// A configured constant, which may stand still.
    package var isConstant: Bool
    /// A gas or substance that is not zero while the plant runs, for Q2.
    package var isEmitted: Bool
    /// The greatest change within an hour, 2 for pH; nil: any.
    package var hourChange: Double?
    /// What may stand still for hours within so small a step, in the unit of the record; nil: an hour is always suspicious.
    package var quietStep: Double?
    /// From result to result of a batch analyser.
    package var cycle = Duration.hours(1)

    package init(
        code: String, unit: String? = nil, range: ClosedRange<Double>? = nil, resolution: Double? = nil,
        neededRange: Double? = nil,
        noise: Double? = nil, isConstant: Bool = false, isEmitted: Bool? = nil, hourChange: Double? = nil
    ) {
        self.code = code
        self.unit = unit
        self.range = range
        self.resolution = resolution
        self.neededRange = neededRange
        self.noise = noise
        // The air's pressure stands still for hours, and no analyser holds it.
        self.isConstant = isConstant || code == "i23001"
        self.isEmitted = isEmitted ?? Self.isPollutant(code)
        self.hourChange = hourChange ?? (code == "w01001" ? 2 : nil)
        quietStep = Self.quietSteps[code]
    }

    /// pH, water temperature, temperature and humidity of the station: water and rooms change by less than this in a quiet hour.
    private static let quietSteps = ["w01001": 0.1, "w01010": 0.1, "i33101": 0.1, "i33102": 0.1]

    /// a2…, a3…, a05… in air; w01018 and w2… in water. Physical quantities may be zero.
    private static func isPollutant(_ code: String) -> Bool {
        ["a2", "a3", "a05", "w2", "w01018", "w01012"].contains { code.hasPrefix($0) }
    }

    var span: Double? { range.map { $0.upperBound - $0.lowerBound } }
}
