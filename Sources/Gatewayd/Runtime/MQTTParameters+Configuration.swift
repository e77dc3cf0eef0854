import GatewayCore
import MQTTUplink

extension MQTTParameters {
    /// The session of an uplink. `statusTopic` is where the broker says that we are off line.
    init(_ uplink: UplinkConfiguration, gateway: String, password: String?, statusTopic: String) {
        let mqtt = uplink.mqtt
        let tls = TLS(caFile: mqtt.caFile, certificateFile: mqtt.certificateFile, keyFile: mqtt.keyFile)
        self.init(
            host: mqtt.host, port: mqtt.port, clientID: "\(gateway)-\(uplink.id)", username: mqtt.username,
            password: password, tls: mqtt.usesTLS ? tls : nil, keepAlive: mqtt.keepAlive, window: uplink.window,
            willTopic: statusTopic, willPayload: Array(#"{"online":false}"#.utf8))
    }
}
