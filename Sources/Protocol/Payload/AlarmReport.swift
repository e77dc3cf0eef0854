package import Telemetry

/// One transition of an alarm, or its present state in the active set.
package struct AlarmReport: Equatable, Sendable {
    package enum Severity: String, Comparable, Sendable {
        case info, warning, alarm, critical

        package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

        /// For people.
        package var words: BilingualText {
            switch self {
            case .info: .init(rawValue, zh: "提示")
            case .warning: .init(rawValue, zh: "预警")
            case .alarm: .init(rawValue, zh: "报警")
            case .critical: .init(rawValue, zh: "严重")
            }
        }

        private var rank: Int {
            switch self {
            case .info: 0
            case .warning: 1
            case .alarm: 2
            case .critical: 3
            }
        }
    }

    package enum State: String, Sendable {
        case raised, updated, cleared

        /// For people.
        package var words: BilingualText {
            switch self {
            case .raised: .init(rawValue, zh: "发生")
            case .updated: .init(rawValue, zh: "更新")
            case .cleared: .init(rawValue, zh: "解除")
            }
        }
    }

    /// Who has taken note.
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

    /// The same through all messages of one alarm.
    package var id: String
    /// A short number for people on the spot while it is active; platforms are not told it.
    package var number: Int?
    /// The rule's stable name, such as `L1`.
    package var rule: String
    package var severity: Severity
    package var state: State
    /// The outlet, device, instrument or uplink it is about.
    package var source: String
    package var factor: String?
    /// The judged value, in the factor's unit, or the length of a gap in seconds.
    package var value: Double?
    package var limit: Double?
    /// The permit, standard or order of the limit.
    package var limitSource: String?
    /// The worst judged value so far, and the plain mean of those that were bad.
    package var peak: Double?
    package var mean: Double?
    /// Whole seconds: of values and means the sum of the bad periods, of anything else from `since` to this message.
    package var duration: Int64?
    /// Marks in force while it lasted: `F St Sd B` of the plant, `M C` of the instrument.
    package var marks: [String] = []
    /// A mark holds it back: recorded, and nobody is called.
    package var isSuppressed = false
    package var acknowledgement: Acknowledgement?
    /// When the condition began.
    package var since: WallInstant
    /// For people, in the configured language.
    package var message: String

    package init(
        id: String, rule: String, severity: Severity, state: State, source: String, factor: String? = nil,
        value: Double? = nil, limit: Double? = nil, since: WallInstant, message: String
    ) {
        self.id = id
        self.rule = rule
        self.severity = severity
        self.state = state
        self.source = source
        self.factor = factor
        self.value = value
        self.limit = limit
        self.since = since
        self.message = message
    }

    /// Writes the alarm as one object.
    package func write(to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id)
        json.field("rule", rule)
        json.field("severity", severity.rawValue)
        json.field("state", state.rawValue)
        json.field("source", source)
        json.field("factor", factor)
        json.field("value", number: value)
        json.field("limit", number: limit)
        json.field("limitSource", limitSource)
        json.field("peak", number: peak)
        json.field("mean", number: mean)
        json.field("duration", integer: duration)
        if !marks.isEmpty {
            json.key("marks")
            json.beginArray()
            for mark in marks { json.string(mark) }
            json.endArray()
        }
        if isSuppressed { json.field("suppressed", bool: true) }
        if let acknowledgement {
            json.key("acknowledgement")
            json.beginObject()
            json.field("by", acknowledgement.by)
            json.field("note", acknowledgement.note)
            json.field("at", integer: acknowledgement.at.millisecondsSince1970)
            json.endObject()
        }
        json.field("since", integer: since.millisecondsSince1970)
        json.field("message", message)
        json.endObject()
    }

    /// The retained list of active alarms.
    package static func list(_ alarms: [AlarmReport]) -> [UInt8] {
        var json = JSONWriter()
        json.beginArray()
        for alarm in alarms { alarm.write(to: &json) }
        json.endArray()
        return json.bytes
    }
}
