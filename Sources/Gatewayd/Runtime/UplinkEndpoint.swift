import GatewayCore
import MQTTUplink
import Protocol
import Telemetry
import TelemetryStore

extension MQTTConnection {
    /// Ends what the machine has given up.
    mutating func drop(_ reason: UplinkDropReason) {
        switch reason {
        case .connectTimeout: giveUp()
        case .unacknowledged:
            drop(MQTTError("connection", reason: .timeout, words: .unacknowledged))
        }
    }
}

extension MQTTError {
    /// As the machine must know it.
    var ending: UplinkEnding {
        switch reason {
        case .takenOver: .takenOver
        // A broker of MQTT 3.1.1 closes the connection that it no longer wants; one that gives another reason means that.
        case .closedByBroker, .network: isTold ? .other : .cut
        case .unknownHost, .tls, .file, .refused, .timeout, .closedHere, .invalid, .tooLarge, .malformed,
            .other:
            .other
        }
    }
}

extension MQTTEndpoint {
    /// The broker of a configured uplink, without its password. The client id is `{gateway}-{uplink}`, so that its session outlives restarts.
    init(_ uplink: UplinkConfiguration, gateway: String, will: (topic: String, payload: [UInt8])) {
        self.init(host: uplink.mqtt.host, port: uplink.mqtt.port, clientID: "\(gateway)-\(uplink.id)")
        username = uplink.mqtt.username
        if uplink.mqtt.usesTLS {
            tls = MQTTTransportSecurity(
                authorityFile: uplink.mqtt.caFile, certificateFile: uplink.mqtt.certificateFile,
                keyFile: uplink.mqtt.keyFile)
        }
        keepAlive = uplink.mqtt.keepAlive
        version =
            switch uplink.mqtt.version {
            case .automatic: nil
            case .v5: .v5
            case .v311: .v311
            }
        window = uplink.window + ControlPublications.window + ReplayLane.window(of: uplink)
        self.will = will
    }
}

/// What MQTT 5 carries beside topic and payload.
enum UplinkProperties {
    static func of(_ row: JournalRow, gateway: String, _ mqtt: MQTTSettings) -> MQTTPublishProperties {
        let expires = RecordKind(rawValue: row.kind).map(mqtt.expiringKinds.contains) ?? false
        return MQTTPublishProperties(
            expiry: expires ? mqtt.expiry : nil,
            user: [("gateway", gateway), ("seq", String(row.sequence)), ("kind", row.kind)])
    }
}
