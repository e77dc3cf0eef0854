import HostSystem
package import Telemetry

/// A Modbus request or connection that failed.
package struct ModbusError: Error, Equatable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        /// No complete answer within the time limit.
        case timeout
        /// There is no connection, or it has broken.
        case notConnected
        /// The answer is damaged, or belongs to another request.
        case badReply
        /// The device refused. Source: Modbus Application Protocol 1.1b3, 7.
        case exception(code: UInt8)
    }

    /// What was tried, such as `connect` or `read`.
    package let operation: String
    package let reason: Reason
    /// The library's or the kernel's own words.
    package let detail: String

    package init(_ operation: String, _ reason: Reason, detail: String) {
        self.operation = operation
        self.reason = reason
        self.detail = detail
    }

    package var description: String { "\(operation): \(detail)" }

    /// The reason as readings carry it.
    package var failure: ReadFailure {
        switch reason {
        case .timeout: .timeout
        case .notConnected: .notConnected
        case .badReply: .badReply
        case .exception(let code): .exception(code: code)
        }
    }
}
