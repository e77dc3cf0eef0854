import HostSystem

/// A small file beside the journal that keeps the sequence from restarting when the journal itself is lost.
///
/// It holds a number that no used seq exceeds; it is written, safely, before that number is reached.
struct SequenceReserve {
    /// So many numbers are reserved at a time; so many at most are skipped when the journal is lost.
    private static let block: Int64 = 100_000

    private let path: String
    private var reserved: Int64

    init(path: String) {
        self.path = path
        let text = (try? Files.read(path, limit: 64)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        reserved = Int64(text.prefix { $0.isNumber }) ?? 0
    }

    /// The first number that is certainly unused, for a journal without records.
    var firstUnused: Int64 { reserved + 1 }

    /// Makes sure that `sequence` is covered.
    mutating func cover(_ sequence: Int64) throws(SystemError) {
        guard sequence > reserved else { return }
        let next = (sequence / Self.block + 1) * Self.block
        try Files.writeSafely(Array("\(next)\n".utf8), to: path)
        reserved = next
    }
}
