import Glibc

/// Files as the daemon needs them: small, whole, and safely replaced.
package enum Files {
    /// The whole file; an error when it is longer than `limit` bytes.
    package static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let raw = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { throw SystemError("open", path, code: errno) }
        let file = FileDescriptor(owning: raw)
        var bytes: [UInt8] = []
        while true {
            let chunk = try readChunk(of: file.raw, limit: 65_536, name: path)
            if chunk.isEmpty { return bytes }
            bytes += chunk
            guard bytes.count <= limit else { throw SystemError("read", path, code: EFBIG) }
        }
    }

    /// The file, or standard input when there is no name.
    package static func openForReading(_ path: String?) throws(SystemError) -> FileDescriptor {
        let raw = path.map { unsafe open($0, O_RDONLY | O_CLOEXEC) } ?? dup(0)
        guard raw >= 0 else { throw SystemError("open", path ?? "standard input", code: errno) }
        return FileDescriptor(owning: raw)
    }

    /// Replaces the file: after a power cut it holds either the old or the new bytes.
    package static func writeSafely(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let draft = path + ".new"
        let raw = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard raw >= 0 else { throw SystemError("create", draft, code: errno) }
        let file = FileDescriptor(owning: raw)
        let written = unsafe bytes.withUnsafeBytes { unsafe write(raw, $0.baseAddress, $0.count) }
        guard written == bytes.count, fsync(file.raw) == 0 else { throw SystemError("write", draft, code: errno) }
        guard unsafe rename(draft, path) == 0 else { throw SystemError("rename", draft, code: errno) }
        try syncDirectory(of: path)
    }

    /// Makes the folder, and those above it, unless it is there.
    package static func makeDirectory(_ path: String) throws(SystemError) {
        if unsafe mkdir(path, 0o750) == 0 || errno == EEXIST { return }
        let code = errno
        guard code == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw SystemError("create the folder", path, code: code)
        }
        try makeDirectory(String(path[..<slash]))
        guard unsafe mkdir(path, 0o750) == 0 || errno == EEXIST else {
            throw SystemError("create the folder", path, code: errno)
        }
    }

    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    package static func move(_ path: String, to new: String) throws(SystemError) {
        guard unsafe rename(path, new) == 0 else { throw SystemError("rename", path, code: errno) }
    }

    package static func remove(_ path: String) { unsafe _ = unlink(path) }

    /// Takes the file for this process alone until the descriptor is closed. EWOULDBLOCK: another process has it.
    package static func lock(_ path: String) throws(SystemError) -> FileDescriptor {
        let raw = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard raw >= 0 else { throw SystemError("open", path, code: errno) }
        let file = FileDescriptor(owning: raw)
        guard flock(raw, LOCK_EX | LOCK_NB) == 0 else { throw SystemError("lock", path, code: errno) }
        return file
    }

    /// `path` made absolute; relative ones start at `directory`.
    package static func absolute(_ path: String, in directory: String) -> String {
        path.hasPrefix("/") ? path : directory + "/" + path
    }

    /// The folder the program was started in.
    package static var currentDirectory: String {
        guard let path = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    private static func syncDirectory(of path: String) throws(SystemError) {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let raw = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else { throw SystemError("open", directory, code: errno) }
        let file = FileDescriptor(owning: raw)
        guard fsync(file.raw) == 0 else { throw SystemError("sync", directory, code: errno) }
    }
}
