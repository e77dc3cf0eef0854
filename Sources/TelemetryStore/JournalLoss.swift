/// Records that the journal does not hold any more although it gave them out, or may have done.
package struct JournalLoss: Equatable, Sendable {
    package enum Cause: String, Sendable {
        /// The file was damaged and moved aside.
        case damaged
        /// The file was not there, or empty.
        case missing
        /// The file ends before what somebody may know: it was replaced by an older copy, or its log was lost or damaged.
        case older
        /// The file may be whole, but what says how far numbers were used cannot be read.
        case uncertain
    }

    package var cause: Cause
    /// Numbers that no record has or gets; nil: none was given out.
    package var numbers: ClosedRange<Int64>?
    /// Where a damaged file was moved.
    package var damagedFile: String?
    /// What was found, in the words of the library or the system.
    package var detail: String?

    init(_ cause: Cause, numbers: ClosedRange<Int64>?, damagedFile: String? = nil, detail: String? = nil) {
        self.cause = cause
        self.numbers = numbers
        self.damagedFile = damagedFile
        self.detail = detail
    }
}
