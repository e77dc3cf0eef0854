import Glibc
import HostSystem
import Telemetry

/// The greatest number of which anybody outside may know, kept in `journal.head` beside the database while it is open.
///
/// It is written after each commit and before anybody is told of it, so after a SIGKILL it is exact: a database that ends
/// below it has lost records that were told to be durable, be it for a damaged write-ahead log or an older copy. It is
/// synchronised now and then only, so after a power cut it may be some seconds behind; it never is ahead.
struct HeadMark: ~Copyable, Sendable {
    private static let syncInterval = Duration.seconds(10)
    private static let width = 19

    private let file: FileDescriptor
    private var syncedAt = SystemClock.uptime

    static func path(in directory: String) -> String { directory + "/journal.head" }

    /// Begins at `number`; durable when it returns, once the directory is synchronised.
    init(directory: String, at number: Int64) throws(JournalError) {
        let path = Self.path(in: directory)
        let raw = retryingOnInterrupt { unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640) }
        guard raw >= 0 else { throw JournalError("create", path: path, errno: errno) }
        let file = FileDescriptor(owning: raw)
        guard Self.write(number, to: raw), fsync(raw) == 0 else {
            throw JournalError("write", path: path, errno: errno)
        }
        self.file = file
    }

    /// Records up to `number` are durable and about to be told of.
    mutating func move(to number: Int64) {
        // What could not be written leaves an older mark, which is still true; the records themselves are durable.
        guard Self.write(number, to: file.raw), SystemClock.uptime >= syncedAt + Self.syncInterval else { return }
        _ = fdatasync(file.raw)
        syncedAt = SystemClock.uptime
    }

    /// Of one width, so that a newer number replaces the older one wholly.
    private static func write(_ number: Int64, to raw: Int32) -> Bool {
        let digits = String(number)
        let text = Array((String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits + "\n").utf8)
        return retryingOnInterrupt { unsafe pwrite(raw, text, text.count, 0) } == text.count
    }

    /// Nil when there is none, or nothing sensible in it.
    static func load(from directory: String) -> Int64? {
        guard let text = smallText(of: path(in: directory)), text.utf8.count == width + 1, text.last == "\n",
            let number = Int64(text.dropLast()), (0...SequenceReserve.greatest).contains(number)
        else { return nil }
        return number
    }

    /// After an orderly end the reserve says where it was.
    static func remove(from directory: String) {
        _ = unsafe unlink(path(in: directory))
    }
}

/// The first 256 bytes of a file; nil when it cannot be read.
func smallText(of path: String) -> String? {
    let raw = retryingOnInterrupt { unsafe open(path, O_RDONLY | O_CLOEXEC) }
    guard raw >= 0 else { return nil }
    let file = FileDescriptor(owning: raw)
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = retryingOnInterrupt { unsafe read(file.raw, &buffer, buffer.count) }
    return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
}
