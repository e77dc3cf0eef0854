/// How long records are kept, by kind; kinds without a rule are kept for ever.
///
/// Days are days on which something was journalled, the running one included: "90 days" keeps what was journalled on the
/// last 90 of them. So neither a clock that jumps to another year nor a time in a record can have fresh records deleted,
/// and a gateway that stands still loses nothing.
package struct RetentionRules: Equatable, Sendable {
    /// Days by kind, each at least 1.
    package private(set) var days: [String: Int]

    /// A rule of fewer than 1 day counts as 1.
    package init(days: [String: Int]) {
        self.days = days.mapValues { max(1, $0) }
    }

    /// Nothing is deleted.
    package static let keepEverything = RetentionRules(days: [:])

    package subscript(kind: String) -> Int? {
        get { days[kind] }
        set { days[kind] = newValue.map { max(1, $0) } }
    }
}
