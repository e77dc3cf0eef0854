import CLinux
import Glibc

/// Two ends of a serial line that exists in the kernel only: for simulated instruments and for tests.
///
/// The far end is held open here, so that the line survives whoever opens and closes it.
package final class PseudoTerminal: Sendable {
    private let near: FileDescriptor
    private let far: FileDescriptor
    /// The device file of the far end, to be opened like a serial port.
    package let path: String

    package init() throws(SystemError) {
        var name = [CChar](repeating: 0, count: 128)
        let raw = unsafe gw_open_pseudo_terminal(&name, name.count)
        guard raw >= 0 else { throw SystemError("open a pseudo-terminal", code: -raw) }
        near = FileDescriptor(owning: raw)
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let other = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard other >= 0 else { throw SystemError("open", path, code: errno) }
        far = FileDescriptor(owning: other)
    }

    /// The near end.
    package var raw: Int32 { near.raw }

    /// Another descriptor of the near end.
    func duplicate() throws(SystemError) -> FileDescriptor {
        let copy = dup(near.raw)
        guard copy >= 0 else { throw SystemError("open", path, code: errno) }
        return FileDescriptor(owning: copy)
    }
}
