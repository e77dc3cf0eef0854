/// Names that the journal knows, whether they are configured still or not.
extension JournalReader {
    /// The outlets and devices that have records of `kind` about times in `range` (ms since 1970 UTC), ascending.
    package func places(of kind: String, in range: Range<Int64>) throws(JournalError) -> [String] {
        try withConnection { connection throws(JournalError) in try connection.places(of: kind, in: range) }
    }

    /// The keys of all texts that were saved beside the records: ids of uplinks, and others with a colon.
    package func cursorKeys() throws(JournalError) -> [String] {
        try withConnection { connection throws(JournalError) in try connection.cursorKeys() }
    }
}

extension ReaderConnection {
    fileprivate func places(of kind: String, in range: Range<Int64>) throws(JournalError) -> [String] {
        try texts("SELECT DISTINCT outlet FROM record WHERE kind = ?1 AND ts >= ?2 AND ts < ?3 ORDER BY outlet") {
            select throws(JournalError) in
            try select.bind(kind, at: 1)
            try select.bind(range.lowerBound, at: 2)
            try select.bind(range.upperBound, at: 3)
        }
    }

    fileprivate func cursorKeys() throws(JournalError) -> [String] {
        try texts("SELECT uplink FROM cursor ORDER BY uplink") { _ in }
    }
}
