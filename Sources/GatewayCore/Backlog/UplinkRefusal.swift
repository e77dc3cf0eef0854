/// Why a broker did not take a record.
package enum UplinkRefusal: Equatable, Sendable {
    /// It answered with this reason code, 128 or more. Source: MQTT 5.0, table 3-4 (PUBACK reason codes).
    case reasonCode(Int32)
    /// It hangs up whenever the record is published; MQTT 3.1.1 has no better way to refuse one.
    case hangUp
    /// The client library does not take it, in its words.
    case unpublishable(String)

    /// Whether it can lie in the record. What a broker refuses for want of room, or because it confuses two publishes,
    /// says nothing about the record.
    package var concernsRecord: Bool {
        switch self {
        case .reasonCode(let code): code != 0x97 && code != 0x91
        case .hangUp, .unpublishable: true
        }
    }

    /// For the operator.
    package var words: String {
        switch self {
        case .reasonCode(let code): "the broker refuses it: \(Self.text(of: code))"
        case .hangUp: "the broker hangs up whenever it is published"
        case .unpublishable(let reason): reason
        }
    }

    private static func text(of code: Int32) -> String {
        switch code {
        case 0x80: "unspecified error (128)"
        case 0x83: "implementation specific error (131)"
        case 0x87: "not authorised for its topic (135)"
        case 0x90: "topic name invalid (144)"
        case 0x91: "packet identifier in use (145)"
        case 0x95: "packet too large (149)"
        case 0x97: "quota exceeded (151)"
        case 0x99: "payload format invalid (153)"
        default: "reason code \(code)"
        }
    }
}
