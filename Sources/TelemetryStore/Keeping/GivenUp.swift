/// Records of one kind that were deleted for want of space and that no record tells of yet.
///
/// The account is kept in the journal by the transaction that deletes, so that neither a stop nor a crash forgets any: one text
/// counts everything since the journal began, another how much of it was told.
package struct GivenUp: Equatable, Sendable {
    package var kind: String
    package var records: Int64 { total.records - (told?.records ?? 0) }
    /// How many of them some uplink had not acknowledged yet.
    package var owed: Int64 { total.owed - (told?.owed ?? 0) }
    /// All of them lie in these numbers.
    package var numbers: ClosedRange<Int64> {
        min(told.map { $0.last + 1 } ?? total.first, total.last)...total.last
    }

    private var total: Account
    private var told: Account?

    /// What is kept together with the record that tells of this.
    package var note: (key: String, text: String) { (Self.told + kind, total.text) }

    private static let told = "journal:given-up-told:"
    private static let total = "journal:given-up:"

    /// What `notes` of the journal say of `kind`; nil: nothing is left to be told.
    init?(_ kind: String, in notes: [String: String]) {
        guard let total = Self.account(of: kind, in: notes) else { return nil }
        self.kind = kind
        self.total = total
        told = notes[Self.told + kind].flatMap { Account(text: $0) }
        guard total.records > told?.records ?? 0 else { return nil }
    }

    /// Ascending by kind.
    static func all(in notes: [String: String]) -> [GivenUp] {
        notes.keys.filter { $0.hasPrefix(total) }.sorted()
            .compactMap { GivenUp(String($0.dropFirst(total.count)), in: notes) }
    }

    static func account(of kind: String, in notes: [String: String]) -> Account? {
        notes[total + kind].flatMap { Account(text: $0) }
    }

    /// What the transaction keeps that makes a deletion, after `account`.
    static func note(of deletion: JournalDeletion, after account: Account?) -> (key: String, text: String) {
        var account = account ?? Account(records: 0, owed: 0, first: deletion.sequences.lowerBound, last: 0)
        account.records += Int64(deletion.rows)
        account.owed += Int64(deletion.owed)
        account.last = max(account.last, deletion.sequences.upperBound)
        return (total + deletion.kind, account.text)
    }

    /// Records since the journal began; written as `RECORDS OWED FIRST LAST`.
    struct Account: Equatable, Sendable {
        var records: Int64
        var owed: Int64
        var first: Int64
        var last: Int64

        var text: String { "\(records) \(owed) \(first) \(last)" }

        init(records: Int64, owed: Int64, first: Int64, last: Int64) {
            (self.records, self.owed, self.first, self.last) = (records, owed, first, last)
        }

        init?(text: String) {
            let numbers = text.split(separator: " ").map { Int64($0) ?? -1 }
            guard numbers.count == 4, numbers.allSatisfy({ (0...SequenceReserve.greatest).contains($0) }),
                numbers[2] <= numbers[3]
            else { return nil }
            self.init(records: numbers[0], owed: numbers[1], first: numbers[2], last: numbers[3])
        }
    }
}
