import Glibc
import HostSystem
import Telemetry

/// What the directory says of the numbers that were used, before the database is opened.
struct NumberHistory: Equatable, Sendable {
    /// Nil: there is none, or it cannot be read.
    var reserve: SequenceReserve?
    /// `journal.seq` is there, but says nothing sensible.
    var isReserveUnreadable = false
    /// Of which number somebody may know for certain; nil: that is not known.
    var told: Int64?

    static func load(from directory: String) -> NumberHistory {
        let reserve = SequenceReserve.load(from: directory)
        return NumberHistory(
            reserve: reserve,
            isReserveUnreadable: reserve == nil && JournalFile.exists(SequenceReserve.path(in: directory)),
            told: HeadMark.load(from: directory))
    }

    /// Before gatewayd was; where a clock shows less, it is wrong.
    private static let earliest: Int64 = 1_735_689_600_000

    /// The last number that counts as used; the next one is the first new one.
    ///
    /// After an orderly end, a crash and a power cut that is the database's own head, as long as the database reaches as far
    /// as somebody may know. When it does not (lost, replaced, restored from a copy, write-ahead log gone or damaged),
    /// numbers up to the reserve may have been seen by a platform, and all of them are skipped. Without a reserve, but with
    /// signs of an earlier journal, they go on at the milliseconds since 1970: no journal commits a record
    /// in each of them.
    ///
    /// - Parameters:
    ///   - head: the greatest number in the database; nil: the database is new.
    ///   - hadJournal: whether files of an earlier journal lie beside it.
    func lastUsed(head: Int64?, hadJournal: Bool, at wall: WallInstant) -> Int64 {
        let seen = max(head ?? 0, told ?? 0)
        guard let reserve else {
            let isSure = !isReserveUnreadable && seen == head ?? 0 && (head != nil || !hadJournal)
            return isSure ? seen : max(seen, wall.millisecondsSince1970, Self.earliest)
        }
        let isSure = head != nil && seen == head && (reserve.closedAt ?? told).map { $0 <= seen } ?? false
        return isSure ? seen : max(seen, reserve.reservedThrough)
    }
}
