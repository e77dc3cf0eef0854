/// What the operator or a signal says about the condition of the plant (工况标记), apart from the flag of an instrument.
///
/// The same letters mean other things as data flags: there `F` is an instrument out of service and `B` lost communication.
/// Source: the marks of the HJ 75 and HJ 76 family.
package enum PlantMark: String, CaseIterable, Sendable {
    case running = "N"
    /// The source stands (停运); nothing is emitted.
    case stopped = "F"
    case startUp = "St"
    case shutDown = "Sd"
    /// Banked fire (闷炉).
    case banked = "B"
}
