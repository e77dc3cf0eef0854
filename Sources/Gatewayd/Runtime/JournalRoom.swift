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

    private static let trouble = LogTrouble(
        "room for the journal runs out", over: "room for the journal is ample", level: .error)

    private struct State {
        var next = Uptime.zero
        /// When to judge the room although nothing changed; nil: that was done.
        var judgement: Uptime? = SystemClock.uptime + JournalRoom.patience
    }

    private let core: CoreHost
    private let journal: Journal
    private let log: LogSink
    private let state = Mutex(State())

    init(_ journal: Journal, core: CoreHost, log: LogSink) {
        self.journal = journal
        self.core = core
        self.log = log
    }

    func watch() {
        journal.onPressure { [self] pressure in
            log.note(Self.trouble, pressure == .ample ? nil : pressure.rawValue)
            state.withLock { $0.judgement = nil }
            judge(pressure)
        }
    }

    private func judge(_ pressure: DiskPressure) {
        core.step { machine, now, wall in
            machine.journalRoom(
                isScarce: pressure != .ample, isExhausted: pressure == .exhausted, at: now, wall: wall)
        }
    }

    /// Judges the room once although nothing changed, and tells what was given up; to be called now and then.
    func report(_ pressure: DiskPressure, at now: Uptime) {
        let (isDue, isTime) = state.withLock { state in
            let isDue = state.judgement.map { now >= $0 } ?? false
            if isDue { state.judgement = nil }
            return (isDue, now >= state.next)
        }
        if isDue { judge(pressure) }
        if isTime, tellGivenUp() { state.withLock { $0.next = now + Self.interval } }
    }

    /// Journals one audit record for each kind of which records were given up since it was told last. False: there was none.
    @discardableResult
    func tellGivenUp() -> Bool {
        let all = journal.givenUp
        for given in all {
            let numbers = given.numbers
            let details = [
                AuditEvent.Detail("kind", given.kind), .init("records", String(given.records)),
                .init("first", String(numbers.lowerBound)), .init("last", String(numbers.upperBound)),
                .init("owed", String(given.owed)),
            ]
            let record = core.look { $0.event("given-up", details, at: SystemClock.wall) }
            guard core.journal(record, remembering: given.note) else { break }
            log.log(
                .error, "records deleted for want of space",
                [LogField("kind", given.kind), LogField("records", given.records), LogField("owed", given.owed)])
        }
        return !all.isEmpty
    }
}
