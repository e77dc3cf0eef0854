import Glibc
import HostSystem

/// A serial line without hardware: the program under test opens ``path``, the test speaks at ``far``.
///
/// The near side is also held open here, so that settings and bytes outlive the program's closing it.
package final class TestTerminal: @unchecked Sendable {
    /// The far end of the line, a descriptor to read and write; -1 once the line is pulled out.
    package private(set) var far: Int32 = -1
    private var near: Int32 = -1
    /// The device file of the near end.
    package let path: String

    package init() {
        var name = [CChar](repeating: 0, count: 128)
        var settings = termios()
        cfmakeraw(&settings)
        let result = openpty(&far, &near, &name, &settings, nil)
        precondition(result == 0, "cannot make a pseudo-terminal: \(SystemError.text(of: errno))")
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { unplug() }

    /// Bytes that have come through to the near end and that nobody has read.
    package var waiting: Int {
        var count: Int32 = 0
        return ioctl(near, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// Pulls the line out: whoever has it open sees it hang up, and it cannot be opened again.
    package func unplug() {
        for descriptor in [far, near] where descriptor >= 0 { close(descriptor) }
        far = -1
        near = -1
    }
}
