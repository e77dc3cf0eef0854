package import Protocol
package import Telemetry

/// What one poll of one device brought; a poll that failed brings readings with flag `B` and the reason.
package struct PollResult: Equatable, Sendable {
    /// The place of the device in the bus's configuration, from 0.
    package let device: Int
    /// When the poll was through.
    package var at: WallInstant
    /// One for each register, in the order of the configuration.
    package let readings: [Reading]
    /// The words that the device answered, in the order of the requests; empty when they are not kept.
    package let answers: [RegisterAnswer]
    /// The values of registers, by index, that a `Double` does not hold with all their digits.
    package let digits: [Int: ExactDecimal]
    /// What brought no numbers, in the order of the requests.
    package let failures: [PollFailure]

    package init(
        device: Int, at: WallInstant, readings: [Reading], answers: [RegisterAnswer] = [],
        digits: [Int: ExactDecimal] = [:], failures: [PollFailure] = []
    ) {
        self.device = device
        self.at = at
        self.readings = readings
        self.answers = answers
        self.digits = digits
        self.failures = failures
    }
}

/// What came of a request on the bus.
package enum ReadOutcome: Equatable, Sendable {
    /// The answer: as many registers, or bits as 0 and 1, as were asked for.
    case words([UInt16])
    /// No answer, or none that can be used.
    case failed(BusFault)
}
