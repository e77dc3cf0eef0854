import Glibc

/// Socket files for programs of the same user on this machine.
package enum LocalSocket {
    /// What stands at a path where a socket file is to be made.
    package enum Occupant: Equatable, Sendable {
        /// It is left alone, so that nothing can listen there.
        case otherFile
        /// A program answers.
        case program
    }

    /// What keeps ``listen(path:)`` from making its file at `path`; nil: nothing, or a socket file that nobody answers at.
    package static func occupant(of path: String) -> Occupant? {
        var about = stat()
        guard unsafe lstat(path, &about) == 0 else { return nil }
        guard about.st_mode & S_IFMT == S_IFSOCK else { return .otherFile }
        guard let address = try? SocketAddress(path: path), (try? isAnswered(address)) == true else { return nil }
        return .program
    }

    /// A listening socket at `path` that only the owner may connect to.
    ///
    /// A socket file that nobody answers at, left by a killed program, is replaced; one that is answered fails with
    /// EADDRINUSE, and a file that is no socket is left alone.
    static func listen(path: String) throws(SystemError) -> FileDescriptor {
        let address = try SocketAddress(path: path)
        let descriptor = try Sockets.open(for: address)
        // Linux gives the file the mode of the socket, so it is private from its first moment.
        guard fchmod(descriptor.raw, 0o600) == 0 else { throw SystemError("protect the socket", path, code: errno) }
        if unsafe address.withPointer({ unsafe bind(descriptor.raw, $0, $1) }) != 0 {
            guard errno == EADDRINUSE, isSocket(path), try !isAnswered(address) else {
                throw SystemError("listen on", path, code: errno == 0 ? EADDRINUSE : errno)
            }
            _ = unsafe unlink(path)
            guard unsafe address.withPointer({ unsafe bind(descriptor.raw, $0, $1) }) == 0 else {
                throw SystemError("listen on", path, code: errno)
            }
        }
        guard Glibc.listen(descriptor.raw, 8) == 0 else { throw SystemError("listen on", path, code: errno) }
        return descriptor
    }

    private static func isSocket(_ path: String) -> Bool {
        var about = stat()
        let code = unsafe lstat(path, &about)
        let isSocket = code == 0 && about.st_mode & S_IFMT == S_IFSOCK
        // For the caller's message: what stands in the way is in the way.
        errno = EADDRINUSE
        return isSocket
    }

    private static func isAnswered(_ address: SocketAddress) throws(SystemError) -> Bool {
        let probe = try Sockets.open(for: address)
        let result = unsafe address.withPointer { unsafe Glibc.connect(probe.raw, $0, $1) }
        // EAGAIN: its queue of waiting connections is full, so somebody owns it.
        let answered = result == 0 || errno != ECONNREFUSED
        errno = EADDRINUSE
        return answered
    }
}
