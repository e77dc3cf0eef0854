package import Telemetry

/// Receives what happens on a ``Line`` and says what to answer.
///
/// Every method is called on the line's own thread, one at a time, in the order `opened`, then any number of `received`
/// and `tick`, then `closed` for each connection. A method that takes long delays the whole line, nothing else.
package protocol LineHandler: Sendable {
    /// A connection is there: accepted, established, or a serial port opened. `peer` is for people.
    func opened(_ connection: ConnectionID, peer: String, at now: Uptime) -> LineReply
    /// Bytes came in, one or more, cut at no particular place.
    func received(_ bytes: ArraySlice<UInt8>, on connection: ConnectionID, at now: Uptime) -> LineReply
    /// Called about once a second for every open connection, for time-outs and for what is to be sent unasked.
    func tick(_ connection: ConnectionID, at now: Uptime) -> LineReply
    /// The connection is gone; its id does not come back.
    func closed(_ connection: ConnectionID, reason: BilingualText, at now: Uptime)
    /// The line cannot be opened: refused, unreachable, unplugged. The same is not repeated until it has been open again.
    func failed(_ error: SystemError, at now: Uptime)
    /// A peer was turned away; told once for each host, of the first hosts.
    func trouble(_ text: BilingualText, at now: Uptime)
    /// A peer at `host` found no place; told each time.
    func crowded(host: String, at now: Uptime)
}

extension LineHandler {
    package func opened(_ connection: ConnectionID, peer: String, at now: Uptime) -> LineReply { .nothing }
    package func tick(_ connection: ConnectionID, at now: Uptime) -> LineReply { .nothing }
    package func closed(_ connection: ConnectionID, reason: BilingualText, at now: Uptime) {}
    package func failed(_ error: SystemError, at now: Uptime) { trouble(error.text, at: now) }
    package func trouble(_ text: BilingualText, at now: Uptime) {}
    package func crowded(host: String, at now: Uptime) {}
}

/// One connection of a line; never used twice within it.
package struct ConnectionID: Hashable, Sendable, CustomStringConvertible {
    package let number: UInt64

    package init(number: UInt64) {
        self.number = number
    }

    package var description: String { "#\(number)" }
}

/// What a handler wants done with a connection.
package struct LineReply: Equatable, Sendable {
    /// To be sent, in order after what is still waiting.
    package var bytes: [UInt8]
    /// Set: the connection is closed for this reason as soon as everything is sent.
    package var closing: BilingualText?
    /// The peer has shown that it belongs here: it keeps its place on a crowded line.
    package var isProof = false

    package init(_ bytes: [UInt8] = [], closing: BilingualText? = nil) {
        self.bytes = bytes
        self.closing = closing
    }

    /// Go on listening.
    package static let nothing = LineReply()

    /// Sends `bytes` and goes on.
    package static func send(_ bytes: [UInt8]) -> LineReply { LineReply(bytes) }

    /// Sends `bytes`, then closes.
    package static func close(_ reason: BilingualText, after bytes: [UInt8] = []) -> LineReply {
        LineReply(bytes, closing: reason)
    }
}
