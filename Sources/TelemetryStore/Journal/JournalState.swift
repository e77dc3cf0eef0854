import HostSystem
import Telemetry

/// What the threads that append and the one that writes have in common; kept under one lock.
struct JournalState: Sendable {
    /// Rows that no commit has taken yet, ascending.
    private(set) var rows: [JournalRow] = []
    /// What is kept with rows that no commit has taken yet: it becomes durable together with them, ascending.
    private var notes: [(sequence: Int64, key: String, text: String)] = []
    /// Over ``rows`` and what the writer is committing.
    private(set) var pendingRows = 0
    private(set) var pendingBytes = 0
    private(set) var lastUsed: Int64
    var reservedThrough: Int64
    var committedHead: Int64
    /// The newest state of every uplink's cursor.
    private(set) var cursors: [String: String]
    private(set) var changedCursors: Set<String> = []
    /// Counts cursor changes, so that a flush knows when its own are durable.
    private(set) var cursorChanges = 0
    var committedCursorChanges = 0
    var statistics = JournalStatistics()
    /// Since when a commit is under way; nil: none is.
    var commitBegan: Uptime?
    var isUrged = false
    var closing: Uptime?
    var isFinished = false
    var isClosedInOrder = false
    /// Threads that wait for a flush or for the end.
    var waiters: [WakeDescriptor] = []
    var fileLimit: Int64??
    /// Set when settings changed, until the writing thread has them.
    var changedSettings: JournalSettings?

    init(lastUsed: Int64, reservedThrough: Int64, committedHead: Int64, cursors: [String: String]) {
        self.lastUsed = lastUsed
        self.reservedThrough = reservedThrough
        self.committedHead = committedHead
        self.cursors = cursors
    }

    /// Takes a row in with the next number; nil, and counted, when too much waits. `wakes`: the writer may be asleep.
    mutating func append(
        limits: JournalSettings, note: (key: String, text: String)? = nil, row: (Int64) -> JournalRow
    ) -> (sequence: Int64, wakes: Bool)? {
        guard closing == nil, pendingRows < limits.maximumPendingRows, lastUsed < reservedThrough,
            pendingBytes < limits.maximumPendingBytes
        else {
            statistics.dropped += 1
            return nil
        }
        let sequence = lastUsed + 1
        let row = row(sequence)
        lastUsed = sequence
        rows.append(row)
        if let note {
            notes.append((sequence, note.key, note.text))
            cursors[note.key] = note.text
        }
        pendingRows += 1
        pendingBytes += row.footprint
        return (sequence, rows.count == 1)
    }

    /// True when the writer may be asleep.
    mutating func saveCursor(of uplink: String, _ state: String) -> Bool {
        guard closing == nil, cursors[uplink] != state else { return false }
        cursors[uplink] = state
        cursorChanges += 1
        if let last = rows.last, let place = notes.lastIndex(where: { $0.key == uplink }) {
            // Rows that wait have an older state: this one follows them, and is not overwritten by theirs. One for each row
            // at most, however long the disk stalls.
            if notes[place].sequence == last.sequence {
                notes[place].text = state
            } else {
                notes.append((last.sequence, uplink, state))
            }
            return false
        }
        return changedCursors.insert(uplink).inserted && changedCursors.count == 1
    }

    /// The writer has made `text` durable by itself.
    mutating func kept(_ note: (key: String, text: String)) {
        cursors[note.key] = note.text
    }

    var hasWork: Bool { !rows.isEmpty || !changedCursors.isEmpty }

    /// Moves what is to be committed next to the end of `batch`.
    mutating func take(into batch: inout JournalBatch, limits: JournalSettings) {
        var bytes = batch.rows.reduce(0) { $0 + $1.footprint }
        var count = 0
        while count < rows.count, batch.rows.count + count < limits.maximumCommitRows, bytes < limits.maximumCommitBytes
        {
            bytes += rows[count].footprint
            count += 1
        }
        batch.rows.append(contentsOf: rows.prefix(count))
        rows.removeFirst(count)
        if let last = batch.rows.last?.sequence {
            let taken = notes.prefix { $0.sequence <= last }
            for note in taken { batch.cursors[note.key] = note.text }
            notes.removeFirst(taken.count)
        }
        for uplink in changedCursors { batch.cursors[uplink] = cursors[uplink] }
        batch.cursorChanges = cursorChanges
        changedCursors.removeAll(keepingCapacity: true)
    }

    /// `batch` is durable.
    mutating func committed(_ batch: JournalBatch, took duration: Duration) {
        pendingRows -= batch.rows.count
        pendingBytes -= batch.rows.reduce(0) { $0 + $1.footprint }
        committedHead = max(committedHead, batch.rows.last?.sequence ?? 0)
        committedCursorChanges = batch.cursorChanges
        statistics.rows += batch.rows.count
        statistics.commits += 1
        statistics.lastCommitDuration = duration
        statistics.longestCommitDuration = max(statistics.longestCommitDuration, duration)
        statistics.lastError = nil
    }
}

/// What one commit writes. Kept by the writer until it is durable.
struct JournalBatch: Sendable {
    var rows: [JournalRow] = []
    var cursors: [String: String] = [:]
    var cursorChanges = 0

    var isEmpty: Bool { rows.isEmpty && cursors.isEmpty }
}
