/// How to reach one broker, and as whom. (`Endpoint`, as `MQTTSettings` is a section of the configuration.)
package struct MQTTEndpoint: Sendable {
    package var host: String
    package var port: UInt16
    /// The same for ever: the broker keeps the session under it.
    package var clientID: String
    package var username: String?
    package var password: [UInt8]?
    package var tls: MQTTTransportSecurity?
    /// The version to speak; nil: 5, and 3.1.1 with a broker that does not know it, or cannot speak it.
    package var version: MQTTVersion?
    /// How long the broker is to keep the session after a connection (MQTT 5; with 3.1.1 it is the broker's affair).
    package var sessionExpiry: Duration = .seconds(7 * 86_400)
    /// Silence after which the broker is asked whether it is there, 5 s or more.
    package var keepAlive: Duration = .seconds(30)
    /// Publishes that may be unacknowledged; the library holds back more than these.
    package var window: Int = 20
    /// What the broker publishes, retained, when this client vanishes.
    package var will: (topic: String, payload: [UInt8])?

    package init(host: String, port: UInt16, clientID: String) {
        self.host = host
        self.port = port
        self.clientID = clientID
    }
}

/// TLS for an ``MQTTEndpoint``. The broker's certificate must name the host; there is no way to leave the check out.
package struct MQTTTransportSecurity: Equatable, Sendable {
    /// Who may have signed the broker's certificate (PEM); nil: whom the system trusts.
    package var authorityFile: String?
    /// The client's own certificate and key (PEM); both or none. The key has no pass phrase.
    package var certificateFile: String?
    package var keyFile: String?

    package init(authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
        self.authorityFile = authorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}

/// What happened on a connection.
package enum MQTTEvent: Equatable, Sendable {
    /// The broker accepted the session; `sessionPresent`: it still had one.
    case connected(sessionPresent: Bool)
    /// The connection ended or could not be made.
    case disconnected(MQTTError)
    /// The broker has taken over the publish with this identifier.
    case acknowledged(MQTTMessageID)
    /// The broker does not take the publish with this identifier. `code` is 128 or more. Source: MQTT 5.0, table 3-4.
    case refused(MQTTMessageID, code: Int32)
    /// The broker's answer to the subscription with this identifier. `refusal` is its reason code, 128 or more; nil: granted.
    /// Sources: MQTT 5.0, table 3-8; MQTT 3.1.1, section 3.9.3, which has 128 alone.
    case subscribed(MQTTMessageID, refusal: Int32?)
    case message(topic: String, payload: [UInt8])
}

/// The identifier of a publish until it is acknowledged; then it may be given again. 1…65535.
package typealias MQTTMessageID = Int32
