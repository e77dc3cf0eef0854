import Glibc

/// Standard input, output and error of the program.
package enum StandardStreams {
    /// Opens `/dev/null` for each that was closed when the program started, so that no file of the program gets its number and
    /// takes what is meant for it. To be called before anything else is opened.
    ///
    /// Each is opened the wrong way round: to read from it and to write to it still fails as on a closed one.
    package static func fillClosed() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is this one.
            _ = unsafe open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }
}
