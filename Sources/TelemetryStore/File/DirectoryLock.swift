import Glibc
import HostSystem
import Telemetry

/// Holds a data directory for this process until it goes away, however it does: a `flock` on `journal.lock`.
///
/// SQLite would let two daemons write in turn, but their sequence numbers would collide.
package struct DirectoryLock: ~Copyable, Sendable {
    private let file: FileDescriptor

    init(directory: String) throws(JournalError) {
        let path = directory + "/journal.lock"
        let raw = retryingOnInterrupt { unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640) }
        guard raw >= 0 else { throw JournalError("open", path: path, errno: errno) }
        let file = FileDescriptor(owning: raw)
        guard Self.take(raw) else {
            let code = errno
            guard code == EWOULDBLOCK else { throw JournalError("lock", path: path, errno: code) }
            let owner = Self.text(of: raw)
            throw JournalError(
                "lock", path: path, reason: .locked, code: code,
                .init(
                    "another process\(owner.isEmpty ? "" : " (pid \(owner))") uses this data directory; "
                        + "stop it or choose another data_directory",
                    zh: "另一进程\(owner.isEmpty ? "" : "（pid \(owner)）")正在使用此数据目录；请停止它，或另设 data_directory"))
        }
        // For the message above only; the lock itself does not depend on it.
        let owner = Array(String(getpid()).utf8)
        _ = ftruncate(raw, 0)
        _ = unsafe pwrite(raw, owner, owner.count, 0)
        self.file = file
    }

    /// The process that holds `directory`, as it wrote itself down, empty if it did not; nil: none does. Takes the lock for a
    /// moment, for which a daemon that starts meanwhile waits.
    package static func owner(of directory: String) -> String? {
        let raw = retryingOnInterrupt { unsafe open(directory + "/journal.lock", O_RDONLY | O_CLOEXEC) }
        guard raw >= 0 else { return nil }
        let file = FileDescriptor(owning: raw)
        guard flock(file.raw, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        return text(of: file.raw)
    }

    /// A daemon that is just ending, or a child between fork and exec, may hold the lock for a moment longer.
    private static func take(_ raw: Int32) -> Bool {
        for _ in 0..<50 {
            if retryingOnInterrupt({ flock(raw, LOCK_EX | LOCK_NB) }) == 0 { return true }
            if errno != EWOULDBLOCK { return false }
            usleep(20_000)
        }
        errno = EWOULDBLOCK
        return false
    }

    private static func text(of raw: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 20)
        let count = unsafe pread(raw, &buffer, buffer.count, 0)
        let digits = buffer.prefix(max(0, count)).filter { (0x30...0x39).contains($0) }
        return String(decoding: digits, as: UTF8.self)
    }
}

extension JournalError {
    /// A system call that failed on `path`.
    init(_ operation: String, path: String, errno code: Int32) {
        let reason: Reason =
            switch code {
            case EACCES, EPERM, EROFS, ENOENT, ENOTDIR, EISDIR: .unwritable
            case ENOSPC, EDQUOT, EFBIG: .full
            default: .failed
            }
        let advice: BilingualText =
            switch reason {
            case .unwritable:
                .init(
                    "; the data directory must exist and be writable by the user that runs gatewayd",
                    zh: "；数据目录必须存在，并且运行 gatewayd 的用户可写")
            case .full: .init("; free some space on this file system", zh: "；请在此文件系统上腾出空间")
            default: .init(verbatim: "")
            }
        self.init(operation, path: path, reason: reason, code: code, SystemError.words(of: code) + advice)
    }
}
