import CLinux
import Glibc

/// Two ends of a serial line that exists in the kernel only: for simulated instruments and for tests.
package final class PseudoTerminal: Sendable {
    private let descriptor: FileDescriptor
    /// The device file of the far end, to be opened like a serial port.
    package let path: String

    package init() throws(SystemError) {
        var name = [CChar](repeating: 0, count: 128)
        let raw = unsafe gw_open_pseudo_terminal(&name, name.count)
        guard raw >= 0 else { throw SystemError("open a pseudo-terminal", code: -raw) }
        descriptor = FileDescriptor(owning: raw)
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The near end.
    package var raw: Int32 { descriptor.raw }
}
