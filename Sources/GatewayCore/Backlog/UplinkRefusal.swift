package import Telemetry

/// Why a broker did not take a record.
package enum UplinkRefusal: Equatable, Sendable {
    /// It answered with this reason code, 128 or more. Source: MQTT 5.0, table 3-4 (PUBACK reason codes).
    case reasonCode(Int32)
    /// It hangs up whenever the record is published; MQTT 3.1.1 has no better way to refuse one.
    case hangUp
    /// The client library does not take it, in its words.
    case unpublishable(BilingualText)

    /// Whether it can lie in the record. What a broker refuses for want of room, or because it confuses two publishes,
    /// says nothing about the record.
    package var concernsRecord: Bool {
        switch self {
        case .reasonCode(let code): code != 0x97 && code != 0x91
        case .hangUp, .unpublishable: true
        }
    }

    /// For the operator.
    package var words: BilingualText {
        switch self {
        case .reasonCode(let code): .init("the broker refuses it: ", zh: "代理拒绝：") + Self.text(of: code)
        case .hangUp: .init("the broker hangs up whenever it is published", zh: "每次发布代理都断开连接")
        case .unpublishable(let reason): reason
        }
    }

    private static func text(of code: Int32) -> BilingualText {
        switch code {
        case 0x80: .init("unspecified error (128)", zh: "未说明的错误（128）")
        case 0x83: .init("implementation specific error (131)", zh: "代理自定义的错误（131）")
        case 0x87: .init("not authorised for its topic (135)", zh: "无权使用该主题（135）")
        case 0x90: .init("topic name invalid (144)", zh: "主题名无效（144）")
        case 0x91: .init("packet identifier in use (145)", zh: "报文标识符已占用（145）")
        case 0x95: .init("packet too large (149)", zh: "报文过大（149）")
        case 0x97: .init("quota exceeded (151)", zh: "超出配额（151）")
        case 0x99: .init("payload format invalid (153)", zh: "载荷格式无效（153）")
        default: .init("reason code \(code)", zh: "原因码 \(code)")
        }
    }
}
