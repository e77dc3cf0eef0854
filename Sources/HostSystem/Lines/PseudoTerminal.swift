import CLinux
import Glibc

/// Both ends of a serial cable inside the kernel: ours as a descriptor, the far one as a device file that any program
/// can open as a serial port. Raw: bytes pass unchanged.
///
/// The far end stays usable while programs open and close it; it vanishes with the value.
@safe
package final class PseudoTerminal: Sendable {
    /// Our end, non-blocking.
    package let near: FileDescriptor
    /// Keeps the cable "plugged in" while no program has the far end open.
    private let far: FileDescriptor
    /// The device file of the far end.
    package let path: String

    package init() throws(SystemError) {
        var name = [CChar](repeating: 0, count: 128)
        let raw = unsafe gw_open_pseudo_terminal(&name, name.count)
        guard raw >= 0 else { throw SystemError("open a pseudo-terminal", code: -raw) }
        near = FileDescriptor(owning: raw)
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let rawFar = unsafe gw_open(path, O_RDWR | O_NOCTTY, 0)
        guard rawFar >= 0 else { throw SystemError("open", path, code: -rawFar) }
        far = FileDescriptor(owning: rawFar)
        var mode = termios()
        guard unsafe tcgetattr(rawFar, &mode) == 0 else { throw SystemError("set up", path, code: errno) }
        unsafe cfmakeraw(&mode)
        guard unsafe tcsetattr(rawFar, TCSANOW, &mode) == 0, fcntl(raw, F_SETFL, O_NONBLOCK) == 0 else {
            throw SystemError("set up", path, code: errno)
        }
    }
}
