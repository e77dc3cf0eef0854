package import Protocol
package import Telemetry

/// How a bus is reached.
package enum ModbusTransport: Equatable, Sendable {
    /// Modbus TCP; `host` is a name or an address of IPv4 or IPv6.
    case tcp(host: String, port: UInt16)
    /// RTU frames over a TCP connection, as serial servers carry them.
    case rtuOverTCP(host: String, port: UInt16)
    /// RTU on a serial port.
    case serial(SerialSettings)

    package var medium: BusMedium {
        switch self {
        case .tcp: .tcp
        case .rtuOverTCP: .rtuOverTCP
        case .serial: .serial
        }
    }

    /// What an operator calls the other end.
    package var peer: String {
        switch self {
        case .tcp(let host, let port), .rtuOverTCP(let host, let port): "\(host):\(port)"
        case .serial(let settings): settings.path
        }
    }
}

extension SerialSettings {
    /// The time `bytes` take on the line: start bit, data bits, parity bit and stop bits each.
    func transmissionTime(bytes: Int) -> Duration {
        let bitsPerByte = 1 + dataBits + (parity == .none ? 0 : 1) + stopBits
        return .nanoseconds(Int64(bytes * bitsPerByte) * 1_000_000_000 / Int64(max(1, baud)))
    }
}
