import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry
import TelemetryStore

/// Tells when the journal runs out of room, and what was deleted for want of it.
final class JournalRoom: Sendable {
    /// Deletion goes in small steps; they are told together, no more often than this.
    private static let interval = Duration.seconds(60)
    /// After this the journal has looked at its room; an alarm that an earlier run left may end then.
    private static let patience = Duration.seconds(15)

    private struct Deleted {
        var rows = 0
        var owed = 0
        var first: Int64
        var last: Int64
    }

    private struct State {
        var deleted: [String: Deleted] = [:]
        var next = Uptime.zero
        /// When to judge the room although nothing changed; nil: that was done.
        var judgement: Uptime? = SystemClock.uptime + JournalRoom.patience
    }

    private let core: CoreHost
    private let log: LogSink
    private let state = Mutex(State())

    init(core: CoreHost, log: LogSink) {
        self.core = core
        self.log = log
    }

    func watch(_ journal: Journal) {
        journal.onPressure { [self] pressure in
            log.log(
                pressure == .ample ? .notice : .error, "room for the journal", [LogField("state", pressure.rawValue)])
            state.withLock { $0.judgement = nil }
            judge(pressure)
        }
        journal.onSacrifice { [self] in note($0) }
    }

    private func judge(_ pressure: DiskPressure) {
        core.step { machine, now, wall in
            machine.journalRoom(
                isScarce: pressure != .ample, isExhausted: pressure == .exhausted, at: now, wall: wall)
        }
    }

    private func note(_ deletion: JournalDeletion) {
        state.withLock { state in
            let range = deletion.sequences
            var entry =
                state.deleted[deletion.kind] ?? Deleted(first: range.lowerBound, last: range.upperBound)
            entry.rows += deletion.rows
            entry.owed += deletion.owed
            entry.last = max(entry.last, range.upperBound)
            state.deleted[deletion.kind] = entry
        }
    }

    /// Journals one audit record for each kind of which records were given up; to be called now and then.
    func report(_ pressure: DiskPressure, at now: Uptime) {
        let isDue = state.withLock { state in
            guard let judgement = state.judgement, now >= judgement else { return false }
            state.judgement = nil
            return true
        }
        if isDue { judge(pressure) }
        let deleted = state.withLock { state -> [String: Deleted] in
            guard now >= state.next, !state.deleted.isEmpty else { return [:] }
            state.next = now + Self.interval
            defer { state.deleted = [:] }
            return state.deleted
        }
        for (kind, entry) in deleted.sorted(by: { $0.key < $1.key }) {
            let details = [
                AuditEvent.Detail("kind", kind), .init("records", String(entry.rows)),
                .init("first", String(entry.first)), .init("last", String(entry.last)),
                .init("owed", String(entry.owed)),
            ]
            log.log(
                .error, "records deleted for want of space",
                [LogField("kind", kind), LogField("records", entry.rows), LogField("owed", entry.owed)])
            core.step { machine, _, wall in [.journal(machine.event("given-up", details, at: wall))] }
        }
    }
}
