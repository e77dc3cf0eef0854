import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry
import TelemetryStore

/// Counts the journal for the `counts` records of hours and days. One counting at a time; what fails is tried again.
final class PeriodCounts: Sendable {
    /// The key of what is remembered; no uplink has such a name.
    static let key = "journal:counts"
    /// A period is counted so long after its end, so that its last records are mostly in it and acknowledged. What waits for
    /// an instrument's own mean comes later and counts in the next.
    static let lag = Duration.seconds(5)
    /// Until a counting that failed is tried again.
    private static let pause = Duration.seconds(60)

    private struct State {
        var schedule: CountsSchedule
        var isCounting = false
        var notBefore = Uptime.zero
    }

    private let journal: Journal
    private let calendar: PeriodCalendar
    private let state: Mutex<State>

    /// Goes on where the run before has stopped; an existing journal is counted from its present end on.
    init(_ journal: Journal, zone: ZoneRules, at wall: WallInstant) {
        self.journal = journal
        calendar = PeriodCalendar(zone: zone)
        let known = journal.cursor(of: Self.key).flatMap { CountsSchedule(text: $0) }
        let schedule = known ?? CountsSchedule(head: journal.opening.lastUsed, at: wall - Self.lag, calendar)
        state = Mutex(State(schedule: schedule))
        if known == nil { journal.saveCursor(uplink: Self.key, state: schedule.text) }
    }

    /// What ``count(_:_:at:append:)`` has to count now; empty most of the time, and while it counts.
    func due(at wall: WallInstant, _ now: Uptime) -> [CountsSchedule.Due] {
        let head = journal.committedHead
        return state.withLock { state in
            let due = state.schedule.due(head: head, at: wall - Self.lag, calendar)
            guard !due.isEmpty, !state.isCounting, now >= state.notBefore else { return [] }
            state.isCounting = true
            return due
        }
    }

    /// Counts each of `due` and gives its record to `append`, with what is to be remembered once it is journalled; that
    /// says whether the journal took them. What is left after an error or a refusal is due again.
    func count(
        _ due: [CountsSchedule.Due], _ uplinks: [(uplink: UplinkConfiguration, setAside: [Int64])], at now: Uptime,
        append: (Record, _ note: (key: String, text: String)) -> Bool
    ) throws(JournalError) {
        state.withLock { $0.notBefore = now + Self.pause }
        defer { state.withLock { $0.isCounting = false } }
        for stretch in due {
            let record = try record(stretch, uplinks)
            var schedule = state.withLock { $0.schedule }
            schedule.journalled(stretch)
            guard append(record, (Self.key, schedule.text)) else { return }
            state.withLock { $0.schedule.journalled(stretch) }
        }
        state.withLock { $0.notBefore = .zero }
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
        let now = SystemClock.uptime
        let due = counts.due(at: SystemClock.wall, now)
        guard !due.isEmpty else { return }
        let uplinks = uplinkSelections
        _ = NamedThread("counts") { [core, log] in
            do throws(JournalError) {
                try counts.count(due, uplinks, at: now) { core.journal($0, remembering: $1) }
                log.recovered(Self.countTrouble)
            } catch {
                log.failed(Self.countTrouble, because: error.description)
            }
        }
    }

    private static let countTrouble = LogTrouble(
        "records cannot be counted", over: "records are counted again", level: .error)
}
