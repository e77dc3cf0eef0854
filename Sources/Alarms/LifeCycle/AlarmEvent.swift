import JSON
package import Telemetry

/// One occurrence of an alarm, from the first sign to the end.
package struct AlarmEvent: Equatable, Sendable {
    /// Who has taken note, and what they said.
    package struct Acknowledgement: Equatable, Sendable {
        package var by: String
        package var note: String
        package var at: WallInstant

        package init(by: String, note: String, at: WallInstant) {
            self.by = by
            self.note = note
            self.at = at
        }
    }

    /// Numbers begin again at 1 after this one.
    static let greatestNumber = 9_999

    /// More comments than this are refused: an alarm is no notebook.
    package static let mostComments = 32

    package let subject: AlarmSubject
    /// The same in all messages of this occurrence.
    package let id: String
    /// A short number for people, from when it is raised to its end; no other active alarm has it.
    package internal(set) var number: Int?
    package internal(set) var severity: AlarmSeverity
    /// When the condition began.
    package let since: WallInstant
    /// When it was raised; nil: a mark has held it back so far.
    package internal(set) var raisedAt: WallInstant?
    package internal(set) var endedAt: WallInstant?
    /// The latest judged value and what it was judged by.
    package internal(set) var value: Double?
    package internal(set) var limit: Double?
    package internal(set) var limitSource: String?
    /// The worst value.
    package internal(set) var peak: Double?
    /// The plain mean of the judged values.
    package var mean: Double? { count > 0 && sum.isFinite ? sum / Double(count) : nil }
    /// How many values were judged bad.
    package private(set) var count = 0
    private var sum = 0.0
    package internal(set) var step = 0
    /// Every mark in force while it lasted.
    package internal(set) var marks: HoldMarks = []
    package internal(set) var acknowledgement: Acknowledgement?
    package internal(set) var comments: [Acknowledgement] = []
    package internal(set) var facts = AlarmFacts()
    /// How long the latest bad observation lasted: those that end the alarm are as long.
    private(set) var span = Duration.zero

    /// Whether hours or longer periods are judged, whose end is not the moment of their judgement.
    var isOfLongPeriods: Bool { span >= .hours(1) }

    init(subject: AlarmSubject, severity: AlarmSeverity, since: WallInstant) {
        self.subject = subject
        id = subject.id(began: since)
        self.severity = severity
        self.since = since
    }

    /// How long it was judged, and when not; nil of what lasts until something good comes, such as a silence.
    private(set) var judged: JudgedTime?

    /// Of values and periods the sum of the bad ones. Of anything else from the first sign to the end, or to `now`; never
    /// negative, though the wall clock may step.
    package func duration(at now: WallInstant) -> Duration {
        judged?.bad ?? max(.zero, (endedAt ?? now) - since)
    }

    /// Takes what the verdict at `now` says of the time before it; after ``take(_:severity:)`` of the same evidence.
    mutating func note(_ finding: JudgedTime.Finding, after elapsed: Duration?, at now: WallInstant) {
        judged?.note(finding, of: span, after: elapsed, at: now)
    }

    /// What is worth telling of an alarm that goes on.
    struct News: OptionSet {
        let rawValue: Int
        /// A further step or a higher severity.
        static let worse = News(rawValue: 1)
        /// Of a rule whose limits somebody sets: another limit, or another order behind it.
        static let limit = News(rawValue: 2)
    }

    /// Takes what was seen; what is new about it.
    mutating func take(_ evidence: Evidence, severity newSeverity: AlarmSeverity) -> News {
        var news: News = []
        if subject.rule.hasSetLimits, let new = evidence.limit, let limit,
            new != limit || evidence.limitSource != limitSource
        {
            news.insert(.limit)
        }
        limit = evidence.limit ?? limit
        limitSource = evidence.limit == nil ? limitSource : evidence.limitSource
        facts = evidence.facts
        span = evidence.span
        if evidence.isSummed, judged == nil { judged = JudgedTime() }
        if let new = evidence.value, new.isFinite {
            value = new
            peak = peak.map { evidence.isLow ? min($0, new) : max($0, new) } ?? new
            sum += new
            count += 1
        }
        if evidence.step > step || newSeverity > severity { news.insert(.worse) }
        step = max(step, evidence.step)
        severity = max(severity, newSeverity)
        return news
    }
}

extension AlarmEvent {
    var state: JSONValue {
        .object(compact: [
            ("severity", .string(severity.rawValue)), ("since", .instant(since)),
            ("raised", raisedAt.map { .instant($0) }), ("value", value.map { .number($0) }),
            ("limit", limit.map { .number($0) }), ("source", limitSource.map { .string($0) }),
            ("peak", peak.map { .number($0) }), ("sum", .number(sum)), ("count", .integer(Int64(count))),
            ("step", .integer(Int64(step))), ("marks", .integer(Int64(marks.rawValue))),
            ("acknowledged", acknowledgement?.state), ("comments", .array(comments.map(\.state))),
            ("facts", facts.state), ("span", .duration(span)), ("number", number.map { .integer(Int64($0)) }),
            ("judged", judged?.state),
        ])
    }

    init?(subject: AlarmSubject, state: JSONValue) {
        guard let since = state.instant("since"), let severity = state.text("severity").flatMap(AlarmSeverity.init)
        else { return nil }
        self.init(subject: subject, severity: severity, since: since)
        raisedAt = state.instant("raised")
        value = state.number("value")
        limit = state.number("limit")
        limitSource = state.text("source")
        peak = state.number("peak")
        sum = state.number("sum") ?? 0
        count = Int(max(0, state.whole("count") ?? 0))
        step = Int(min(max(0, state.whole("step") ?? 0), 100))
        marks = HoldMarks(rawValue: UInt8(truncatingIfNeeded: state.whole("marks") ?? 0))
        acknowledgement = state["acknowledged"].flatMap(Acknowledgement.init(state:))
        comments = (state["comments"]?.items ?? []).compactMap(Acknowledgement.init(state:))
        facts = AlarmFacts(state: state["facts"])
        span = max(.zero, state.duration("span") ?? .zero)
        // Earlier versions ended with the number, and knew how many periods were bad.
        let known = span > .zero ? JudgedTime(bad: span * count) : nil
        judged = state["judged"].map(JudgedTime.init(state:)) ?? known
        number = state.whole("number").flatMap { (1...Int64(Self.greatestNumber)).contains($0) ? Int($0) : nil }
    }
}

extension AlarmEvent.Acknowledgement {
    fileprivate var state: JSONValue {
        .object([.init("by", .string(by)), .init("note", .string(note)), .init("at", .instant(at))])
    }

    fileprivate init?(state: JSONValue) {
        guard let by = state.text("by"), let at = state.instant("at") else { return nil }
        self.init(by: by, note: state.text("note") ?? "", at: at)
    }
}
