import Glibc

/// The sole owner of an open file, socket or terminal; closed with it.
package struct FileDescriptor: ~Copyable, Sendable {
    package let raw: Int32

    /// Takes over `raw`, which is open.
    package init(owning raw: Int32) {
        self.raw = raw
    }

    deinit { close(raw) }

    /// Hands the open file over to the caller, who closes it.
    package consuming func release() -> Int32 {
        let raw = raw
        discard self
        return raw
    }
}
