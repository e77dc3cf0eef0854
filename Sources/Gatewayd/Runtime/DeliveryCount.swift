import Alarms
import GatewayCore
import Telemetry
import TelemetryStore

/// Counts how many hour records every uplink has had acknowledged, by outlet and date.
///
/// The journal and what each uplink still owes say it exactly, also after a restart, so nothing is counted on the way. For
/// one thread.
final class DeliveryCount {
    /// The days looked back on: the month and the one before.
    private static let reach = Duration.seconds(62 * 86_400)
    private static let kinds = KindFilter.only(["hour"])

    private struct HourRecord {
        var sequence: Int64
        var outlet: String
        /// `YYYYMMDD`.
        var date: Int
        var start: Int64
    }

    private let journal: Journal
    private let reader: JournalReader
    private let zone: ZoneRules
    private var records: [HourRecord] = []
    private var readThrough: Int64

    /// Looks for the hour records of the days that count.
    init(_ journal: Journal, zone: ZoneRules, at wall: WallInstant) throws(JournalError) {
        self.journal = journal
        self.zone = zone
        reader = try journal.makeReader()
        readThrough = journal.committedHead
        let oldest = (wall - Self.reach).millisecondsSince1970
        var sequence = readThrough + 1
        while true {
            sequence = try reader.previousSequence(before: sequence, kinds: Self.kinds)
            guard sequence > 0, let record = try read(after: sequence - 1, through: sequence).first,
                record.start >= oldest
            else { break }
            records.append(record)
        }
        records.reverse()
    }

    private func read(after: Int64, through: Int64) throws(JournalError) -> [HourRecord] {
        try reader.read(after: after, through: through, kinds: Self.kinds, limit: 1_000).rows.map { row in
            let civil = zone.civilTime(at: WallInstant(millisecondsSince1970: row.timestamp))
            return HourRecord(sequence: row.sequence, outlet: row.outlet, date: civil.date, start: row.timestamp)
        }
    }

    /// Takes in the hour records that were committed since, and forgets those that no longer count.
    func update(at wall: WallInstant) throws(JournalError) {
        let head = journal.committedHead
        guard head > readThrough else { return }
        let new = try read(after: readThrough, through: head)
        readThrough = new.count == 1_000 ? new.last?.sequence ?? head : head
        records += new
        let oldest = (wall - Self.reach).millisecondsSince1970
        records.removeAll { $0.start < oldest }
    }

    /// By outlet and date, the records that `uplink` no longer owes; none for an uplink that does not carry them.
    func acknowledged(by uplink: UplinkConfiguration) -> [String: [Int: Int]] {
        guard uplink.kinds.contains(.hour) else { return [:] }
        let ledger = ledger(of: uplink)
        var counts: [String: [Int: Int]] = [:]
        for record in records
        where !ledger.owes(record.sequence) && uplink.outlets?.contains(record.outlet) ?? true {
            counts[record.outlet, default: [:]][record.date, default: 0] += 1
        }
        return counts
    }

    private func ledger(of uplink: UplinkConfiguration) -> BacklogLedger {
        journal.cursor(of: uplink.id).flatMap { BacklogLedger(text: $0) } ?? BacklogLedger()
    }

    // MARK: Waiting

    /// More gaps between owed records than this are not looked into.
    private static let mostRanges = 256
    /// Records before one that tell when it was written.
    private static let neighbours: Int64 = 64

    /// The hour records that `uplink` carries and still owes, oldest first.
    func owedHours(by uplink: UplinkConfiguration) -> [DeliveryWatch.Hour] {
        guard uplink.kinds.contains(.hour) else { return [] }
        let ledger = ledger(of: uplink)
        return records.filter { ledger.owes($0.sequence) }.map {
            DeliveryWatch.Hour(sequence: $0.sequence, start: WallInstant(millisecondsSince1970: $0.start))
        }
    }

    /// How long the oldest record that `uplink` owes has been waiting in the journal, but for those that were set aside;
    /// nil: it owes none.
    func backlogAge(
        of uplink: UplinkConfiguration, except setAside: [Int64], at wall: WallInstant
    ) throws(JournalError) -> Duration? {
        let ledger = ledger(of: uplink)
        let kinds = KindFilter.only(Set(uplink.kinds.map(\.rawValue)))
        let head = journal.committedHead
        var position: Int64 = 0
        for _ in 0..<Self.mostRanges {
            guard let range = ledger.owed(after: position, through: head) else { return nil }
            let first = try reader.read(
                after: range.lowerBound - 1, through: range.upperBound, kinds: kinds, limit: 1
            ).rows.first?.sequence
            if let first, !setAside.contains(first) { return try age(of: first, at: wall) }
            position = first ?? range.upperBound
        }
        return nil
    }

    /// A record bears the beginning of its period, which for a month is long before it was written. The latest beginning of
    /// those before it is close to that.
    private func age(of sequence: Int64, at wall: WallInstant) throws(JournalError) -> Duration {
        let rows = try reader.read(
            after: max(0, sequence - Self.neighbours), through: sequence, kinds: .all, limit: Int(Self.neighbours)
        ).rows
        guard let written = rows.map(\.timestamp).max() else { return .zero }
        return max(.zero, wall - WallInstant(millisecondsSince1970: written))
    }
}
