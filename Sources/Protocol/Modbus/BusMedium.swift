/// How frames reach a bus: what advice makes sense there.
package enum BusMedium: Hashable, Sendable {
    /// Modbus TCP.
    case tcp
    /// RTU frames over a TCP connection; behind it is a serial line.
    case rtuOverTCP
    /// RTU on a serial port.
    case serial
}
