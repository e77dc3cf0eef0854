import CModbus
import Glibc
import HostSystem
package import Protocol
package import Telemetry

/// A failed operation on a bus: what was tried, why it failed, and the number the system gave.
package struct ModbusError: Error, Equatable, Sendable {
    /// In words, such as `connect to 10.0.0.5:502`.
    package let operation: String
    package let fault: BusFault
    /// The errno behind the fault, libmodbus's own numbers included; 0 when there was none.
    package let code: Int32

    init(_ operation: String, _ fault: BusFault, code: Int32 = 0) {
        self.operation = operation
        self.fault = fault
        self.code = code
    }

    /// The error behind `code`, an errno of the system or of libmodbus.
    init(_ operation: String, errno code: Int32) {
        self.init(operation, Self.fault(of: code), code: code)
    }

    init(_ operation: String, _ defect: ReplyDefect) {
        switch defect {
        case .exception(let code): self.init(operation, .exception(code: code))
        case .mismatch(let mismatch): self.init(operation, .badReply(mismatch))
        }
    }

    /// A line that did not open; `code` is an errno of the system.
    init(opening operation: String, errno code: Int32) {
        // That nobody answers the door is not an answer that came too late.
        self.init(operation, code == ETIMEDOUT ? .line(.unanswered) : Self.fault(of: code), code: code)
    }

    /// What a reading that did not come says about it. A line that fails for any reason of the system is not connected.
    package var readFailure: ReadFailure { fault.readFailure }

    private static func fault(of code: Int32) -> BusFault {
        switch code {
        case ETIMEDOUT: .timeout
        case Int32(gw_bad_data), Int32(gw_too_much_data): .badReply(.oversize)
        default: .line(lineFault(of: code))
        }
    }

    /// What an error of the system says of a line.
    package static func lineFault(of code: Int32) -> BusFault.LineFault {
        switch code {
        // A port whose adapter is pulled out gives EIO or end of file (ECONNRESET), ENXIO or ENODEV; later it is not found.
        case ECONNRESET, ECONNABORTED, EPIPE, ENOTCONN, EBADF, EIO: .lost
        case ENOENT, ENXIO, ENODEV: .noSuchFile
        case ECONNREFUSED: .refused
        case EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL: .unreachable
        case EACCES, EPERM: .permissionDenied
        case EBUSY: .busy
        case ENOTTY: .notASerialPort
        default: .system(SystemError.text(of: code))
        }
    }
}

extension ModbusError: CustomStringConvertible {
    package var description: String { "\(operation): \(fault.what.en)" }
}
