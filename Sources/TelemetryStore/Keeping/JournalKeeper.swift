import HostSystem
import Telemetry

/// Keeps the journal within its rules and its disk: one small step at a time, on the `store` thread.
struct JournalKeeper {
    /// Records that one step deletes at most, and pages that one gives back: some milliseconds of work.
    private static let stepRows = 256
    private static let stepPages = 512
    /// A log that has grown beyond this is cut as soon as nobody reads in it.
    private static let largestLog: Int64 = 16 << 20

    private let directory: String
    /// Retention and disk limits; a change holds from the next step on.
    var settings: JournalSettings
    private let shared: JournalShared
    private let ballast: DiskBallast
    private var gauge = DiskGauge()

    init(directory: String, settings: JournalSettings, shared: JournalShared) {
        self.directory = directory
        self.settings = settings
        self.shared = shared
        ballast = DiskBallast(directory: directory)
    }

    mutating func step(_ writer: borrowing JournalWriter) throws(JournalError) -> KeepingSchedule.Outcome {
        if try weigh(writer), try sacrifice(writer) { return .urgent }
        if try expire(writer) { return .more }
        if try writer.releasePages(Self.stepPages) { return .more }
        try boundLog(writer)
        return .done
    }

    /// Judges the room that is left and tells when that changed. True: the oldest records must go.
    private mutating func weigh(_ writer: borrowing JournalWriter) throws(JournalError) -> Bool {
        let freeBytes = shared.surroundings.freeBytes(directory)
        ballast.adjust(freeBytes: freeBytes, plenty: settings.disk.minimumFreeBytes)
        let usage = try writer.usage()
        let before = gauge.pressure
        let mustDelete = gauge.read(
            usedBytes: usage.usedBytes, fileBytes: usage.fileBytes,
            freeBytes: freeBytes, limits: settings.disk)
        let pressure = gauge.pressure
        shared.state.withLock {
            $0.statistics.usedBytes = usage.usedBytes
            $0.statistics.pressure = pressure
        }
        if pressure != before { shared.observers.withLock { $0.pressure }.forEach { $0(pressure) } }
        return mustDelete
    }

    /// Deletes the oldest bulk records, and when there are none, the oldest ordinary ones.
    private func sacrifice(_ writer: borrowing JournalWriter) throws(JournalError) -> Bool {
        for lane in [RecordLane.bulk, .ordinary] {
            guard let kind = try writer.oldestKind(in: lane) else { continue }
            let account = shared.state.withLock { GivenUp.account(of: kind, in: $0.cursors) }
            let deletion = try writer.deleteOldest(
                of: kind, through: .max, count: Self.stepRows, owed: oldestOwed(of: kind)
            ) { deletion throws(JournalError) in try writer.keep(GivenUp.note(of: deletion, after: account)) }
            guard let deletion else { continue }
            shared.state.withLock {
                $0.kept(GivenUp.note(of: deletion, after: account))
                $0.statistics.sacrificed += deletion.rows
                $0.statistics.sacrificedOwed += deletion.owed
            }
            shared.observers.withLock { $0.sacrifice }.forEach { $0(deletion) }
            return true
        }
        return false
    }

    /// Deletes what is older than its rule and owed to nobody.
    private func expire(_ writer: borrowing JournalWriter) throws(JournalError) -> Bool {
        for (kind, days) in settings.retention.days.sorted(by: { $0.key < $1.key }) {
            var limit = try writer.lastExpired(days: days)
            guard limit > 0 else { continue }
            if let owed = oldestOwed(of: kind) { limit = min(limit, owed - 1) }
            let deletion = try writer.deleteOldest(of: kind, through: limit, count: Self.stepRows, owed: nil)
            guard let deletion else { continue }
            shared.state.withLock { $0.statistics.expired += deletion.rows }
            return true
        }
        return false
    }

    private func oldestOwed(of kind: String) -> Int64? {
        guard let ask = shared.observers.withLock({ $0.oldestOwed }) else { return nil }
        return ask(kind, shared.state.withLock { $0.cursors })
    }

    private func boundLog(_ writer: borrowing JournalWriter) throws(JournalError) {
        let isLarge = JournalFile.size(of: JournalFile.path(in: directory) + "-wal") > Self.largestLog
        let isHeld = isLarge ? try !writer.cutLog() : false
        shared.state.withLock { $0.statistics.isLogHeld = isHeld }
    }
}
