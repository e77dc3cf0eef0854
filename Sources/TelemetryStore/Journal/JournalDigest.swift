package import Cipher

/// What a stretch of the journal came to, kind by kind. Published once a day, it lets a platform check what it received, and
/// fixes the journal: nothing before it can be altered any more without contradicting it.
package struct JournalDigest: Equatable, Sendable {
    package struct Line: Equatable, Sendable {
        package var kind: String
        /// Records of this kind in the stretch; at least 1.
        package var count: Int
        package var first: Int64
        package var last: Int64
        /// What the first one is chained to; zeros: nothing.
        package var before: SHA256Digest
        /// The hash of the last one.
        package var hash: SHA256Digest
    }

    /// The stretch is the numbers in `(after, through]`.
    package var after: Int64
    package var through: Int64
    /// Ascending by kind; kinds without a record are absent.
    package var lines: [Line]
}

extension JournalInspector {
    /// The digest of the numbers in `(after, through]`; records that are deleted already, or have no hash, do not count.
    package func digest(after: Int64, through: Int64) throws(JournalError) -> JournalDigest {
        var digest = JournalDigest(after: after, through: through, lines: [])
        guard after < through else { return digest }
        try snapshot { () throws(JournalError) in
            let anchors = try database.anchors()
            let unchained = try database.spans().filter { $0.reason == .unchained }.map(\.range.upperBound).max() ?? 0
            let first = max(after, unchained) + 1
            for kind in try database.kinds() where first <= through {
                let line = try line(kind, first...through, begins: anchors[kind]?.hash ?? .zero)
                if let line { digest.lines.append(line) }
            }
        }
        return digest
    }

    private func line(
        _ kind: String, _ range: ClosedRange<Int64>, begins: SHA256Digest
    ) throws(JournalError) -> JournalDigest.Line? {
        let ends = try database.prepare(
            "SELECT min(seq), max(seq) FROM record WHERE kind = ?1 AND seq BETWEEN ?2 AND ?3")
        try ends.bind(kind, at: 1)
        try ends.bind(range.lowerBound, at: 2)
        try ends.bind(range.upperBound, at: 3)
        guard try ends.step(), !ends.isNull(0) else { return nil }
        let (first, last) = (ends.integer(0), ends.integer(1))
        return JournalDigest.Line(
            kind: kind, count: Int(try count(range, kind: kind)), first: first, last: last,
            before: try hash(kind, through: first - 1) ?? begins, hash: try hash(kind, through: last) ?? .zero)
    }

    /// The hash of the last record of `kind` up to `through`; nil: there is none, or it has no hash.
    package func hash(_ kind: String, through: Int64) throws(JournalError) -> SHA256Digest? {
        let select = try database.prepare(
            "SELECT hash FROM record WHERE kind = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT 1")
        try select.bind(kind, at: 1)
        try select.bind(through, at: 2)
        return try select.step() ? SHA256Digest(select.blob(0)) : nil
    }
}
