import Cipher
import HostSystem
import Telemetry

/// The writing connection and its statements. Made by whoever opens the journal, then used by the `store` thread only.
struct JournalWriter: ~Copyable {
    let database: SQLiteConnection
    /// The newest hash of each kind among what is durable.
    private(set) var chain: EvidenceChain
    /// What this file must say about its beginning; written together with the next records.
    private var beginning: Beginning?
    /// The day that was marked last; nil: none since this connection was opened.
    private var markedDay: Int64?
    private var hasher = SHA256Hasher()
    private let insert: SQLiteStatement
    private let upsertCursor: SQLiteStatement
    private let selectHead: SQLiteStatement

    private struct Beginning {
        var span: SequenceSpan
        /// The chains that go on here from another file.
        var chain: EvidenceChain
    }

    init(directory: String, settings: JournalSettings, opening: inout JournalOpening) throws(JournalError) {
        let database = try JournalFile.open(in: directory, settings: settings, opening: &opening)
        let insert = try database.prepare(
            "INSERT INTO record(seq, lane, kind, outlet, ts, body, hash, unrounded) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        )
        let upsertCursor = try database.prepare(
            "INSERT INTO cursor VALUES(?1, ?2) ON CONFLICT(uplink) DO UPDATE SET state = excluded.state")
        let selectHead = try database.prepare("SELECT max(seq) FROM record")
        chain = try database.chain()
        self.database = database
        self.insert = insert
        self.upsertCursor = upsertCursor
        self.selectHead = selectHead
    }

    /// Whether commits would go to a file that nobody finds any more.
    var fileHasMoved: Bool { database.fileHasMoved }

    /// The greatest sequence number in the file; nil when it holds no record.
    func head() throws(JournalError) -> Int64? {
        defer { selectHead.reset() }
        return try selectHead.step() ? selectHead.optionalInteger(0) : nil
    }

    func cursors() throws(JournalError) -> [String: String] {
        let select = try database.prepare("SELECT uplink, state FROM cursor")
        var cursors: [String: String] = [:]
        while try select.step() { cursors[select.text(0)] = select.text(1) }
        return cursors
    }

    /// Has the file say why `span` holds no records, and lets the chains go on from `chain`, which another file ended with.
    mutating func begin(after span: SequenceSpan, continuing chain: EvidenceChain? = nil) {
        if let chain { self.chain = chain }
        beginning = Beginning(span: span, chain: chain ?? EvidenceChain())
    }

    /// The newest hashes as the file has them: a commit whose answer was lost may have moved them on.
    mutating func rereadChain() throws(JournalError) {
        if beginning == nil { chain = try database.chain() }
    }

    /// Writes `batch` in one transaction; durable when it returns. After an error the file holds none of it, or, when
    /// only the answer was lost, all of it: see ``head()``.
    ///
    /// Records are chained here and not when they are appended: this thread sees them in the order of their numbers, and
    /// those who append do not wait for the hash.
    ///
    /// - Parameter day: today, in days since 1970 UTC.
    mutating func commit(_ batch: JournalBatch, day: Int64) throws(JournalError) {
        var chain = chain
        try database.transaction { () throws(JournalError) in
            if let beginning { try write(beginning) }
            if let first = batch.rows.first, day != markedDay { try mark(day, first: first.sequence) }
            for row in batch.rows { try write(row, hash: chain.extend(with: row, &hasher)) }
            for (key, text) in batch.cursors { try keep((key, text)) }
        }
        self.chain = chain
        beginning = nil
        if !batch.rows.isEmpty { markedDay = day }
    }

    /// Writes a cursor or a note as a part of the running transaction.
    func keep(_ note: (key: String, text: String)) throws(JournalError) {
        try upsertCursor.bind(note.key, at: 1)
        try upsertCursor.bind(note.text, at: 2)
        try upsertCursor.run()
    }

    func limitSize(to bytes: Int64?) throws(JournalError) {
        try JournalFile.limitSize(of: database, to: bytes ?? .max)
    }

    /// Copies the write-ahead log back and empties it, for a tidy end.
    func checkpoint() throws(JournalError) {
        try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func write(_ row: JournalRow, hash: SHA256Digest) throws(JournalError) {
        try insert.bind(row.sequence, at: 1)
        try insert.bind(row.lane.rawValue, at: 2)
        try insert.bind(row.kind, at: 3)
        try insert.bind(row.outlet, at: 4)
        try insert.bind(row.timestamp, at: 5)
        try insert.bind(blob: hash.bytes, at: 7)
        try insert.bind(row.unrounded, at: 8)
        try insert.run(binding: row.body, at: 6)
    }

    private func write(_ beginning: Beginning) throws(JournalError) {
        try database.add(beginning.span)
        for (kind, hash) in beginning.chain.heads {
            let anchor = ChainAnchor(through: beginning.span.range.upperBound, hash: hash, deleted: 0)
            try database.move(kind, to: anchor)
        }
    }

    /// The first number of a day ages what came before it. A day that the clock shows a second time keeps its mark.
    private func mark(_ day: Int64, first: Int64) throws(JournalError) {
        let insert = try database.prepare("INSERT OR IGNORE INTO day(day, first) VALUES(?1, ?2)")
        try insert.bind(day, at: 1)
        try insert.bind(first, at: 2)
        try insert.run()
    }
}
