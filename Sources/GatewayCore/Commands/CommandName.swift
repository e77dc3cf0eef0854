/// What a platform may ask of the gateway over MQTT, named as in messages and in `uplinks[].commands`.
package enum CommandName: String, CaseIterable, Hashable, Sendable {
    /// Send records again.
    case replay
    /// What `gatewayd status --json` tells.
    case status
    case setResponseLevel = "set_response_level"
    case acknowledgeAlarm = "ack_alarm"
    /// The digest of the configuration in force.
    case configFingerprint = "config_fingerprint"
}
