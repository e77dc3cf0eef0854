import CLinux
import Glibc

/// Small files as a whole.
package enum Files {
    /// The bytes of the file at `path`. Fails with EFBIG when it has more than `limit`, so that a wrong path (a log, a
    /// device) does not fill the memory.
    package static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let raw = unsafe gw_open(path, O_RDONLY, 0)
        guard raw >= 0 else { throw SystemError("open", path, code: -raw) }
        let descriptor = FileDescriptor(owning: raw)
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = retryingOnInterrupt { unsafe Glibc.read(descriptor.raw, &buffer, buffer.count) }
            guard count >= 0 else { throw SystemError("read", path, code: errno) }
            if count == 0 { return content }
            content += buffer[..<count]
            guard content.count <= limit else { throw SystemError("read", path, code: EFBIG) }
        }
    }

    /// Replaces the file at `path` by `bytes` so that after a crash or power cut either the old or the new content is
    /// there, whole. `mode`: the new file's permissions, less the umask.
    package static func writeSafely(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(SystemError) {
        let temporary = "\(path).new-\(getpid())"
        do throws(SystemError) {
            try writeDurably(bytes, to: temporary, mode: mode)
            guard unsafe rename(temporary, path) == 0 else { throw SystemError("replace", path, code: errno) }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        try synchronise(directory: parent(of: path))
    }

    /// Makes the directory `path` and those above it that are missing; no error when it is there already.
    package static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
        if unsafe mkdir(path, mode_t(mode)) == 0 { return }
        switch errno {
        case EEXIST:
            guard isDirectory(path) else { throw SystemError("make directory", path, code: ENOTDIR) }
        case ENOENT where parent(of: path) != path:
            try makeDirectory(parent(of: path), mode: mode)
            // Somebody else may have made it in between, which is as good.
            guard unsafe mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else {
                throw SystemError("make directory", path, code: errno)
            }
        default:
            throw SystemError("make directory", path, code: errno)
        }
    }

    package static func isDirectory(_ path: String) -> Bool {
        var about = stat()
        return unsafe stat(path, &about) == 0 && about.st_mode & S_IFMT == S_IFDIR
    }

    /// The directory that `path` lies in: `/a` of `/a/b`, `.` of `b`, `/` of `/`.
    package static func parent(of path: String) -> String {
        var bytes = Array(path.utf8)
        let slash = UInt8(ascii: "/")
        while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
        guard let last = bytes.lastIndex(of: slash) else { return "." }
        return last == 0 ? "/" : String(decoding: bytes[..<last], as: UTF8.self)
    }

    private static func writeDurably(_ bytes: [UInt8], to path: String, mode: UInt32) throws(SystemError) {
        let raw = unsafe gw_open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
        guard raw >= 0 else { throw SystemError("create", path, code: -raw) }
        let descriptor = FileDescriptor(owning: raw)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = retryingOnInterrupt {
                unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor.raw, $0.baseAddress, $0.count) }
            }
            guard count > 0 else { throw SystemError("write", path, code: errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor.raw) == 0 else { throw SystemError("write", path, code: errno) }
    }

    private static func synchronise(directory path: String) throws(SystemError) {
        let raw = unsafe gw_open(path, O_RDONLY | O_DIRECTORY, 0)
        guard raw >= 0 else { throw SystemError("open", path, code: -raw) }
        let descriptor = FileDescriptor(owning: raw)
        // Some file systems cannot synchronise a directory and say EINVAL; there is nothing better to do then.
        guard fsync(descriptor.raw) == 0 || errno == EINVAL else { throw SystemError("write", path, code: errno) }
    }
}
