/// What a journal holds, and what it takes on disk.
package struct JournalContents: Equatable, Sendable {
    package struct Kind: Equatable, Sendable {
        package var name: String
        package var rows: Int
        package var first: Int64
        package var last: Int64
        /// The time of the first and of the last record in the order of numbers, ms since 1970 UTC.
        package var firstTimestamp: Int64
        package var lastTimestamp: Int64
    }

    /// Ascending by name.
    package var kinds: [Kind] = []
    /// Records that were deleted from this file, by kind.
    package var deleted: [String: Int64] = [:]
    /// Numbers without a chained record.
    package var spans: [SequenceSpan] = []
    package var head: Int64 = 0
    package var databaseBytes: Int64 = 0
    /// What of it is free for new records.
    package var reusableBytes: Int64 = 0
    package var writeAheadLogBytes: Int64 = 0
    /// The cursor of each uplink, and other notes, by key.
    package var cursors: [String: String] = [:]
}

extension JournalInspector {
    package func contents() throws(JournalError) -> JournalContents {
        var contents = JournalContents()
        try snapshot { () throws(JournalError) in
            for kind in try database.kinds() { contents.kinds.append(try self.kind(kind)) }
            contents.deleted = try database.anchors().mapValues(\.deleted).filter { $0.value > 0 }
            contents.spans = try database.spans()
            contents.head = try head()
            contents.reusableBytes =
                (try database.integer("PRAGMA freelist_count") ?? 0) * (try database.integer("PRAGMA page_size") ?? 0)
            let select = try database.prepare("SELECT uplink, state FROM cursor")
            while try select.step() { contents.cursors[select.text(0)] = select.text(1) }
        }
        contents.databaseBytes = JournalFile.size(of: path)
        contents.writeAheadLogBytes = JournalFile.size(of: path + "-wal")
        return contents
    }

    private func kind(_ name: String) throws(JournalError) -> JournalContents.Kind {
        let rows = try count(1...Int64.max, kind: name)
        let ends = try ["", " DESC"].map { order throws(JournalError) -> (Int64, Int64) in
            let select = try database.prepare(
                "SELECT seq, ts FROM record WHERE kind = ?1 ORDER BY seq\(order) LIMIT 1")
            try select.bind(name, at: 1)
            return try select.step() ? (select.integer(0), select.integer(1)) : (0, 0)
        }
        return JournalContents.Kind(
            name: name, rows: Int(rows), first: ends[0].0, last: ends[1].0, firstTimestamp: ends[0].1,
            lastTimestamp: ends[1].1)
    }
}
