/// One factor of an outlet as the arithmetic sees it: what it is, and how its reading becomes an instantaneous value.
package struct Channel: Hashable, Sendable {
    /// What the factor is to the others of its outlet.
    package enum Role: Hashable, Sendable {
        /// A condition of the gas, or the oxygen of a conversion.
        case condition(GasCondition)
        /// a01017, kPa.
        case dynamicPressure
        /// a01011, m/s.
        case velocity
        /// a00000, dry standard, m³/s.
        case gasFlow
        /// mg/m³, dry standard.
        case gasConcentration
        /// w00000, L/s.
        case waterFlow
        /// mg/L, or µg/L with amounts in g.
        case waterConcentration
        /// Averaged, and nothing else.
        case other
    }

    /// Where its values come from.
    package enum Origin: Hashable, Sendable {
        case measured
        /// Velocity from dynamic pressure.
        case pitot
        /// NOx from NO, and NO₂ where the outlet has it.
        case nitrogenOxides(NitrogenOxides)
        /// Dry standard flow from area and velocity.
        case area
    }

    package var code: String
    package var role: Role
    package var origin = Origin.measured
    /// Of the reading.
    package var basis = GasBasis.dryStandard
    package var correction = LinearCorrection.none
    /// The measuring range, in the unit of the reading as it comes; nil: none is known.
    package var range: ClosedRange<Double>?
    /// Numbers of the reading that mean "no value".
    package var invalidNumbers: [Double] = []
    /// What turns the unit of the corrected reading into that of the record.
    package var unitFactor = 1.0
    package var isConverted = false
    /// What a converted value without bound is sent as.
    package var greatest = 999_999.999
    package var isFlowWeighted = false
    /// From sample to sample, s.
    package var interval = 5.0
    /// From result to result of a batch analyser, s; nil: it measures continuously.
    package var cycle: Double?
    /// The reading is a meter in m³ that begins anew at this; `.infinity`: never. Nil: it is a present value.
    package var meterModulus: Double?

    package init(code: String, role: Role) {
        self.code = code
        self.role = role
    }

    /// How old a value may be, in ms, that still tells the condition of the gas.
    var carriedFor: Int64 { Int64(min(max(60, 3 * interval), 1e6) * 1000) }

    /// Whether a source slower than a minute counts through its interval.
    var isHeld: Bool { interval > 60 && cycle == nil && meterModulus == nil }

    /// The reading in the unit of the record, before the conditions of the gas come in; nil where it is no number.
    func normalised(_ reading: Double) -> (value: Double, isOverRange: Bool)? {
        let value = recorded(reading)
        guard value.isFinite else { return nil }
        return (value, range.map { reading > $0.upperBound } ?? false)
    }

    /// What a number of the reading is in the unit of the record.
    package func recorded(_ reading: Double) -> Double {
        (correction.slope * reading + correction.offset) * unitFactor
    }
}

/// A condition of the gas that others are computed with.
package enum GasCondition: Int, CaseIterable, Hashable, Sendable {
    /// a01012, °C.
    case temperature
    /// a01013, kPa, gauge.
    case staticPressure
    /// i23001, kPa.
    case atmosphericPressure
    /// a01014, % of the volume.
    case humidity
    /// a19001, % of the dry volume.
    case oxygen

    /// The factor that measures it.
    package var code: String {
        switch self {
        case .temperature: "a01012"
        case .staticPressure: "a01013"
        case .atmosphericPressure: "i23001"
        case .humidity: "a01014"
        case .oxygen: "a19001"
        }
    }
}
