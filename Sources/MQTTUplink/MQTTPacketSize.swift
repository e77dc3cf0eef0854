/// How many bytes a packet takes on the wire. Source: MQTT 5.0, sections 2.1 and 3.3; MQTT 3.1.1, the same.
enum MQTTPacketSize {
    /// Of a publish with QoS 1.
    static func publish(
        topic: String, payload: Int, version: MQTTVersion, properties: MQTTPublishProperties?
    ) -> Int {
        // The topic has its length before it, and the identifier behind.
        var rest = 2 + topic.utf8.count + 2 + payload
        if version == .v5 {
            let length = properties?.encodedCount ?? 0
            rest += variableLength(length) + length
        }
        return 1 + variableLength(rest) + rest
    }

    /// The bytes of a length, which holds seven bits a byte.
    private static func variableLength(_ value: Int) -> Int {
        switch value {
        case ..<128: 1
        case ..<16_384: 2
        case ..<2_097_152: 3
        default: 4
        }
    }
}

extension MQTTPublishProperties {
    /// An identifier of one byte each, and texts with their length before them.
    fileprivate var encodedCount: Int {
        user.reduce(expiry == nil ? 0 : 5) { $0 + 1 + 2 + $1.name.utf8.count + 2 + $1.value.utf8.count }
    }
}
