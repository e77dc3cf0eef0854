import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry
import TelemetryStore

/// Counts the journal for the `counts` records of hours and days. For one thread at a time.
final class PeriodCounts: Sendable {
    /// The key of what is remembered; no uplink has such a name.
    static let key = "journal:counts"

    private let journal: Journal
    private let calendar: PeriodCalendar
    private let schedule: Mutex<CountsSchedule>

    /// Goes on where the run before has stopped; an existing journal is counted from its present end on.
    init(_ journal: Journal, zone: ZoneRules, at wall: WallInstant) {
        self.journal = journal
        calendar = PeriodCalendar(zone: zone)
        let known = journal.cursor(of: Self.key).flatMap { CountsSchedule(text: $0) }
        let schedule = known ?? CountsSchedule(head: journal.opening.lastUsed, at: wall, calendar)
        self.schedule = Mutex(schedule)
        if known == nil { journal.saveCursor(uplink: Self.key, state: schedule.text) }
    }

    /// What has to be counted now; empty most of the time.
    func due(at wall: WallInstant) -> [CountsSchedule.Due] {
        let head = journal.committedHead
        return schedule.withLock { $0.due(head: head, at: wall, calendar) }
    }

    /// Keeps how far the counts reach, for after a restart. To be called when they are journalled.
    func remember() {
        journal.saveCursor(uplink: Self.key, state: schedule.withLock { $0.text })
    }

    /// The `counts` record of `due`.
    func record(
        _ due: CountsSchedule.Due, _ uplinks: [(uplink: UplinkConfiguration, setAside: [Int64])]
    ) throws(JournalError) -> Record {
        let reader = try journal.makeReader()
        var report = CountsReport(after: due.after, through: due.through, kinds: [], uplinks: [])
        if due.after < due.through {
            let stretch = due.after + 1...due.through
            var counts: [RecordKind: Int] = [:]
            for kind in RecordKind.allCases {
                let count = try reader.count(stretch, kinds: .only([kind.rawValue]))
                if count > 0 { counts[kind] = count }
            }
            report.kinds = counts.inOrder
            for (uplink, setAside) in uplinks {
                let tally = try tally(uplink, stretch, counts, reader)
                report.uplinks.append(tally.report(setAside: setAside))
            }
        }
        return Record(
            kind: .counts, place: .gateway, at: due.start, dataTime: calendar.zone.civilTime(at: due.start),
            period: calendar.end(of: due.length, startingAt: due.start) - due.start, content: .counts(report))
    }

    private func tally(
        _ uplink: UplinkConfiguration, _ stretch: ClosedRange<Int64>, _ counts: [RecordKind: Int],
        _ reader: JournalReader
    ) throws(JournalError) -> UplinkTally {
        let ledger = journal.cursor(of: uplink.id).flatMap { BacklogLedger(text: $0) } ?? BacklogLedger()
        let selection = RecordSelection(uplink)
        var tally = UplinkTally(uplink.id, ledger: ledger, stretch: stretch)
        guard selection.isByKindOnly else {
            let records = CarriedRecords(reader, selection)
            var position = stretch.lowerBound - 1
            while position < stretch.upperBound {
                let page = try records.read(after: position, through: stretch.upperBound, limit: 256)
                for row in page.rows { RecordKind(rawValue: row.kind).map { tally.add(row.sequence, $0) } }
                position = page.through
            }
            return tally
        }
        let kinds = selection.filter
        let first = try reader.read(
            after: stretch.lowerBound - 1, through: stretch.upperBound, kinds: kinds, limit: 1
        ).rows.first?.sequence
        let last = try first.map { _ throws(JournalError) in
            try reader.previousSequence(before: stretch.upperBound + 1, kinds: kinds)
        }
        var acknowledged = 0
        for part in tally.settled { acknowledged += try reader.count(part, kinds: kinds) }
        tally.set(
            first: first, last: last, counts: counts.filter { selection.kinds.contains($0.key) },
            acknowledged: acknowledged)
        return tally
    }
}

extension Daemon {
    /// What makes `counts` records.
    func makePeriodCounts() -> PeriodCounts {
        PeriodCounts(journal, zone: zone, at: SystemClock.wall)
    }

    /// Journals the counts of the periods that have ended, on a thread of its own: a day may hold millions of records.
    func publish(_ counts: PeriodCounts) {
        let due = counts.due(at: SystemClock.wall)
        guard !due.isEmpty else { return }
        let uplinks = uplinkSelections
        _ = NamedThread("counts") { [core, log] in
            for stretch in due {
                do throws(JournalError) {
                    let record = try counts.record(stretch, uplinks)
                    core.step { _, _, _ in [.journal(record)] }
                } catch {
                    log.log(.error, "records cannot be counted", [LogField("reason", error.description)])
                }
            }
            counts.remember()
        }
    }
}
