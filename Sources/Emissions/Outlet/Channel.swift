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
        /// kW, with amounts in kWh.
        case energy
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
    package var scale = ReadingScale()
    /// Numbers of the reading that mean "no value".
    package var invalidNumbers: [Double] = []
    package var isConverted = false
    /// What a converted value without bound is sent as.
    package var greatest = 999_999.999
    package var isFlowWeighted = false
    /// From sample to sample, s.
    package var interval = 5.0
    /// From result to result of a batch analyser, s; nil: it measures continuously.
    package var cycle: Double?
    /// What its readings are; nil: not known.
    package var readings: ReadingSource?
    /// What counts its amounts; nil: they are computed from the present values.
    package var meter: ChannelMeter?

    package init(code: String, role: Role) {
        self.code = code
        self.role = role
    }

    /// How old a value may be, in ms, that still tells the condition of the gas.
    package var carriedFor: Int64 { Int64(min(max(60, 3 * interval), 1e6) * 1000) }

    /// Whether a source slower than a minute counts through its interval.
    var isHeld: Bool { interval > 60 && cycle == nil && !isMeterAlone }

    /// Whether its readings are those of the meter, and no present values.
    package var isMeterAlone: Bool { meter?.isBeside == false }

    /// The mean flow, in the unit of the record, that makes the amount in so many minutes.
    func flow(ofAmount amount: Double, minutes: Int) -> Double {
        switch role {
        case .waterFlow: amount * 1000 / (60 * Double(minutes))
        case .energy: amount * 60 / Double(minutes)
        default: amount / (60 * Double(minutes))
        }
    }

    /// The amount that a mean flow makes in a minute.
    func amount(ofFlow flow: Double) -> Double {
        switch role {
        case .waterFlow: flow * 60 * 1e-3
        case .energy: flow / 60
        default: flow * 60
        }
    }

    /// What a mean flow carries off, in the unit of the record; nil: nobody knows.
    ///
    /// A flow meter that shows less than nothing may be connected the wrong way round; of water, a little less is the noise of a
    /// meter in water that stands.
    func carrying(_ flow: Double?) -> Double? {
        guard let flow, flow < 0 else { return flow }
        if role == .waterFlow { return flow >= -zeroNoise(otherwise: 0) ? 0 : nil }
        return origin == .area ? 0 : nil
    }

    /// What a flow of so much, in the unit of the record, adds to its meter in a second.
    package func meterRate(ofFlow flow: Double) -> Double { amount(ofFlow: flow) / 60 }
}

/// What counts the amounts of a channel: a meter in m³, or kWh.
package struct ChannelMeter: Hashable, Sendable {
    package var settings: Totaliser.Settings
    /// Whether it is read beside the channel's present values; else the channel's readings are the meter's.
    package var isBeside = false
    /// Of a meter beside, what its readings are multiplied with.
    package var slope = 1.0
    /// Numbers of the reading that mean "no value".
    package var invalidNumbers: [Double] = []
    /// What its readings are; nil: not known. Another meter begins anew.
    package var readings: ReadingSource?

    package init(settings: Totaliser.Settings = .init(), isBeside: Bool = false) {
        self.settings = settings
        self.isBeside = isBeside
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
