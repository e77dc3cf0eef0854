import Telemetry

/// When the journal commits: at once after a quiet time, else at the end of the interval; after a failure, with
/// growing pauses. A commit of cursors alone does not count against the interval, so it never delays an alarm.
struct CommitSchedule: Equatable, Sendable {
    private let settings: JournalSettings
    /// A change holds from the next look on.
    var commitInterval: Duration
    private var lastRows: Uptime?
    private var lastAny: Uptime?
    private var retryAt: Uptime?
    private var failures = 0

    init(settings: JournalSettings) {
        self.settings = settings
        commitInterval = settings.commitInterval
    }

    /// When to commit what waits; nil: nothing waits.
    ///
    /// - Parameter isUrged: somebody waits for a flush or for the end; then only a failure's pause is kept.
    func due(hasRows: Bool, hasCursors: Bool, isUrged: Bool) -> Uptime? {
        guard hasRows || hasCursors else { return nil }
        if let retryAt { return retryAt }
        if isUrged { return .zero }
        if hasRows { return lastRows.map { $0 + commitInterval } ?? .zero }
        return lastAny.map { $0 + settings.cursorInterval } ?? .zero
    }

    mutating func committed(rows: Bool, startedAt start: Uptime) {
        if rows { lastRows = start }
        lastAny = start
        retryAt = nil
        failures = 0
    }

    mutating func failed(at now: Uptime) {
        let pause = settings.firstRetry * (1 << min(failures, 10))
        failures += 1
        retryAt = now + min(pause, settings.lastRetry)
    }
}
