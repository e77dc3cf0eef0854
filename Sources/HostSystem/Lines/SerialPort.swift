import CLinux
import Glibc
package import Telemetry

/// Opening and setting up serial ports. Source: termios(3), tty_ioctl(4).
package enum SerialPort {
    /// Opens the port for raw bytes, non-blocking, for this program alone; what waited in it is dropped.
    ///
    /// Fails with EBUSY when another program that locks its ports has it.
    package static func open(_ settings: SerialSettings) throws(SystemError) -> FileDescriptor {
        let raw = unsafe gw_open(settings.path, O_RDWR | O_NOCTTY | O_NONBLOCK, 0)
        guard raw >= 0 else { throw SystemError("open serial port", settings.path, code: -raw) }
        let descriptor = FileDescriptor(owning: raw)
        guard flock(raw, LOCK_EX | LOCK_NB) == 0 else {
            throw SystemError("lock serial port", settings.path, code: errno == EWOULDBLOCK ? EBUSY : errno)
        }
        try configure(raw, settings)
        _ = gw_terminal_exclusive(raw, 1)
        _ = tcflush(raw, TCIOFLUSH)
        return descriptor
    }

    /// Lets other programs open the port again while this one still has it. A terminal keeps the mark until its last
    /// descriptor is closed, which for a pseudo-terminal may be somebody else's.
    package static func release(_ descriptor: Int32) {
        _ = gw_terminal_exclusive(descriptor, 0)
    }

    private static func configure(_ descriptor: Int32, _ settings: SerialSettings) throws(SystemError) {
        var mode = termios()
        guard unsafe tcgetattr(descriptor, &mode) == 0 else {
            throw SystemError("set up serial port", settings.path, code: errno)
        }
        unsafe cfmakeraw(&mode)
        mode.c_cflag &= ~tcflag_t(CSIZE | CSTOPB | PARENB | PARODD) & ~tcflag_t(CRTSCTS)
        mode.c_cflag |= tcflag_t(CLOCAL | CREAD | (settings.dataBits == 7 ? CS7 : CS8))
        if settings.stopBits == 2 { mode.c_cflag |= tcflag_t(CSTOPB) }
        switch settings.parity {
        case .none: break
        case .even: mode.c_cflag |= tcflag_t(PARENB)
        case .odd: mode.c_cflag |= tcflag_t(PARENB | PARODD)
        }
        guard let speed = speed(of: settings.baud) else {
            throw SystemError("set the speed of", "\(settings.path), \(settings.baud) baud", code: EINVAL)
        }
        guard unsafe cfsetispeed(&mode, speed) == 0, unsafe cfsetospeed(&mode, speed) == 0,
            unsafe tcsetattr(descriptor, TCSANOW, &mode) == 0
        else { throw SystemError("set up serial port", settings.path, code: errno) }
    }

    /// The kernel's name for a speed; nil for one that ``SerialSettings/bauds`` does not list.
    private static func speed(of baud: Int) -> speed_t? {
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
