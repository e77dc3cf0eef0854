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
    package var factors: [FactorConfiguration]
}

/// `outlets[].stack`: the constants of a stack.
package struct StackSettings: Equatable, Sendable {
    /// Cross-section, m².
    package var area: Double?
    /// Velocity-field coefficient Kv. Source: HJ 212-2017, formula (29).
    package var velocityCoefficient: Double?
    /// Reference oxygen, % by volume.
    package var referenceOxygen: Double?
    /// Atmospheric pressure, Pa.
    package var atmosphericPressure: Double?
}

/// One entry of `outlets[].factors`.
package struct FactorConfiguration: Equatable, Sendable {
    /// The factor code, such as `a21026`.
    package var code: String
    package var source: FactorSource
    package var basis: GasBasis = .dry
    package var state: GasState = .standard
    /// Whether records also carry the value converted to the reference oxygen.
    package var converted: Bool = false
    /// The measuring range.
    package var range: ClosedRange<Double>?
    package var limits: [LimitConfiguration]
}

/// Where a factor's readings come from.
package enum FactorSource: Hashable, Sendable {
    /// A register of a Modbus device: indices into `buses`, its `devices` and their `registers`.
    case register(bus: Int, device: Int, register: Int)
    /// A factor code in the frames of an HJ 212 instrument: an index into `instruments`.
    case instrument(index: Int, code: String)
}

/// Whether water vapour counts in the concentration an instrument states.
package enum GasBasis: String, CaseIterable, Sendable {
    case dry, wet
}

/// Whether an instrument states its concentration at 273 K and 101 325 Pa or at the stack's conditions.
package enum GasState: String, CaseIterable, Sendable {
    case standard, actual
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

    /// The deadband of a limit that states none, as a fraction of the limit's amount.
    package static let defaultDeadbandFraction = 0.02
}

/// Which value of a factor a limit judges.
package enum LimitAverage: String, CaseIterable, Sendable {
    case realtime, minute, hour, day
}

/// Which quantity of a factor a limit judges.
package enum LimitQuantity: String, CaseIterable, Sendable {
    case measured, converted
}
