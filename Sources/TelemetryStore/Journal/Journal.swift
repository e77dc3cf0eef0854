import Glibc
import HostSystem
import Synchronization
import Telemetry

/// The append-only journal of one gateway: every record with a sequence number that never restarts, and the cursors of
/// the uplinks. May be used from any thread; one thread of its own, `store`, owns the writing connection.
///
/// A record is in the journal when ``append(kind:lane:outlet:timestamp:note:unrounded:body:)`` returned its number, and durable when the
/// committed head has reached it. Until then it must not be sent, and a crash may take it away together with its number.
package final class Journal: Sendable {
    package let directory: String
    /// How opening went; a loss is worth an alarm.
    package let opening: JournalOpening

    private let settings: JournalSettings
    private let shared: JournalShared
    private let thread: NamedThread
    private let isJoined = Atomic<Bool>(false)

    /// Opens or creates the journal in `directory`, which is created when only it is missing.
    ///
    /// Throws when the directory cannot be written or belongs to another process, or the file is from a newer version;
    /// a damaged file does not stop it.
    /// The writing thread calls `beat` at least once a second while it makes progress.
    package convenience init(
        directory: String, settings: JournalSettings = JournalSettings(), beat: @escaping @Sendable () -> Void = {}
    ) throws(JournalError) {
        try self.init(directory: directory, settings: settings, surroundings: .real, beat: beat)
    }

    init(
        directory: String, settings: JournalSettings, surroundings: JournalSurroundings,
        beat: @escaping @Sendable () -> Void = {}
    ) throws(JournalError) {
        _ = unsafe mkdir(directory, 0o750)
        let lock = try DirectoryLock(directory: directory)
        DiskBallast(directory: directory).adjust(
            freeBytes: surroundings.freeBytes(directory), plenty: settings.disk.minimumFreeBytes)
        let path = JournalFile.path(in: directory)
        let isNew = JournalFile.size(of: path) == 0
        var opening = JournalOpening()
        let history = NumberHistory.load(from: directory)
        var writer = try JournalWriter(directory: directory, settings: settings, opening: &opening)

        let head = try writer.head()
        opening.judge(
            history, head: head, isNew: isNew, hadJournal: JournalFile.hasDamagedFiles(in: directory),
            at: surroundings.wall())
        if opening.skippedNumbers > 0 {
            let isLost = isNew || opening.damagedFile != nil
            writer.begin(
                after: SequenceSpan(range: (head ?? 0) + 1...opening.lastUsed, reason: isLost ? .lost : .skipped))
        }
        // Before the reserve says that the journal is open.
        let mark = try HeadMark(directory: directory, at: opening.lastUsed)
        let reserved = SequenceReserve(
            reservedThrough: max(history.reserve?.reservedThrough ?? 0, opening.lastUsed + settings.sequenceBlock),
            closedAt: nil)
        try reserved.save(in: directory)

        self.directory = directory
        self.settings = settings
        self.opening = opening
        shared = JournalShared(
            state: JournalState(
                lastUsed: opening.lastUsed, reservedThrough: reserved.reservedThrough, committedHead: head ?? 0,
                cursors: try writer.cursors()),
            surroundings: surroundings)
        let loop = Handover(
            JournalLoop(
                directory: directory, settings: settings, shared: shared, writer: writer, mark: mark, lock: lock,
                beat: beat))
        thread = NamedThread("store") { loop.run() }
    }

    deinit {
        if !isJoined.load(ordering: .relaxed) { close(deadline: .seconds(5)) }
    }

    /// Appends a record under the next sequence number.
    ///
    /// - Parameters:
    ///   - timestamp: start of the period, in milliseconds since 1970 UTC.
    ///   - note: text to be found by its key after a restart, as a cursor's is; durable together with the record.
    ///   - unrounded: the record's amounts before rounding, kept beside the body.
    ///   - body: makes the payload for the number it is given; called once, under the journal's lock, so it only encodes.
    /// - Returns: the number, or nil when too much waits for the disk already. Then the number is not used, and the
    ///   refusal is counted in the statistics.
    @discardableResult
    package func append(
        kind: String, lane: RecordLane, outlet: String, timestamp: Int64, note: (key: String, text: String)? = nil,
        unrounded: String? = nil, body: (Int64) -> [UInt8]
    ) -> Int64? {
        let appended = shared.state.withLock { state in
            state.append(limits: settings, note: note) { sequence in
                JournalRow(
                    sequence: sequence, lane: lane, kind: kind, outlet: outlet, timestamp: timestamp,
                    body: body(sequence), unrounded: unrounded)
            }
        }
        if appended?.wakes == true { shared.wake.wake() }
        return appended?.sequence
    }

    /// Keeps what `uplink` still owes; written with the next commit, or within about a second.
    package func saveCursor(uplink: String, state text: String) {
        if shared.state.withLock({ $0.saveCursor(of: uplink, text) }) { shared.wake.wake() }
    }

    /// The state saved last for `uplink`; nil: never.
    package func cursor(of uplink: String) -> String? {
        shared.state.withLock { $0.cursors[uplink] }
    }

    /// The greatest durable sequence number; 0: none yet.
    package var committedHead: Int64 { shared.state.withLock { $0.committedHead } }

    /// A reader with a connection of its own, for one thread.
    package func makeReader() throws(JournalError) -> JournalReader {
        try JournalReader(
            directory: directory, generation: { [shared] in shared.generation.load(ordering: .acquiring) })
    }

    /// Calls `observer` with the new head after each commit that holds rows, on the `store` thread.
    @discardableResult
    package func onCommit(_ observer: @escaping @Sendable (_ head: Int64) -> Void) -> CommitObservation {
        shared.observers.withLock { observers in
            observers.lastObservation += 1
            let observation = CommitObservation(number: observers.lastObservation)
            observers.commit[observation] = observer
            return observation
        }
    }

    /// Calls the observer no more, but for a call that is under way.
    package func end(_ observation: CommitObservation) {
        _ = shared.observers.withLock { $0.commit.removeValue(forKey: observation) }
    }

    /// Calls `observer` when commits begin to fail, and with nil when they work again, on the `store` thread.
    package func onTrouble(_ observer: @escaping @Sendable (JournalError?) -> Void) {
        shared.observers.withLock { $0.trouble.append(observer) }
    }

    /// Calls `observer` when the file had to be replaced while running, on the `store` thread. Worth the same alarm as a loss
    /// that was found at the start.
    package func onReplacement(_ observer: @escaping @Sendable (JournalLoss) -> Void) {
        shared.observers.withLock { $0.replacement.append(observer) }
    }

    /// Calls `observer` when the room on the disk becomes scarce, is exhausted, or ample again, on the `store` thread.
    package func onPressure(_ observer: @escaping @Sendable (DiskPressure) -> Void) {
        shared.observers.withLock { $0.pressure.append(observer) }
    }

    /// Calls `observer` whenever records were deleted for want of space, some hundred at a time, on the `store` thread.
    package func onSacrifice(_ observer: @escaping @Sendable (JournalDeletion) -> Void) {
        shared.observers.withLock { $0.sacrifice.append(observer) }
    }

    /// What was deleted for want of space and is not told yet, also before the last start. Whoever journals a record of it
    /// keeps ``GivenUp/note`` with that record.
    package var givenUp: [GivenUp] { GivenUp.all(in: shared.state.withLock { $0.cursors }) }

    /// What an earlier version left in the file that no record tells yet; nil: nothing. Whoever journals a record of it keeps
    /// ``JournalUpgrade/note`` with that record.
    package var upgrade: JournalUpgrade? { JournalUpgrade(in: shared.state.withLock { $0.cursors }) }

    /// Keeps records from being deleted by a rule while somebody needs them. `oldestOwed` says the smallest number of a kind
    /// that is still owed to anybody, by the cursors as they were saved last; nil: none is. It is asked before every deletion
    /// on the `store` thread. Without it nothing counts as owed.
    package func protect(
        _ oldestOwed: @escaping @Sendable (_ kind: String, _ cursors: [String: String]) -> Int64?
    ) {
        shared.observers.withLock { $0.oldestOwed = oldestOwed }
    }

    package var statistics: JournalStatistics {
        let path = JournalFile.path(in: directory)
        var statistics = shared.state.withLock { state in
            var statistics = state.statistics
            statistics.pendingRows = state.pendingRows
            statistics.pendingBytes = state.pendingBytes
            let underWay = state.commitBegan.map { SystemClock.uptime - $0 } ?? .zero
            statistics.commitLatency = max(underWay, statistics.lastCommitDuration)
            return statistics
        }
        statistics.databaseBytes = JournalFile.size(of: path)
        statistics.writeAheadLogBytes = JournalFile.size(of: path + "-wal")
        return statistics
    }

    /// Keeps and gathers records by these settings from now on: commit interval, retention and disk limits. The bounds of
    /// what may wait stay.
    package func change(to settings: JournalSettings) {
        shared.state.withLock { $0.changedSettings = settings }
    }

    /// Lets the database grow to `bytes`, or without a limit; applies from the next commit on.
    package func limitSize(to bytes: Int64?) {
        shared.state.withLock { $0.fileLimit = .some(bytes) }
    }

    /// Waits until everything appended and saved before the call is durable, at most for `deadline`.
    @discardableResult
    package func flush(deadline: Duration) -> JournalReport {
        let (rows, changes) = shared.state.withLock { state in
            state.isUrged = true
            return (state.lastUsed, state.cursorChanges)
        }
        wait(deadline) { state in
            (state.committedHead >= rows || state.pendingRows == 0) && state.committedCursorChanges >= changes
        }
        return report
    }

    /// Commits what waits, tidies up and closes the file, at most for `deadline`. Nothing can be appended afterwards.
    ///
    /// When the disk hangs, the thread is left alone after the deadline; the report says what was lost.
    @discardableResult
    package func close(deadline: Duration) -> JournalReport {
        guard !isJoined.exchange(true, ordering: .relaxed) else { return report }
        let end = SystemClock.uptime + deadline
        shared.state.withLock { $0.closing = end }
        // A little longer than the thread itself tries, so that its last word is heard.
        if wait(deadline + .milliseconds(500), { $0.isFinished }) { thread.join() }
        return report
    }

    private var report: JournalReport {
        shared.state.withLock {
            JournalReport(
                pendingRows: $0.pendingRows, isClosed: $0.isClosedInOrder, lastError: $0.statistics.lastError)
        }
    }

    @discardableResult
    private func wait(_ limit: Duration, _ condition: (JournalState) -> Bool) -> Bool {
        let end = SystemClock.uptime + limit
        let waiter = WakeDescriptor()
        shared.state.withLock { $0.waiters.append(waiter) }
        defer { shared.state.withLock { $0.waiters.removeAll { $0 === waiter } } }
        shared.wake.wake()
        while true {
            if shared.state.withLock({ condition($0) }) { return true }
            if SystemClock.uptime >= end { return false }
            _ = waiter.wait(until: end)
        }
    }
}

extension JournalOpening {
    /// Finds out where numbers go on, and whether records are gone.
    ///
    /// - Parameters:
    ///   - head: the greatest number in the file; nil: it holds no record.
    ///   - isNew: whether there was no file, or an empty one.
    fileprivate mutating func judge(
        _ history: NumberHistory, head: Int64?, isNew: Bool, hadJournal: Bool, at wall: WallInstant
    ) {
        let isLost = isNew || damagedFile != nil
        lastUsed = history.lastUsed(head: isLost ? nil : head ?? 0, hadJournal: hadJournal, at: wall)
        skippedNumbers = lastUsed - (head ?? 0)
        guard skippedNumbers > 0 || damagedFile != nil else { return }
        let cause: JournalLoss.Cause =
            damagedFile != nil ? .damaged : isNew ? .missing : history.reserve == nil ? .uncertain : .older
        loss = JournalLoss(
            cause, numbers: skippedNumbers > 0 ? (head ?? 0) + 1...lastUsed : nil, damagedFile: damagedFile,
            detail: damage)
    }
}

/// Carries the loop to its thread: made on one thread and used on one other, never on both.
private final class Handover: @unchecked Sendable {
    private var loop: JournalLoop

    init(_ loop: consuming JournalLoop) {
        self.loop = loop
    }

    func run() { loop.run() }
}
