package import Alarms
package import Emissions
package import Telemetry

/// One entry of `outlets`: a stack or an outfall, the place that records are about.
package struct OutletConfiguration: Equatable, Sendable {
    /// Unique among devices, instruments and outlets; a topic segment that does not start with `_`.
    package var id: String
    /// What people call it.
    package var name: String?
    /// The device identity at the authority, opaque text.
    package var mn: String?
    /// System code: `31` air pollution source, `32` water. Source: HJ 212-2017, table 5.
    package var st: String
    package var stack: StackSettings?
    package var validity = ValiditySettings()
    package var plantMark: PlantMarkSettings?
    package var exemptions: [ExemptionConfiguration] = []
    /// How long after its end an hour waits for results of batch analysers.
    package var hourCloseDelay: Duration = .seconds(900)
    package var factors: [FactorConfiguration]
}

/// `outlets[].stack`: the constants of a stack, for quantities of which the outlet has no factor, and how it is converted.
package struct StackSettings: Equatable, Sendable {
    /// Cross-section *F*, m².
    package var area: Double?
    /// Velocity-field coefficient *K*v. Source: HJ 212-2017, formula (29).
    package var velocityCoefficient: Double?
    /// *K*p of the pitot tube.
    package var pitotCoefficient: Double?
    /// *ρ*₀ of the gas at standard state, kg/m³, for a pitot tube.
    package var gasDensity: Double?
    /// *B*a, Pa.
    package var atmosphericPressure: Double?
    /// *P*s, gauge, Pa.
    package var staticPressure: Double?
    /// *t*s, °C.
    package var temperature: Double?
    /// *X*sw, % of the volume.
    package var humidity: Double?
    /// What concentrations are converted to: `industry`, `reference_oxygen` or `excess_air`; nil: none is given.
    package var reference: OxygenReference?
    /// Oxygen above this, in %, is near that of air.
    package var oxygenCap = 20.0
    package var oxygenCapAction = OxygenConversion.CapAction.cap
    /// From this oxygen on, in %, a plant that stands has no converted values.
    package var oxygenIdle = 19.0
    /// Below this velocity, in m/s, the plant stands; nil: the velocity says nothing.
    package var idleVelocity: Double?
    package var convertedMethod = ConvertedMethod.ofMeans
    /// CO2 of the fuel's dry waste gas without excess air, %; nil: CO2 and oxygen are not compared.
    package var greatestCarbonDioxide: Double?

    package init() {}
}

/// `outlets[].validity`: how much of a period must be valid.
///
/// Source of the defaults of gas: HJ 212-2017, formulas (24) and (25); HJ 76, appendix B; of water: HJ 356-2019.
package struct ValiditySettings: Equatable, Sendable {
    /// Valid minutes of an hour, 1 to 60.
    package var minutes = 45
    /// Valid hours of a day, 1 to 24; nil: 20 for gas, 75 % of the hours due for water.
    package var hours: Int?
    /// Valid days of a month other than February, which needs two less, 1 to 31; nil: 25 for gas, 75 % of the days due for
    /// water.
    package var days: Int?
    /// Whether hours and days are both written, if only as the default.
    package var isStated = false
}

/// `outlets[].plant_mark`: where the condition of the plant is read.
package struct PlantMarkSettings: Equatable, Sendable {
    package var source: FactorSource
    /// The mark for each value; other values mean that the plant runs.
    package var marks: [Int: PlantMark]
}

/// One entry of `outlets[].exemptions`: time or events that are exempt up to a ceiling.
package struct ExemptionConfiguration: Equatable, Sendable {
    package enum Count: String, CaseIterable, Sendable {
        case hours, events
    }

    package enum Period: String, CaseIterable, Sendable {
        case day, month, quarter, year
    }

    /// Marks of the plant that count; empty: flags do.
    package var marks: Set<PlantMark> = []
    /// Flags of an instrument that count.
    package var flags: Set<DataFlag> = []
    package var count = Count.hours
    package var period: Period
    /// In hours or events.
    package var maximum: Double
    package var name: String?
}

/// One entry of `outlets[].factors`.
package struct FactorConfiguration: Equatable, Sendable {
    /// The factor code, such as `a21026`.
    package var code: String
    package var source: FactorSource
    /// Whether the reading counts water vapour and at which state, as the instrument states it.
    package var basis = GasBasis.dryStandard
    /// Whether records also carry the value converted to the reference oxygen.
    package var converted: Bool = false
    /// The measuring range, in the unit of the reading as it comes.
    package var range: ClosedRange<Double>?
    /// Numbers of an HJ 212 instrument that mean "no value", of the factor and of the meter beside it.
    package var invalidNumbers: [Double] = []
    /// *a* and *b* of the linear correction, before everything else.
    package var correction = LinearCorrection.none
    /// The unit of the reading.
    package var unit = ReadingUnit.asRecorded
    /// mg/m³ for 1 ppm; nil: from the molar mass of the factor.
    package var ppmFactor: Double?
    /// What 1 mg of NO counts as NO₂, for a computed `a21002`; nil: from the molar masses.
    package var nitricOxideWeight: Double?
    /// Decimals in records; nil: those of the factor table.
    package var decimals: Int?
    /// How periods are averaged; nil: weighted by flow for concentrations in water, arithmetic for the rest.
    package var average: AverageKind?
    /// The time from result to result of a batch analyser; nil: it measures continuously.
    package var cycle: Duration?
    /// A meter that counts up, in m³ or kWh: the reading itself, or beside it; nil: there is none.
    package var meter: MeterSettings?
    /// Whether the reading may stand still for ever, such as a constant that an instrument repeats.
    package var isConstant = false
    /// The standard deviation of the instrument's own noise, in the unit of the record; nil: not known.
    package var noise: Double?
    /// Whether methane is of fossil origin, which decides its warming potential in reports.
    package var isFossil = false
    package var limits: [LimitConfiguration]
    package var quotas: [QuotaConfiguration] = []

    /// What the readings of a meter beside it are called: `w00000.meter`.
    var meterCode: String { "\(code).meter" }

    /// Whether an HJ 212 instrument sends the readings of the meter beside it.
    var hasMeterOfInstrument: Bool {
        if case .instrument? = meter?.source { true } else { false }
    }
}

/// `outlets[].factors[].meter`: a totaliser, in m³ or kWh.
package struct MeterSettings: Equatable, Sendable {
    /// Where it is read beside the factor's present values; nil: the factor's reading is the meter's.
    package var source: FactorSource?
    /// Of a meter that is read beside: the reading is multiplied by this.
    package var slope = 1.0
    /// Where it begins anew at 0; nil: it never does.
    package var modulus: Double?
}

/// `outlets[].factors[].unit`: what the numbers of the instrument mean.
package enum ReadingUnit: String, CaseIterable, Sendable {
    /// The unit in which records carry the factor.
    case asRecorded = "recorded"
    case partsPerMillion = "ppm"
    /// % of the volume, of a factor recorded in mg/m³.
    case percent = "percent"
    case gramsPerCubicMetre = "g/m3"
    case microgramsPerCubicMetre = "ug/m3"
    case pascal = "Pa"
    case cubicMetresPerHour = "m3/h"
    case cubicMetresPerSecond = "m3/s"
}

/// `outlets[].factors[].average`.
package enum AverageKind: String, CaseIterable, Sendable {
    case arithmetic
    case flowWeighted = "flow_weighted"
}

/// Where a factor's readings come from.
package enum FactorSource: Hashable, Sendable {
    /// A register of a Modbus device: indices into `buses`, its `devices` and their `registers`.
    case register(bus: Int, device: Int, register: Int)
    /// A factor code in the frames of an HJ 212 instrument: an index into `instruments`.
    case instrument(index: Int, code: String)
    /// From other factors of the outlet: `a01011` from `a01017`, `a21002` from `a21003` and `a21004`.
    case computed
}

/// One entry of `outlets[].factors[].limits`.
package struct LimitConfiguration: Equatable, Sendable {
    package var average: LimitAverage
    package var of: LimitQuantity = .measured
    /// Values above raise an alarm.
    package var maximum: Double?
    /// Values below raise an alarm.
    package var minimum: Double?
    /// A fraction of `maximum` (0…1) from which a warning is raised.
    package var warn: Double?
    /// How far the value must come back before the alarm clears, in the factor's unit.
    package var deadband: Double
    /// On the plant's clock: from this moment on, and up to, not including, this one; nil: always.
    package var validFrom: CivilTime?
    package var validTo: CivilTime?
    /// Months, both ends included.
    package var months: CalendarSpan?
    /// Minutes of the day from 00:00; the end is not included.
    package var minutesOfDay: CalendarSpan?
    package var conditions: [LimitCondition] = []
    /// Of the limits that apply those with the greatest number decide.
    package var priority = 0
    /// Permit number, standard or order that sets it.
    package var source: String?

    /// The deadband of a limit that states none, as a fraction of the limit's amount.
    package static let defaultDeadbandFraction = 0.02
}

/// One entry of `outlets[].factors[].quotas`: an amount that may be emitted within a period.
package struct QuotaConfiguration: Equatable, Sendable {
    package var period: QuotaPeriod
    /// In the unit of the factor's `Cou`.
    package var maximum: Double
    /// Fractions of it (0…1) that are told before it is reached, rising.
    package var warn: [Double] = [0.8, 0.9]
    /// On the plant's clock: for periods that begin from this moment on, and before this one; nil: all.
    package var validFrom: CivilTime?
    package var validTo: CivilTime?
    /// Only hours that meet these count; empty: all.
    package var conditions: [LimitCondition] = []
    /// Permit number or order that sets it.
    package var source: String?
    /// What was emitted before the gateway counted.
    package var before: EarlierAmount?
}

/// What was emitted within a period before the gateway was commissioned.
package struct EarlierAmount: Equatable, Sendable {
    /// In the unit of the factor's `Cou`.
    package var amount: Double
    /// On the plant's clock: from when on the gateway counts. The amount belongs to the period that contains it.
    package var until: CivilTime
}

/// Which value of a factor a limit judges.
package enum LimitAverage: String, CaseIterable, Sendable {
    case realtime, minute, hour, day, month, year
}

/// Which quantity of a factor a limit judges.
package enum LimitQuantity: String, CaseIterable, Sendable {
    case measured, converted
    /// kg/h, of an hour.
    case mass
    /// The amount of the period, in the unit of `Cou`.
    case total
}
