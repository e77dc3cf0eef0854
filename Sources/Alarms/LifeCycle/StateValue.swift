import JSON
import Telemetry

/// What states are written with and read from. Reading never fails as a whole: what is missing or of another kind is nil.
extension JSONValue {
    static func instant(_ instant: WallInstant) -> JSONValue { .integer(instant.millisecondsSince1970) }
    static func duration(_ duration: Duration) -> JSONValue { .integer(duration.wholeMilliseconds) }

    /// The members whose value is not nil.
    static func object(compact members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { key, value in value.map { Member(key, $0) } })
    }

    var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
    var textValue: String? { if case .string(let text) = self { text } else { nil } }
    var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    var numberValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// Within ±300 years, so that sums of what a damaged state says cannot overflow.
    var wholeValue: Int64? {
        guard case .integer(let value) = self, value.magnitude < 10_000_000_000_000 else { return nil }
        return value
    }

    func text(_ key: String) -> String? { self[key]?.textValue }
    func number(_ key: String) -> Double? { self[key]?.numberValue }
    func whole(_ key: String) -> Int64? { self[key]?.wholeValue }

    func instant(_ key: String) -> WallInstant? {
        whole(key).map { WallInstant(millisecondsSince1970: $0) }
    }

    func duration(_ key: String) -> Duration? { whole(key).map { .milliseconds($0) } }
}
