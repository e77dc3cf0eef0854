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

    /// What a gateway does unless it is told otherwise: minutes five years, present values 90 days, raw polls and frames 30
    /// days. Hours and longer periods, alarms, audit entries, rates and counts are kept for ever.
    /// Source: Regulation on Pollutant Discharge Permits (2021): original monitoring records, at least 5 years (as quoted).
    package static let standard = RetentionRules(days: ["realtime": 90, "raw": 30, "frame": 30, "minute": 5 * 366])

    package subscript(kind: String) -> Int? {
        get { days[kind] }
        set { days[kind] = newValue.map { max(1, $0) } }
    }
}
