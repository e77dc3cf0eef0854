import Glibc

/// Standard output and standard error for commands that talk to a person or a pipe.
package enum Console {
    package static func print(_ text: String) { print(Array(text.utf8)) }

    /// Writes to standard output. Ends the program with exit code 1 and a message where that is not possible, as on a full
    /// disk: a result that is not all there must not look like one.
    package static func print(_ bytes: [UInt8]) {
        do {
            try output(bytes)
        } catch {
            giveUp(error)
        }
    }

    package static func error(_ text: String) { try? write(Array(text.utf8), to: 2) }

    /// Writes to standard output, for callers that tell of a failure in their own words.
    package static func output(_ bytes: [UInt8]) throws(SystemError) { try write(bytes, to: 1) }

    /// Whether standard output is a terminal.
    package static var isTerminal: Bool { isatty(1) == 1 }

    /// Whether standard error is a terminal.
    package static var errorIsTerminal: Bool { isatty(2) == 1 }

    /// Columns and rows of the terminal; 80 × 24 when it does not say.
    package static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Writes everything. A closed pipe ends the program quietly, as a filter is expected to.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { buffer in
                retryingOnInterrupt { unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count) }
            }
            guard written > 0 else {
                if errno == EPIPE { _exit(0) }
                throw SystemError("write", descriptor == 1 ? "standard output" : "standard error", code: errno)
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Ends the program. Success becomes failure where standard output cannot be closed: some file systems (NFS, quotas) tell
    /// only then that what was written is lost.
    package static func exit(_ code: Int32) -> Never {
        if code == 0, close(1) != 0, errno != EBADF {
            giveUp(SystemError("write", "standard output", code: errno))
        }
        Glibc.exit(code)
    }

    private static func giveUp(_ error: SystemError) -> Never {
        self.error("gatewayd: \(error)\n")
        Glibc.exit(1)
    }

    /// Ends the process without tidying up.
    package static func exitAtOnce(_ code: Int32) -> Never { _exit(code) }
}

/// One `read(2)` of up to `limit` bytes; empty at the end of the file.
package func readChunk(of descriptor: Int32, limit: Int, name: String) throws(SystemError) -> [UInt8] {
    var count = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
        count = retryingOnInterrupt { unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
        filled = max(count, 0)
    }
    guard count >= 0 else { throw SystemError("read", name, code: errno) }
    return bytes
}
