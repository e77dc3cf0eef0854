import HostSystem
import Synchronization
import Telemetry

/// What the `store` thread does: wait, commit, tell, until the journal is closed.
struct JournalLoop: ~Copyable {
    private let directory: String
    private let settings: JournalSettings
    private let shared: JournalShared
    private var writer: JournalWriter
    private var schedule: CommitSchedule
    private var keeper: JournalKeeper
    private var keeping: KeepingSchedule
    private var batch = JournalBatch()
    private var isTroubled = false
    private var mark: HeadMark
    private let lock: DirectoryLock
    private let beat: @Sendable () -> Void

    init(
        directory: String, settings: JournalSettings, shared: JournalShared, writer: consuming JournalWriter,
        mark: consuming HeadMark, lock: consuming DirectoryLock, beat: @escaping @Sendable () -> Void
    ) {
        self.beat = beat
        self.lock = lock
        self.mark = mark
        self.directory = directory
        self.settings = settings
        self.shared = shared
        self.writer = writer
        schedule = CommitSchedule(settings: settings)
        keeper = JournalKeeper(directory: directory, settings: settings, shared: shared)
        keeping = KeepingSchedule(interval: settings.keepingInterval, at: SystemClock.uptime)
    }

    mutating func run() {
        while true {
            beat()
            let (hasRows, hasCursors, isUrged, closing, changed) = shared.state.withLock { state in
                defer { state.changedSettings = nil }
                return (
                    !state.rows.isEmpty, !state.changedCursors.isEmpty, state.isUrged, state.closing,
                    state.changedSettings
                )
            }
            if let changed {
                schedule.commitInterval = changed.commitInterval
                keeper.settings = changed
            }
            let due = schedule.due(
                hasRows: hasRows || !batch.rows.isEmpty, hasCursors: hasCursors || !batch.cursors.isEmpty,
                isUrged: isUrged || closing != nil)
            let now = SystemClock.uptime
            if closing == nil, keeping.isDue(at: now, commit: due) {
                tidy()
            } else if let due, now >= due {
                commit()
            } else if let closing, due == nil || now >= closing {
                return finish()
            } else {
                if due == nil { shared.settle() }
                _ = shared.wake.wait(until: min(due ?? .never, closing ?? keeping.next, now + .seconds(1)))
            }
        }
    }

    private mutating func tidy() {
        let start = SystemClock.uptime
        var outcome = KeepingSchedule.Outcome.done
        var failure: JournalError?
        do throws(JournalError) {
            outcome = try keeper.step(writer)
        } catch {
            failure = error
        }
        shared.state.withLock { $0.statistics.keepingError = failure }
        let now = SystemClock.uptime
        keeping.ended(outcome, took: now - start, at: now)
    }

    private mutating func commit() {
        let limit = shared.state.withLock { state in
            state.take(into: &batch, limits: settings)
            defer { state.fileLimit = nil }
            return state.fileLimit
        }
        let start = SystemClock.uptime
        shared.state.withLock { $0.commitBegan = start }
        defer { shared.state.withLock { $0.commitBegan = nil } }
        do throws(JournalError) {
            if let limit { try writer.limitSize(to: limit) }
            if writer.fileHasMoved { try replaceFile(because: "the file was moved or deleted") }
            try reserveSequences()
            try writer.commit(batch, day: shared.surroundings.day)
            succeeded(startedAt: start)
        } catch {
            failed(error)
        }
    }

    private mutating func succeeded(startedAt start: Uptime) {
        schedule.committed(rows: !batch.rows.isEmpty, startedAt: start)
        let done = batch
        batch = JournalBatch()
        if let head = done.rows.last?.sequence { mark.move(to: head) }
        shared.state.withLock { $0.committed(done, took: SystemClock.uptime - start) }
        if isTroubled {
            isTroubled = false
            shared.observers.withLock { $0.trouble }.forEach { $0(nil) }
        }
        if let head = done.rows.last?.sequence {
            shared.observers.withLock { $0.commit }.values.forEach { $0(head) }
        }
        shared.wakeWaiters()
    }

    /// The rows stay with the writer and are tried again. A damaged file is replaced at once.
    private mutating func failed(_ error: JournalError) {
        var error = error
        if error.reason == .damaged {
            do throws(JournalError) {
                try replaceFile(because: error.detail)
            } catch let second {
                error = second
            }
        }
        let now = SystemClock.uptime
        schedule.failed(at: now)
        if error.reason == .full { keeping.hurry(at: now) }
        shared.state.withLock {
            $0.statistics.failedCommits += 1
            $0.statistics.lastError = error
        }
        if !isTroubled {
            isTroubled = true
            shared.observers.withLock { $0.trouble }.forEach { $0(error) }
        }
        dropWhatIsDurable()
        shared.wakeWaiters()
    }

    /// A commit may have reached the disk although it was reported as failed; writing it again would collide.
    private mutating func dropWhatIsDurable() {
        guard let first = batch.rows.first, let head = try? writer.head(), head >= first.sequence else { return }
        // Without the chain as the file has it the next commit would break it.
        guard (try? writer.rereadChain()) != nil else { return }
        var durable = JournalBatch()
        durable.rows = batch.rows.filter { $0.sequence <= head }
        durable.cursorChanges = shared.state.withLock { $0.committedCursorChanges }
        batch.rows.removeFirst(durable.rows.count)
        mark.move(to: head)
        shared.state.withLock { state in
            let error = state.statistics.lastError
            state.committed(durable, took: .zero)
            state.statistics.lastError = error
        }
        shared.observers.withLock { $0.commit }.values.forEach { $0(head) }
    }

    /// Begins a new file beside the old one, which is kept. All cursors go over; the old file's backlog cannot.
    private mutating func replaceFile(because reason: String) throws(JournalError) {
        let path = JournalFile.path(in: directory)
        let aside = JournalFile.exists(path) ? try JournalFile.moveAside(path) : nil
        var opening = JournalOpening()
        let chain = writer.chain
        writer = try JournalWriter(directory: directory, settings: settings, opening: &opening)
        try synchroniseDirectory(directory)
        let (cursors, head) = shared.state.withLock { state in
            state.statistics.replacements += 1
            return (state.cursors, state.committedHead)
        }
        if head > 0 {
            writer.begin(after: SequenceSpan(range: 1...head, reason: .lost), continuing: chain)
        }
        batch.cursors = cursors
        shared.generation.add(1, ordering: .sequentiallyConsistent)
        let loss = JournalLoss(
            aside == nil ? .missing : .damaged, numbers: head > 0 ? 1...head : nil, damagedFile: aside, detail: reason)
        shared.observers.withLock { $0.replacement }.forEach { $0(loss) }
    }

    /// Keeps a block of numbers reserved ahead, so that those who append never wait for it.
    private func reserveSequences() throws(JournalError) {
        let (lastUsed, reserved) = shared.state.withLock { ($0.lastUsed, $0.reservedThrough) }
        guard reserved - lastUsed < settings.sequenceBlock / 2 else { return }
        let next = SequenceReserve(reservedThrough: lastUsed + settings.sequenceBlock, closedAt: nil)
        try next.save(in: directory)
        shared.state.withLock { $0.reservedThrough = next.reservedThrough }
    }

    private mutating func finish() {
        // What is not committed was never sent, so its numbers are free again. Numbers that were skipped at the opening are
        // not, even if no record came after them.
        let (reserved, last) = shared.state.withLock { ($0.reservedThrough, $0.lastUsed - Int64($0.pendingRows)) }
        var isInOrder = false
        do throws(JournalError) {
            let head = max(try writer.head() ?? 0, last)
            try writer.checkpoint()
            try SequenceReserve(reservedThrough: reserved, closedAt: head).save(in: directory)
            HeadMark.remove(from: directory)
            isInOrder = true
        } catch {
            shared.state.withLock { $0.statistics.lastError = error }
        }
        shared.state.withLock {
            $0.isFinished = true
            $0.isClosedInOrder = isInOrder
        }
        shared.wakeWaiters()
    }
}
