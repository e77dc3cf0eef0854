import Telemetry

/// How a session with a broker is set up.
package struct MQTTParameters: Sendable {
    package struct TLS: Sendable {
        /// Nil: the system's certificates.
        package var caFile: String?
        package var certificateFile: String?
        package var keyFile: String?

        package init(caFile: String?, certificateFile: String?, keyFile: String?) {
            self.caFile = caFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    package var host: String
    package var port: UInt16
    /// The same for ever, so that the broker knows the session again.
    package var clientID: String
    package var username: String?
    /// Never logged and in no error.
    package var password: String?
    package var tls: TLS?
    package var keepAlive: Duration
    /// Publishes that may wait for their PUBACK at the same time.
    package var window: Int
    /// Where the broker says `willPayload` for us, retained, when we vanish.
    package var willTopic: String
    package var willPayload: [UInt8]

    package init(
        host: String, port: UInt16, clientID: String, username: String?, password: String?, tls: TLS?,
        keepAlive: Duration, window: Int, willTopic: String, willPayload: [UInt8]
    ) {
        self.host = host
        self.port = port
        self.clientID = clientID
        self.username = username
        self.password = password
        self.tls = tls
        self.keepAlive = keepAlive
        self.window = window
        self.willTopic = willTopic
        self.willPayload = willPayload
    }
}
