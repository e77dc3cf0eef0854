import CMosquitto

/// What MQTT 5 says about a publish beside topic and payload.
package struct MQTTPublishProperties: Equatable, Sendable {
    /// The broker forgets the message when no subscriber has taken it within this; nil: never.
    package var expiry: Duration?
    /// User properties, in this order.
    package var user: [(name: String, value: String)]

    package init(expiry: Duration? = nil, user: [(name: String, value: String)] = []) {
        self.expiry = expiry
        self.user = user
    }

    package static func == (a: Self, b: Self) -> Bool {
        a.expiry == b.expiry && a.user.elementsEqual(b.user) { $0 == $1 }
    }
}

/// The sole owner of a property list of the library; the library copies what it needs.
@safe
struct MQTTPropertyList: ~Copyable {
    private(set) var raw: OpaquePointer?

    init(_ properties: MQTTPublishProperties?) {
        unsafe raw = nil
        guard let properties else { return }
        if let expiry = properties.expiry {
            let seconds = UInt32(clamping: max(1, expiry.components.seconds))
            _ = unsafe mosquitto_property_add_int32(&raw, Int32(MQTT_PROP_MESSAGE_EXPIRY_INTERVAL.rawValue), seconds)
        }
        for (name, value) in properties.user {
            _ = unsafe mosquitto_property_add_string_pair(
                &raw, Int32(MQTT_PROP_USER_PROPERTY.rawValue), name, value)
        }
    }

    deinit {
        var raw = unsafe raw
        unsafe mosquitto_property_free_all(&raw)
    }
}
