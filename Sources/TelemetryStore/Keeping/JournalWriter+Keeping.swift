import Cipher

/// Records of one kind that were deleted, all of them the oldest that there were.
package struct JournalDeletion: Equatable, Sendable {
    package var kind: String
    package var rows: Int
    package var sequences: ClosedRange<Int64>
    /// How many of them some uplink had not acknowledged yet.
    package var owed: Int
}

/// What records take on disk.
struct JournalUsage: Equatable, Sendable {
    var usedBytes: Int64 = 0
    var fileBytes: Int64 = 0
}

/// Deleting, and giving back what deleting frees. Every call is one short transaction.
extension JournalWriter {
    /// The last number that was journalled before the newest `days` days with records; 0: none.
    func lastExpired(days: Int) throws(JournalError) -> Int64 {
        let select = try database.prepare("SELECT first FROM day ORDER BY first DESC LIMIT 1 OFFSET ?1")
        try select.bind(Int64(days - 1), at: 1)
        return try select.step() ? max(0, select.integer(0) - 1) : 0
    }

    /// Of the kinds whose oldest record is in `lane`, the one with the oldest record.
    func oldestKind(in lane: RecordLane) throws(JournalError) -> String? {
        let select = try database.prepare("SELECT seq, lane FROM record WHERE kind = ?1 ORDER BY seq LIMIT 1")
        var oldest: (kind: String, sequence: Int64)?
        for kind in try database.kinds() {
            try select.bind(kind, at: 1)
            if try select.step(), select.integer(1) == lane.rawValue, select.integer(0) < oldest?.sequence ?? .max {
                oldest = (kind, select.integer(0))
            }
            select.reset()
        }
        return oldest?.kind
    }

    /// Deletes up to `count` of the oldest records of `kind`, none above `limit`, and moves the beginning of its chain on.
    /// The journal's last record always stays: it says which numbers were used.
    ///
    /// - Parameters:
    ///   - owed: the smallest number of this kind that somebody still needs; only for the account.
    ///   - account: writes down what is deleted, in the same transaction.
    func deleteOldest(
        of kind: String, through limit: Int64, count: Int, owed: Int64?,
        account: (JournalDeletion) throws(JournalError) -> Void = { _ throws(JournalError) in }
    ) throws(JournalError) -> JournalDeletion? {
        let limit = min(limit, try head().map { $0 - 1 } ?? 0)
        guard let range = try oldest(count, of: kind, through: limit) else { return nil }
        var deletion = JournalDeletion(kind: kind, rows: 0, sequences: range, owed: 0)
        if let owed, owed <= range.upperBound {
            deletion.owed = Int(try number("SELECT count(*)", kind, max(owed, range.lowerBound)...range.upperBound))
        }
        let chained = try number("SELECT count(hash)", kind, range)
        let last = try number("SELECT max(seq)", kind, range)
        let hash = try hash(of: last)
        let before = try database.anchors()[kind]?.through
        try database.transaction { () throws(JournalError) in
            let delete = try database.prepare("DELETE FROM record WHERE kind = ?1 AND seq BETWEEN ?2 AND ?3")
            try delete.bind(kind, at: 1)
            try delete.bind(range.lowerBound, at: 2)
            try delete.bind(range.upperBound, at: 3)
            try delete.run()
            deletion.rows = Int(try database.integer("SELECT changes()") ?? 0)
            try database.move(kind, to: ChainAnchor(through: last, hash: hash, deleted: chained))
            if let owed, deletion.owed > 0 {
                // What was not owed ends the stretch before.
                let first = max(owed, range.lowerBound)
                try database.addGap(first...last, of: kind, after: first == range.lowerBound ? before : nil)
            }
            try account(deletion)
        }
        return deletion
    }

    private func oldest(
        _ count: Int, of kind: String, through limit: Int64
    ) throws(JournalError) -> ClosedRange<Int64>? {
        let select = try database.prepare(
            """
            SELECT min(seq), max(seq) FROM
            (SELECT seq FROM record WHERE kind = ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3)
            """)
        try select.bind(kind, at: 1)
        try select.bind(limit, at: 2)
        try select.bind(Int64(count), at: 3)
        guard try select.step(), !select.isNull(0) else { return nil }
        return select.integer(0)...select.integer(1)
    }

    private func number(
        _ select: String, _ kind: String, _ range: ClosedRange<Int64>
    ) throws(JournalError) -> Int64 {
        let statement = try database.prepare("\(select) FROM record WHERE kind = ?1 AND seq BETWEEN ?2 AND ?3")
        try statement.bind(kind, at: 1)
        try statement.bind(range.lowerBound, at: 2)
        try statement.bind(range.upperBound, at: 3)
        return try statement.step() ? statement.integer(0) : 0
    }

    private func hash(of sequence: Int64) throws(JournalError) -> SHA256Digest {
        let select = try database.prepare("SELECT hash FROM record WHERE seq = ?1")
        try select.bind(sequence, at: 1)
        return try select.step() ? SHA256Digest(select.blob(0)) ?? .zero : .zero
    }

    func usage() throws(JournalError) -> JournalUsage {
        let size = try database.integer("PRAGMA page_size") ?? 4_096
        let pages = try database.integer("PRAGMA page_count") ?? 0
        let free = try database.integer("PRAGMA freelist_count") ?? 0
        return JournalUsage(usedBytes: (pages - free) * size, fileBytes: pages * size)
    }

    /// Gives some pages back to the file system when a quarter of the file, and not little, is free. False: there is no need,
    /// or the file is from before this was possible and keeps its size; what is free in it is used again.
    func releasePages(_ count: Int) throws(JournalError) -> Bool {
        let free = try database.integer("PRAGMA freelist_count") ?? 0
        let pages = try database.integer("PRAGMA page_count") ?? 0
        let isPossible = try database.integer("PRAGMA auto_vacuum") == 2
        guard isPossible, free > 1_024, free > pages / 4 else { return false }
        try database.execute("PRAGMA incremental_vacuum(\(count))")
        return true
    }

    /// Copies the write-ahead log back and cuts it, without waiting for anybody. False: somebody still reads what was in
    /// the journal when the log began, so that it can only grow.
    func cutLog() throws(JournalError) -> Bool {
        database.waitForOthers(atMost: .zero)
        defer { database.waitForOthers(atMost: SQLiteConnection.usualWait) }
        return try database.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0
    }
}
