package import Telemetry

/// One transition of an alarm, or its present state in the active set.
package struct AlarmReport: Equatable, Sendable {
    package enum Severity: String, Comparable, Sendable {
        case info, warning, alarm, critical

        package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

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
    }

    /// The same through all messages of one alarm.
    package var id: String
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
