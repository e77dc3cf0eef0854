import Telemetry

/// Reads the journal through a connection of its own. For one thread.
///
/// Every call is one short transaction that is over when it returns, so that readers never hold the write-ahead log
/// back. When the file is replaced while running, the reader opens the new one by itself.
package final class JournalReader {
    private let path: String
    private let generation: @Sendable () -> Int
    private var openedGeneration: Int
    private var connection: ReaderConnection

    init(directory: String, generation: @escaping @Sendable () -> Int) throws(JournalError) {
        path = JournalFile.path(in: directory)
        self.generation = generation
        openedGeneration = generation()
        connection = try ReaderConnection(SQLiteConnection(path: path, mode: .readOnly))
    }

    /// Opens the journal in `directory` for reading only, also while a daemon writes it.
    package init(directory: String) throws(JournalError) {
        path = JournalFile.path(in: directory)
        generation = { 0 }
        openedGeneration = 0
        connection = try ReaderConnection(JournalFile.visit(path))
    }

    /// The rows of these kinds with sequence numbers in `(after, through]`, ascending.
    ///
    /// - Parameters:
    ///   - through: at most the committed head.
    ///   - limit: rows at most.
    ///   - maximumBytes: stop when the bodies together exceed this; one row is always returned.
    ///   - unrounded: whether the rows shall have ``JournalRow/unrounded``; what publishes them does not ask for it.
    package func read(
        after: Int64, through: Int64, kinds: KindFilter, limit: Int, maximumBytes: Int = 1 << 20,
        unrounded: Bool = false
    ) throws(JournalError) -> JournalPage {
        guard after < through, limit > 0, kinds != .only([]) else { return JournalPage(rows: [], through: through) }
        try follow()
        return try connection.read(
            after: after, through: through, kinds: kinds, limit: limit, maximumBytes: maximumBytes,
            unrounded: unrounded)
    }

    /// The greatest sequence number below `sequence` among these kinds; 0: none.
    package func previousSequence(before sequence: Int64, kinds: KindFilter) throws(JournalError) -> Int64 {
        guard sequence > 1, kinds != .only([]) else { return 0 }
        try follow()
        return try connection.number(.previous, kinds: kinds, sequence - 1, 0)
    }

    /// Where records are gone that a receiver of these kinds may still wait for.
    package func gaps(of kinds: KindFilter) throws(JournalError) -> JournalGaps {
        try follow()
        return try connection.gaps(of: kinds)
    }

    /// How many rows of these kinds have sequence numbers in `range`.
    package func count(_ range: ClosedRange<Int64>, kinds: KindFilter) throws(JournalError) -> Int {
        guard kinds != .only([]) else { return 0 }
        try follow()
        return Int(try connection.number(.count, kinds: kinds, range.lowerBound, range.upperBound))
    }

    /// The greatest sequence number in the journal; 0: none.
    package func head() throws(JournalError) -> Int64 {
        try previousSequence(before: .max, kinds: .all)
    }

    /// The state saved last for `uplink`; nil: never.
    package func cursor(of uplink: String) throws(JournalError) -> String? {
        try follow()
        return try connection.cursor(of: uplink)
    }

    /// A number before which nothing was committed on the day of `instant` (ms since 1970 UTC) or on a later one; nil where
    /// the journal does not tell, or nothing was committed since.
    package func firstSequence(committedSince instant: Int64) throws(JournalError) -> Int64? {
        try follow()
        return try connection.firstSequence(fromDay: instant / 86_400_000)
    }

    /// One short transaction on the present file.
    func withConnection<Result>(
        _ body: (ReaderConnection) throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        try follow()
        return try body(connection)
    }

    private func follow() throws(JournalError) {
        let current = generation()
        guard current != openedGeneration else { return }
        connection = try ReaderConnection(SQLiteConnection(path: path, mode: .readOnly))
        openedGeneration = current
    }
}

/// Some rows, and how far they reach.
package struct JournalPage: Equatable, Sendable {
    package var rows: [JournalRow]
    /// Every row of the wanted kinds up to here is in ``rows``.
    package var through: Int64
}
