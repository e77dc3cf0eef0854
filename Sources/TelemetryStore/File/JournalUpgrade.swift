/// A journal with records of an earlier version, which kept no unrounded amounts.
///
/// The migration leaves a note, so that one record tells of it, however often the gateway is stopped before that record is
/// durable.
package struct JournalUpgrade: Equatable, Sendable {
    /// The last record from before: what comes after it has unrounded amounts.
    package let after: Int64

    static let key = "journal:unrounded-after"
    private static let told = "journal:unrounded-told"

    /// What is kept together with the record that tells of this.
    package var note: (key: String, text: String) { (Self.told, String(after)) }

    /// What `notes` of the journal say; nil: every record is of this version, or a record has told it.
    init?(in notes: [String: String]) {
        guard notes[Self.told] == nil, let after = notes[Self.key].flatMap({ Int64($0) }) else { return nil }
        self.after = after
    }
}
