import HostSystem
import Synchronization
package import Telemetry

/// The append-only record of everything the gateway has to tell. Any thread may append; one thread, `store`, writes.
///
/// A row gets its sequence number when it is appended and is on disk when the head has passed it. Rows gather for the
/// commit interval and are committed together; the first after a quiet time is committed at once. A commit that fails
/// (disk full) is tried again and loses nothing, until the bounded queue is full.
package final class Journal: Sendable {
    /// So many bytes may wait for the disk; about half an hour of a busy site.
    package static let mostPendingBytes = 64 * 1_024 * 1_024
    private static let retryPause = Duration.seconds(1)
    /// After so many pages the write-ahead log is moved into the file (4 MB).
    private static let checkpointPages = 1_000

    /// How the journal is doing.
    package struct Statistics: Equatable, Sendable {
        /// Rows that wait for the disk.
        package var pending = 0
        /// Rows that were refused because too much was waiting.
        package var dropped = 0
        package var commits = 0
        package var lastCommitDuration = Duration.zero
        /// Nil after a good commit.
        package var lastError: String?
    }

    /// What opening found.
    package struct Opening: Equatable, Sendable {
        /// Where a damaged file was moved; nil when all was well.
        package var damagedFile: String?
        /// The last sequence number on disk.
        package var head: Int64
    }

    private struct State: Sendable {
        var pending: [JournalRow] = []
        var pendingBytes = 0
        /// Rows of the commit that is under way.
        var committing = 0
        var cursors: [String: String] = [:]
        var next: Int64
        var isClosing = false
        var statistics = Statistics()
    }

    package let path: String
    package let opening: Opening
    private let commitInterval: Duration
    private let state: Mutex<State>
    private let head: Atomic<Int64>
    private let wake = WakeDescriptor()
    private let closed = StopFlag()
    /// Set after each commit; only ``flush(deadline:)`` waits for it.
    private let committed = WakeDescriptor()
    private let observers = Mutex<[@Sendable (Int64) -> Void]>([])
    private let beat: @Sendable () -> Void
    private let lock: FileDescriptor
    private let opened: Mutex<OpenedJournal?>

    /// Opens or creates the journal in `directory` and starts the writing thread, which calls `beat` at least once a second.
    package init(
        directory: String, commitInterval: Duration, now: WallInstant, beat: @escaping @Sendable () -> Void = {}
    ) throws(JournalError) {
        lock = try Self.lock(directory)
        let opened = try OpenedJournal.open(directory: directory, now: now, checkpointPages: Self.checkpointPages)
        path = opened.path
        opening = Opening(damagedFile: opened.damagedFile, head: opened.head)
        state = Mutex(State(next: opened.head + 1))
        head = Atomic(opened.head)
        self.commitInterval = commitInterval
        self.beat = beat
        self.opened = Mutex(opened)
        _ = NamedThread("store") { [self] in run() }
    }

    private static func lock(_ directory: String) throws(JournalError) -> FileDescriptor {
        do {
            try Files.makeDirectory(directory)
            return try Files.lock(directory + "/journal.lock")
        } catch {
            let isInUse = error.operation == "lock"
            throw JournalError(
                "open the journal in", directory, isInUse ? .inUse : .unavailable,
                detail: isInUse
                    ? "another gatewayd is using it; stop that one or choose another data_directory"
                    : "\(error); the user that gatewayd runs as must be able to write there")
        }
    }

    // MARK: Writing

    /// Queues a record under the next sequence number and returns that. `body` makes the JSON for the number.
    ///
    /// Nil, and counted, when too much waits for the disk; the number is not used up then.
    package func append(
        lane: Int, kind: String, outlet: String, timestamp: Int64, body: (_ sequence: Int64) -> [UInt8]
    ) -> Int64? {
        let (sequence, isFirst) = state.withLock { state -> (Int64?, Bool) in
            guard state.pendingBytes < Self.mostPendingBytes, !state.isClosing else {
                state.statistics.dropped += 1
                return (nil, false)
            }
            let sequence = state.next
            let row = JournalRow(
                sequence: sequence, lane: lane, kind: kind, outlet: outlet, timestamp: timestamp, body: body(sequence))
            state.next += 1
            state.pendingBytes += row.body.count
            state.pending.append(row)
            return (sequence, state.pending.count == 1)
        }
        if isFirst { wake.wake() }
        return sequence
    }

    /// Keeps what `uplink` still owes; written with the next commit, the latest state only.
    package func saveCursor(_ uplink: String, state text: String) {
        let isFirst = state.withLock { state in
            state.cursors[uplink] = text
            return state.cursors.count == 1 && state.pending.isEmpty
        }
        if isFirst { wake.wake() }
    }

    /// What was last kept for `uplink` by an earlier run; nil when nothing was.
    package func cursor(of uplink: String) throws(JournalError) -> String? {
        let database = try Database(path, readOnly: true)
        let statement = try database.prepare("SELECT state FROM cursor WHERE uplink = ?1")
        statement.bind(1, uplink)
        return try statement.step() ? statement.text(0) : nil
    }

    // MARK: Reading

    /// The greatest sequence number that is on disk.
    package var committedHead: Int64 { head.load(ordering: .acquiring) }

    package var statistics: Statistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.pending = state.pending.count + state.committing
            return statistics
        }
    }

    /// Calls `observer` on the store thread after each commit, with the new head.
    package func observe(_ observer: @escaping @Sendable (Int64) -> Void) {
        observers.withLock { $0.append(observer) }
    }

    /// Waits until everything appended so far is on disk. False: that was not so by `deadline`.
    package func flush(deadline: Uptime) -> Bool {
        let last = state.withLock { $0.next - 1 }
        while committedHead < last, SystemClock.uptime < deadline { _ = committed.wait(until: deadline) }
        return committedHead >= last
    }

    // MARK: Closing

    /// Commits what is queued and closes the file. False: that did not succeed by `deadline`; what was not committed is lost.
    package func close(deadline: Uptime) -> Bool {
        state.withLock { $0.isClosing = true }
        wake.wake()
        return closed.wait(until: deadline) && statistics.pending == 0
    }

    // MARK: The thread

    private func run() {
        guard let opened = opened.withLock({ $0.take() }) else { return }
        var writer = opened.writer
        var notBefore = Uptime.zero
        while true {
            beat()
            let (hasWork, isClosing) = state.withLock {
                (!$0.pending.isEmpty || !$0.cursors.isEmpty, $0.isClosing)
            }
            if isClosing, !hasWork { break }
            let now = SystemClock.uptime
            if hasWork, now >= notBefore || isClosing {
                notBefore = commit(&writer) ? now + commitInterval : SystemClock.uptime + Self.retryPause
                if isClosing, statistics.lastError != nil { break }
            } else {
                let deadline = hasWork ? notBefore : now + .seconds(1)
                _ = wake.wait(until: min(deadline, now + .seconds(1)))
            }
        }
        writer.close()
        closed.set()
    }

    /// Writes what is queued in one transaction. False: nothing was written, everything is queued again.
    private func commit(_ writer: inout JournalWriter) -> Bool {
        let (rows, cursors) = state.withLock { state in
            let work = (state.pending, state.cursors)
            state.committing = state.pending.count
            state.pending = []
            state.cursors = [:]
            return work
        }
        let start = SystemClock.uptime
        do {
            try writer.write(rows, cursors: cursors)
        } catch {
            state.withLock { state in
                state.pending = rows + state.pending
                state.cursors.merge(cursors) { newer, _ in newer }
                state.committing = 0
                state.statistics.lastError = error.description
            }
            return false
        }
        state.withLock { state in
            state.committing = 0
            state.pendingBytes -= rows.reduce(0) { $0 + $1.body.count }
            state.statistics.commits += 1
            state.statistics.lastCommitDuration = SystemClock.uptime - start
            state.statistics.lastError = nil
        }
        if let last = rows.last {
            head.store(last.sequence, ordering: .releasing)
            for observer in observers.withLock({ $0 }) { observer(last.sequence) }
            committed.wake()
        }
        return true
    }
}
