import CModbus
import Glibc
import HostSystem
import Protocol
package import Telemetry

/// A failed operation on a bus: what was tried, why it failed, and the number the system gave.
package struct ModbusError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// No answer, or not all of it, within the time limit.
        case timeout
        /// The line is not open: refused, unreachable, hung up, unplugged.
        case notConnected
        /// Something came that does not answer the request; the text says in which respect.
        case badReply(String)
        /// The device refuses. Source: Modbus Application Protocol 1.1b3, 7.
        case exception(code: UInt8)
        /// The system refuses, such as EACCES or EBUSY for a port.
        case io(errno: Int32)
    }

    /// In words, such as `connect to 10.0.0.5:502`.
    package let operation: String
    package let reason: Reason
    /// The errno behind the reason, libmodbus's own numbers included; 0 when there was none.
    package let code: Int32

    init(_ operation: String, _ reason: Reason, code: Int32 = 0) {
        self.operation = operation
        self.reason = reason
        self.code = code
    }

    /// The error behind `code`, an errno of the system or of libmodbus.
    init(_ operation: String, errno code: Int32) {
        self.init(operation, Self.reason(of: code), code: code)
    }

    init(_ operation: String, _ defect: ReplyDefect) {
        switch defect {
        case .exception(let code): self.init(operation, .exception(code: code))
        case .mismatch(let detail): self.init(operation, .badReply(detail))
        }
    }

    /// What a reading that did not come says about it. A line that fails for any reason of the system is not connected.
    package var readFailure: ReadFailure {
        switch reason {
        case .timeout: .timeout
        case .notConnected, .io: .notConnected
        case .badReply: .badReply
        case .exception(let code): .exception(code: code)
        }
    }

    private static func reason(of code: Int32) -> Reason {
        switch code {
        case ETIMEDOUT: .timeout
        // A port whose adapter is pulled out gives EIO or end of file (ECONNRESET), ENXIO or ENODEV; later it is not found.
        case ECONNRESET, ECONNREFUSED, ECONNABORTED, EPIPE, ENOTCONN, EBADF, EHOSTUNREACH, EHOSTDOWN, ENETUNREACH,
            ENETDOWN, EADDRNOTAVAIL, EIO, ENXIO, ENODEV, ENOENT:
            .notConnected
        case Int32(gw_bad_crc): .badReply("CRC")
        case Int32(gw_bad_data), Int32(gw_too_much_data): .badReply("length")
        default: .io(errno: code)
        }
    }
}

extension ModbusError: CustomStringConvertible {
    package var description: String {
        let why =
            switch reason {
            case .timeout: "timeout"
            case .notConnected: code == 0 ? "not connected" : SystemError.text(of: code)
            case .badReply(let detail): "bad reply (\(detail))"
            case .exception(let code): "exception \(code)"
            case .io(let errno): SystemError.text(of: errno)
            }
        return "\(operation): \(why)"
    }
}
