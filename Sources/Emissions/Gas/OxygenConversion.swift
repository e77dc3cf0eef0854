/// The conversion to reference oxygen with the rules for oxygen near that of air, where the formula runs away.
///
/// No standard text settles the matter outside HJ 212-2025, so all of it is a setting.
package struct OxygenConversion: Hashable, Sendable {
    /// What is done with oxygen above the cap while the plant runs.
    package enum CapAction: String, CaseIterable, Sendable {
        /// Compute as if oxygen were at the cap.
        case cap
        /// The measured concentration stands in.
        case useMeasured = "use_measured"
        /// No converted value.
        case null
        /// Plain formula below 21 %, from there on the greatest number the field holds: HJ 212-2025.
        case max
    }

    package var reference: OxygenReference
    /// Above this the action applies; below 21 %.
    package var capPercent: Double
    package var action: CapAction
    /// From this on a plant that stands gives no converted value.
    package var idlePercent: Double

    package init(
        reference: OxygenReference, capPercent: Double = 20, action: CapAction = .cap, idlePercent: Double = 19
    ) {
        self.reference = reference
        self.capPercent = capPercent
        self.action = action
        self.idlePercent = idlePercent
    }

    /// The converted value of `milligramsPerCubicMetre` (dry standard) at dry oxygen, or what stands in its place.
    ///
    /// `isIdle`: the plant is marked stopped or its flow is below the idle threshold. Oxygen at or below 0 %, above 25 % or
    /// not a number is a fault of the oxygen meter: the failure concerns the converted value alone.
    package func convert(
        milligramsPerCubicMetre: Double, oxygenPercent: Double, isIdle: Bool = false
    ) throws(CalculationFailure) -> ConvertedConcentration {
        let concentration = try milligramsPerCubicMetre.possible(.concentration)
        if reference == .none { return .converted(concentration) }
        guard oxygenPercent > 0, oxygenPercent <= 25 else { throw .impossible(.oxygen) }
        if isIdle, oxygenPercent >= idlePercent { return .absent(.idle) }
        if action == .max {
            guard oxygenPercent < OxygenReference.airOxygenPercent else { return .maximum }
        } else if !(oxygenPercent <= capPercent) {
            return try beyondCap(concentration)
        }
        let value = try reference.converted(
            milligramsPerCubicMetre: concentration, oxygenPercent: oxygenPercent)
        return .converted(value)
    }

    private func beyondCap(_ concentration: Double) throws(CalculationFailure) -> ConvertedConcentration {
        switch action {
        case .useMeasured: .measured(concentration)
        case .null: .absent(.oxygenNearAir)
        case .cap, .max:
            .capped(
                try reference.converted(milligramsPerCubicMetre: concentration, oxygenPercent: capPercent))
        }
    }
}

/// A converted concentration (折算浓度), or what a record carries in its place.
package enum ConvertedConcentration: Hashable, Sendable {
    /// Why there is none although nothing is at fault.
    package enum Absence: String, CaseIterable, Sendable { case idle, oxygenNearAir }

    case converted(Double)
    /// Computed with oxygen at the cap; the record's quality says so.
    case capped(Double)
    /// Not converted, by setting.
    case measured(Double)
    /// The greatest number that the receiver's field holds.
    case maximum
    case absent(Absence)

    /// In mg/m³; nil for ``maximum``, which depends on the field, and where there is none.
    package var milligramsPerCubicMetre: Double? {
        switch self {
        case .converted(let value), .capped(let value), .measured(let value): value
        case .maximum, .absent: nil
        }
    }
}
