/// How a result of a batch analyser is told from the one before it.
package enum ResultIdentity: Equatable, Sendable {
    /// By the time of its sample, which is the instant of the reading.
    case sampleTime
    /// By its number alone: the analyser holds each result until the next one.
    case number
    /// By a register that changes with each result, as the time of the sample or a counter. Nil: it could not be read.
    case register(Double?)
}
