import Telemetry

/// A request that the owner of the session executes.
struct Execution: Sendable {
    let id: CentreSession.ExecutionID
    let request: HostRequest
    let packet: Packet
    /// When the owner has taken too long.
    var deadline: Uptime
    /// Data that wait to be sent.
    var queue: [FieldMessage] = []
    /// Whether any were sent.
    var hasSent = false
    /// How it ended; nil: the owner is at work.
    var result: ExecutionResult?
    /// Whether the owner knows that more data are welcome.
    var askedForMore = true

    /// The number of 9012. Data that were asked for and are not there are a result of their own.
    /// Source: HJ 212-2017, table 6 (100).
    var finalResult: ExecutionResult? {
        request.returns != nil && !hasSent && result == .success ? .noData : result
    }
}
