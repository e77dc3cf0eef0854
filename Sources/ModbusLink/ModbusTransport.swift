package import Telemetry

/// How a bus is reached.
package enum ModbusTransport: Equatable, Sendable {
    case tcp(host: String, port: UInt16)
    /// RTU frames through a TCP connection, as serial servers carry them.
    case rtuOverTCP(host: String, port: UInt16)
    case serial(SerialSettings)

    /// For messages.
    package var text: String {
        switch self {
        case .tcp(let host, let port): "\(host):\(port)"
        case .rtuOverTCP(let host, let port): "\(host):\(port) (RTU)"
        case .serial(let settings): settings.path
        }
    }
}
