import Glibc
import HostSystem

/// Room that the journal keeps for the moment when the disk is full: opening a database and deleting old records take space
/// themselves. It is a file, `journal.ballast`, that is given up then and made again once there is plenty.
struct DiskBallast: Sendable {
    static let bytes: Int64 = 8 << 20
    /// With less than this the disk counts as full: a commit and the write-ahead log may need as much.
    static let fullBelow: Int64 = 6 << 20

    private let path: String

    init(directory: String) {
        path = directory + "/journal.ballast"
    }

    /// Gives the room up when `freeBytes` says that the disk is full, and takes it when `plenty` and the room itself are free;
    /// nil: not known, and nothing is done.
    func adjust(freeBytes: Int64?, plenty: Int64) {
        guard let freeBytes else { return }
        if freeBytes < Self.fullBelow { return release() }
        if freeBytes >= plenty + 4 * Self.bytes, JournalFile.size(of: path) < Self.bytes { fill() }
    }

    private func release() { _ = unsafe unlink(path) }

    /// A ballast that cannot be made is none; it is tried again.
    private func fill() {
        let raw = retryingOnInterrupt { unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640) }
        guard raw >= 0 else { return }
        let file = FileDescriptor(owning: raw)
        if posix_fallocate(file.raw, 0, off_t(Self.bytes)) != 0 { release() }
    }
}
