import Glibc
import HostSystem

/// How far sequence numbers may have been used, kept beside the database so that it survives the database's loss.
///
/// The text file `journal.seq` is written ahead of use, in blocks, with fsync and rename. After an orderly end it also
/// says what the last number was, so that an older copy of the database put in its place is noticed.
struct SequenceReserve: Equatable, Sendable {
    /// No number above this was ever used.
    var reservedThrough: Int64
    /// The last number used, if the journal was closed in order and not opened since.
    var closedAt: Int64?

    static func path(in directory: String) -> String { directory + "/journal.seq" }

    var text: String {
        "reserved \(reservedThrough)\n" + (closedAt.map { "closed \($0)\n" } ?? "")
    }

    /// The reserve written as `text`; nil when it is not one.
    init?(text: String) {
        var values: [Substring: Int64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int64(words[1]), (0...Self.greatest).contains(number) else {
                return nil
            }
            values[words[0]] = number
        }
        guard let reserved = values["reserved"] else { return nil }
        self.init(reservedThrough: reserved, closedAt: values["closed"])
    }

    init(reservedThrough: Int64, closedAt: Int64?) {
        self.reservedThrough = reservedThrough
        self.closedAt = closedAt
    }

    /// Far beyond any use, and small enough that blocks above it do not overflow.
    static let greatest: Int64 = 1 << 60
}

/// Reading and writing of the file.
extension SequenceReserve {
    /// Nil when there is no such file, or nothing sensible in it.
    static func load(from directory: String) -> SequenceReserve? {
        smallText(of: path(in: directory)).flatMap { SequenceReserve(text: $0) }
    }

    /// Durable when it returns.
    func save(in directory: String) throws(JournalError) {
        let path = Self.path(in: directory)
        let temporary = path + ".new"
        try write(to: temporary)
        guard unsafe rename(temporary, path) == 0 else { throw JournalError("replace", path: path, errno: errno) }
        try synchroniseDirectory(directory)
    }

    private func write(to path: String) throws(JournalError) {
        let raw = retryingOnInterrupt { unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640) }
        guard raw >= 0 else { throw JournalError("create", path: path, errno: errno) }
        let file = FileDescriptor(owning: raw)
        let bytes = Array(text.utf8)
        let count = retryingOnInterrupt { unsafe Glibc.write(file.raw, bytes, bytes.count) }
        guard count == bytes.count else {
            throw JournalError("write", path: path, errno: count < 0 ? errno : ENOSPC)
        }
        guard fsync(file.raw) == 0 else { throw JournalError("write", path: path, errno: errno) }
    }
}

/// Makes new names in `directory` durable.
func synchroniseDirectory(_ directory: String) throws(JournalError) {
    let raw = retryingOnInterrupt { unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard raw >= 0 else { throw JournalError("open", path: directory, errno: errno) }
    let file = FileDescriptor(owning: raw)
    guard fsync(file.raw) == 0 else { throw JournalError("synchronise", path: directory, errno: errno) }
}
