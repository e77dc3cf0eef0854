/// The bounds of a ``Journal``.
package struct JournalSettings: Equatable, Sendable {
    /// A commit starts at once when none ran within this, else when it is over.
    package var commitInterval: Duration = .milliseconds(250)
    /// Rows that may wait for a commit, for instance while the disk is full. More are refused and counted.
    package var maximumPendingRows = 100_000
    package var maximumPendingBytes = 64 << 20
    /// One transaction takes so much at most, which bounds the write-ahead log and the time of a commit.
    package var maximumCommitRows = 8_192
    /// How long opening may look through the structure of the file.
    package var checkBudget: Duration = .seconds(2)
    /// The database may grow to this; nil: as far as the disk allows. What is beyond waits as on a full disk.
    package var maximumFileBytes: Int64?
    /// What is deleted when it is old enough and owed to nobody; see ``Journal/protect(_:)``.
    package var retention = RetentionRules.keepEverything
    /// What is deleted for want of space.
    package var disk = DiskLimits()
    /// How often the journal looks whether there is something to tidy up.
    package var keepingInterval: Duration = .seconds(10)

    package init(commitInterval: Duration = .milliseconds(250)) {
        self.commitInterval = commitInterval
    }

    /// A cursor that moved while no record came is committed after this; until then a crash only means sending again.
    let cursorInterval: Duration = .seconds(1)
    /// Of bodies, in one transaction.
    let maximumCommitBytes = 8 << 20
    /// The pause after a first failed commit; doubled up to the second one.
    let firstRetry: Duration = .milliseconds(250)
    let lastRetry: Duration = .seconds(10)
    /// Numbers reserved at a time. More than can wait, so that nobody who appends ever waits for the disk.
    var sequenceBlock: Int64 { 2 * Int64(maximumPendingRows) }
}

/// What a journal has done and holds, at one moment.
package struct JournalStatistics: Equatable, Sendable {
    /// Rows committed since the start.
    package var rows = 0
    package var pendingRows = 0
    package var pendingBytes = 0
    /// Rows refused because too much waited already.
    package var dropped = 0
    package var commits = 0
    package var failedCommits = 0
    package var lastCommitDuration: Duration = .zero
    package var longestCommitDuration: Duration = .zero
    /// How long the last commit took, or the one under way has taken by now if that is longer.
    package var commitLatency: Duration = .zero
    /// Why the last commit failed; nil after a good one.
    package var lastError: JournalError?
    /// Times the file was replaced while running, because it was damaged or taken away.
    package var replacements = 0
    /// Records deleted since the start because their time was over.
    package var expired = 0
    /// Records deleted since the start for want of space, before their time.
    package var sacrificed = 0
    /// Those of them that some uplink had not acknowledged yet.
    package var sacrificedOwed = 0
    package var pressure = DiskPressure.ample
    /// What records take in the file, when it was looked at last.
    package var usedBytes: Int64 = 0
    /// Whether somebody holds an old view of the journal open, so that the write-ahead log only grows.
    package var isLogHeld = false
    /// Why tidying up failed last; nil after a good step.
    package var keepingError: JournalError?
    package var databaseBytes: Int64 = 0
    package var writeAheadLogBytes: Int64 = 0

    package init() {}
}

/// What was left undone when the journal was flushed or closed.
package struct JournalReport: Equatable, Sendable {
    /// Rows that are not durable; 0 is what one wants.
    package var pendingRows: Int
    /// Whether the file was closed in order. False after a flush.
    package var isClosed: Bool
    package var lastError: JournalError?
}
