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
        /// Its factors, an index into ``DeliveryCount/factorSets``: there are few combinations.
        var factors: Int
    }

    private let journal: Journal
    private let reader: JournalReader
    private let zone: ZoneRules
    private var records: [HourRecord] = []
    private var factorSets: [[String]] = []
    private var readThrough: Int64
    /// By uplink: up to here it owes nothing that it carries.
    private var looked: [String: (selection: RecordSelection, through: Int64)] = [:]

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
            return HourRecord(
                sequence: row.sequence, outlet: row.outlet, date: civil.date, start: row.timestamp,
                factors: index(ofFactors: RecordSelection.factors(in: row.body)))
        }
    }

    private func index(ofFactors codes: [String]) -> Int {
        if let known = factorSets.lastIndex(of: codes) { return known }
        factorSets.append(codes)
        return factorSets.count - 1
    }

    private func carried(by uplink: UplinkConfiguration) -> some Sequence<HourRecord> {
        let selection = RecordSelection(uplink)
        return records.lazy.filter { [factorSets] record in
            selection.carries(.hour, of: record.outlet, factors: factorSets[record.factors])
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

    /// By outlet and date, the hours of which `uplink` owes no record any more; none for an uplink that does not carry them.
    func acknowledged(by uplink: UplinkConfiguration) -> [String: [Int: Int]] {
        struct Hour: Hashable {
            let outlet: String
            let date: Int
            let start: Int64
        }
        let ledger = ledger(of: uplink)
        // An hour has a second record when an instrument delivered late what was missing.
        var owed: Set<Hour> = []
        var hours: Set<Hour> = []
        for record in carried(by: uplink) {
            let hour = Hour(outlet: record.outlet, date: record.date, start: record.start)
            if ledger.owes(record.sequence) { owed.insert(hour) } else { hours.insert(hour) }
        }
        var counts: [String: [Int: Int]] = [:]
        for hour in hours.subtracting(owed) { counts[hour.outlet, default: [:]][hour.date, default: 0] += 1 }
        return counts
    }

    private func ledger(of uplink: UplinkConfiguration) -> BacklogLedger {
        journal.cursor(of: uplink.id).flatMap { BacklogLedger(text: $0) } ?? BacklogLedger()
    }

    // MARK: Waiting

    /// Pages of the journal that are looked at for one uplink, at most: it is the main thread that looks.
    private static let mostLooks = 256
    /// Records before one that tell when it was written.
    private static let neighbours: Int64 = 64

    /// The hour records that `uplink` carries and still owes, oldest first.
    func owedHours(by uplink: UplinkConfiguration) -> [DeliveryWatch.Hour] {
        let ledger = ledger(of: uplink)
        return carried(by: uplink).filter { ledger.owes($0.sequence) }.map {
            DeliveryWatch.Hour(sequence: $0.sequence, start: WallInstant(millisecondsSince1970: $0.start))
        }
    }

    /// How long the oldest record that `uplink` carries and owes has been waiting in the journal, but for those that were
    /// set aside; nil: it owes none, as far as can be seen in one look.
    func backlogAge(
        of uplink: UplinkConfiguration, except setAside: [Int64], at wall: WallInstant
    ) throws(JournalError) -> Duration? {
        let ledger = ledger(of: uplink)
        let selection = RecordSelection(uplink)
        let carried = CarriedRecords(reader, selection)
        let head = journal.committedHead
        var position = looked[uplink.id].flatMap { $0.selection == selection ? $0.through : nil } ?? 0
        if position > head { position = 0 }
        var isClear = true
        defer { if isClear { looked[uplink.id] = (selection, position) } }
        for _ in 0..<Self.mostLooks {
            guard let range = ledger.owed(after: position, through: head) else { return nil }
            let page = try carried.read(after: range.lowerBound - 1, through: range.upperBound, limit: 1)
            if let first = page.rows.first?.sequence, !setAside.contains(first) { return try age(of: first, at: wall) }
            if !page.rows.isEmpty, isClear {
                // What is set aside is looked at again the next time.
                looked[uplink.id] = (selection, position)
                isClear = false
            }
            position = page.through
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
