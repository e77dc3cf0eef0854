/// A fault that a simulated device shows on purpose.
package enum Misbehaviour: Equatable, Sendable {
    /// No answer at all; the connection stays open.
    case silent
    /// The right answer, so much later.
    case late(Duration)
    /// The right answer, one byte at a time with a pause before each.
    case piecewise(Duration)
    /// The answer of the next unit.
    case wrongUnit
    /// A bit is wrong: the CRC of an RTU frame, the transaction number of a TCP frame.
    case damaged
    /// A Modbus exception instead of data.
    case exception(UInt8)
}

/// A misbehaviour and the phases of the script in which it shows.
package struct ScheduledMisbehaviour: Equatable, Sendable {
    package var window: ClosedRange<Double>
    package var misbehaviour: Misbehaviour

    package init(_ misbehaviour: Misbehaviour, during window: ClosedRange<Double> = 0...Double.infinity) {
        self.window = window
        self.misbehaviour = misbehaviour
    }
}
