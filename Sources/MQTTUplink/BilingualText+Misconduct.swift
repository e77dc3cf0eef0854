import Telemetry

extension BilingualText {
    /// What is wrong with what the broker sent; `triesOlder`: the next attempt uses MQTT 3.1.1.
    static func misconduct(_ fault: MQTTPacketFilter.Fault, triesOlder: Bool) -> BilingualText {
        let words: BilingualText
        switch fault {
        case .noMQTT: return .noMQTT
        case .isTLS: return .portOfTLS
        case .unexpected(let first):
            words = BilingualText(
                en: "the broker sent a packet that a broker may not send here (\(name(first)))",
                zh: "代理发来了此处不允许的报文（\(name(first))）")
        case .malformed(let first):
            words = BilingualText(
                en: "the broker sent a packet that breaks the protocol (\(name(first)))",
                zh: "代理发来了不符合协议的报文（\(name(first))）")
        case .tooLarge(let size):
            words = BilingualText(
                en:
                    "the broker sent a packet of \(size) bytes, more than the \(MQTTPacketFilter.largestPacket) that are taken",
                zh: "代理发来 \(size) 字节的报文，超过允许的 \(MQTTPacketFilter.largestPacket) 字节")
        }
        guard triesOlder else { return words }
        return words + BilingualText(en: "; MQTT 3.1.1 is tried next", zh: "；接下来改用 MQTT 3.1.1")
    }

    private static func name(_ first: UInt8) -> String {
        let names = [
            "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK",
            "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH",
        ]
        let type = Int(first >> 4)
        guard type > 0 else { return "\(first)" }
        return type == 3 && first & 4 != 0 ? "PUBLISH, QoS \(first >> 1 & 3)" : names[type - 1]
    }
}
