package import Protocol

/// One entry of `uplinks`: a broker that is owed every record of the chosen kinds.
package struct UplinkConfiguration: Equatable, Sendable {
    package var id: String
    package var mqtt: MQTTSettings
    /// The kinds of record this uplink carries.
    package var kinds: Set<RecordKind> = RecordKind.published
    /// Of records with factors these codes only; nil: all.
    package var factors: Set<String>?
    /// Records of these outlets only, beside the gateway's own; nil: of all outlets, devices and instruments.
    package var outlets: Set<String>?
    /// Records per second at most while a backlog is sent.
    package var historyRate: Int = 500
    /// The history starts after a random delay of up to this.
    package var historyDelay: Duration = .seconds(5)
    /// The longest pause between two attempts to connect.
    package var reconnectLimit: Duration = .seconds(5)
    /// Publishes that may wait for their PUBACK at the same time, 1…100.
    package var window: Int = 20
    /// What the platform may ask of the gateway; empty: nothing, and nobody listens.
    package var commands: Set<CommandName> = []
}

/// `uplinks[].mqtt`.
package struct MQTTSettings: Equatable, Sendable {
    package var host: String
    package var port: UInt16
    package var usesTLS: Bool
    package var username: String?
    /// Absolute path of a file whose first line is the password.
    package var passwordFile: String?
    package var caFile: String?
    package var certificateFile: String?
    package var keyFile: String?
    /// First topic segments, without `+`, `#` and a slash at either end.
    package var topicPrefix: String = "cems"
    package var keepAlive: Duration = .seconds(30)
    package var version = MQTTVersionSetting.automatic
    /// How long the broker keeps a message of ``expiringKinds`` for those who are not there; nil: as long as it likes.
    package var expiry: Duration?
    /// What may expire. Not what a platform proves completeness by.
    package var expiringKinds: Set<RecordKind> = [.realtime, .raw, .frame]
}

/// `uplinks[].mqtt.version`.
package enum MQTTVersionSetting: String, CaseIterable, Sendable {
    /// 5, and 3.1.1 with a broker that does not know it.
    case automatic = "auto"
    case v5 = "5"
    case v311 = "3.1.1"
}
