package import Telemetry

/// Why a line could not be opened, or a request on it brought no answer that can be used.
package enum BusFault: Hashable, Sendable {
    /// Nothing within the time limit.
    case timeout
    /// Within the time limit only the beginning of an answer came.
    case cutAnswer
    /// Within the time limit nothing came but the request's own bytes.
    case echoOnly
    /// Something came that does not answer the request.
    case badReply(ReplyMismatch)
    /// The device refuses. Source: Modbus Application Protocol 1.1b3, 7.
    case exception(code: UInt8)
    /// The line is not open.
    case line(LineFault)

    /// Why a line is not open.
    package enum LineFault: Hashable, Sendable {
        /// Nobody opened it yet.
        case closed
        /// It was open, and the other end hung up or the adapter was pulled out.
        case lost
        /// The host is there, and nobody listens at the port.
        case refused
        /// Nobody took up the connection in time.
        case unanswered
        case unreachable
        /// The name cannot be looked up; what the resolver says.
        case unknownHost(String)
        case noSuchFile
        case notASerialPort
        case permissionDenied
        /// Somebody else has the port.
        case busy
        /// What the system says.
        case system(String)
    }

    package static let notConnected = BusFault.line(.closed)

    /// What a reading that did not come says about it.
    package var readFailure: ReadFailure {
        switch self {
        case .timeout, .cutAnswer, .echoOnly: .timeout
        case .badReply: .badReply
        case .exception(let code): .exception(code: code)
        case .line: .notConnected
        }
    }

    /// The device is there and needs time: Acknowledge, and Busy. Source: Modbus Application Protocol 1.1b3, 7 (codes 05 and 06).
    package var asksForPatience: Bool { self == .exception(code: 5) || self == .exception(code: 6) }

    /// Whether the right answer may still be on its way.
    package var mayStillBeAnswered: Bool {
        switch self {
        case .timeout, .cutAnswer, .echoOnly: true
        // A damaged answer was the answer.
        case .badReply(let mismatch): mismatch != .checksum
        case .exception, .line: false
        }
    }
}
