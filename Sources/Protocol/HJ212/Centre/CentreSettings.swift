package import Cipher
package import Telemetry

/// What a host may change in a field machine; kept by the owner of the session over restarts.
package struct CentreSettings: Hashable, Sendable {
    /// Empty until activation (2025).
    package var mn: FieldText
    package var password: Secret
    /// Seconds to wait for an answer. Source: HJ 212-2017, table 1 (10 over mobile networks, 5 over ADSL; three resends).
    package var overTime = 10
    /// How often a packet is sent again.
    package var reCount = 3
    /// Seconds between realtime uploads.
    package var realtimeInterval = 30
    /// Minutes of a minute record.
    package var minuteInterval = 10
    package var sendsRealtime = true
    package var sendsEquipmentState = true

    package init(mn: FieldText, password: Secret) {
        self.mn = mn
        self.password = password
    }
}

/// A key for SM4 and when it was made. Source: HJ 212-2025, tables C.7 and C.8 by implementations.
package struct CentreKey: Hashable, Sendable {
    /// 16 characters, whose bytes are the key.
    package let secret: Secret
    package let createdAt: CivilTime
    package let key: SM4Key

    /// Nil unless `secret` has 16 bytes.
    package init?(_ secret: Secret, createdAt: CivilTime) {
        guard let key = SM4Key(secret.field.bytes) else { return nil }
        self.secret = secret
        self.createdAt = createdAt
        self.key = key
    }
}

/// How a field machine behaves towards one centre, as set by its operator.
package struct CentreConfiguration: Sendable {
    package var edition: Edition
    /// The system code of packets that belong to none in particular.
    package var st: FieldText
    /// The system codes a host may address besides.
    package var otherSystems: Set<FieldText> = []
    /// When the logger started; reported after the first connection.
    package var restart: CivilTime
    /// Whether uploads ask for an answer. Without, a record counts as delivered when it is sent.
    package var asksForAnswers = true
    /// Live messages that may wait for their answers at a time; a message that was split sends one packet after the
    /// other in any case.
    package var window = 4
    /// Records that may wait to be sent.
    package var liveCapacity = 256
    package var backfillCapacity = 64
    /// Requests that may run at a time.
    package var executionCapacity = 4
    /// How long the owner may take over a request, each step of it.
    package var executionTimeout = Duration.seconds(60)
    /// How long nothing may be sent before a heartbeat is; nil: none. Source: HJ 212-2025, table C.54 (no period given).
    package var heartbeatInterval: Duration?
    /// What registers a logger that has no MN (2025).
    package var hardware: HardwareNumbers?
    /// The form of ciphertext.
    package var cipherForm = CipherForm.raw
    package var tolerance = Tolerance.intake

    package init(edition: Edition, st: FieldText, restart: CivilTime) {
        self.edition = edition
        self.st = st
        self.restart = restart
    }
}
