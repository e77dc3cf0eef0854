/// Amounts of a flow and of the meter beside it over the same time, both in the meter's unit.
package struct MeterBalance: Hashable, Sendable {
    /// By the present values.
    package var flow: Double
    /// By the meter.
    package var meter: Double

    package init(flow: Double, meter: Double) {
        self.flow = flow
        self.meter = meter
    }

    /// Of what the meter says, from which both may differ.
    package static let tolerance = 0.05
    /// A difference of a single count says nothing.
    private static let leastDifference = 1.0

    /// Whether both cannot be right.
    package var differs: Bool { (flow - meter).magnitude > max(Self.tolerance * meter.magnitude, Self.leastDifference) }

    /// How far apart they are, as a part of what the meter says; nil where it says nothing.
    package var difference: Double? { meter > 0 ? (flow - meter).magnitude / meter : nil }

    static func + (a: MeterBalance, b: MeterBalance) -> MeterBalance {
        MeterBalance(flow: a.flow + b.flow, meter: a.meter + b.meter)
    }
}
