package import Telemetry

/// Tells connections of one line apart; a number is never used twice in the life of a line.
package typealias ConnectionID = Int

/// What a line tells and asks. Every call comes on the line's own thread, one at a time.
package protocol LineHandler: AnyObject, Sendable {
    /// Bytes can come from `peer` now.
    func opened(_ connection: ConnectionID, peer: String)
    /// Bytes have come; what is returned is sent back.
    func received(_ connection: ConnectionID, _ bytes: [UInt8], at now: Uptime) -> [UInt8]
    /// Called about once a second for an open connection; what is returned is sent.
    func tick(_ connection: ConnectionID, at now: Uptime) -> [UInt8]
    func closed(_ connection: ConnectionID, reason: String)
    /// The line cannot be opened; it is tried again.
    func unavailable(reason: String)
    /// The thread is alive; called at least once a second.
    func alive()
}
