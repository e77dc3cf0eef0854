import CLinux
import Glibc
package import Telemetry

/// A serial port in raw mode.
package enum SerialPort {
    /// Opens the port with these settings. No other process may open it while it is open here.
    package static func open(_ settings: SerialSettings) throws(SystemError) -> FileDescriptor {
        let raw = unsafe Glibc.open(settings.path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard raw >= 0 else { throw SystemError("open", settings.path, code: errno) }
        let port = FileDescriptor(owning: raw)
        guard let speed = speed(settings.baud) else {
            throw SystemError("set \(settings.baud) baud on", settings.path, code: EINVAL)
        }
        var terminal = termios()
        guard unsafe tcgetattr(raw, &terminal) == 0 else { throw SystemError("open", settings.path, code: errno) }
        unsafe cfmakeraw(&terminal)
        terminal.c_cflag |= tcflag_t(CREAD | CLOCAL)
        terminal.c_cflag &= ~tcflag_t(CSIZE | PARENB | PARODD | CSTOPB)
        terminal.c_cflag |= tcflag_t(settings.dataBits == 7 ? CS7 : CS8)
        if settings.stopBits == 2 { terminal.c_cflag |= tcflag_t(CSTOPB) }
        switch settings.parity {
        case .none: break
        case .even: terminal.c_cflag |= tcflag_t(PARENB)
        case .odd: terminal.c_cflag |= tcflag_t(PARENB | PARODD)
        }
        unsafe cfsetspeed(&terminal, speed)
        guard unsafe tcsetattr(raw, TCSANOW, &terminal) == 0 else {
            throw SystemError("set up", settings.path, code: errno)
        }
        claim(raw)
        return port
    }

    /// No other process may open the port behind `descriptor` while that is open.
    package static func claim(_ descriptor: Int32) { gw_serial_exclusive(descriptor) }

    private static func speed(_ baud: Int) -> speed_t? {
        switch baud {
        case 1_200: speed_t(B1200)
        case 2_400: speed_t(B2400)
        case 4_800: speed_t(B4800)
        case 9_600: speed_t(B9600)
        case 19_200: speed_t(B19200)
        case 38_400: speed_t(B38400)
        case 57_600: speed_t(B57600)
        case 115_200: speed_t(B115200)
        case 230_400: speed_t(B230400)
        default: nil
        }
    }
}
