import Telemetry

/// What keeps a link useful without the owner: registration, the report of the start, keys, heartbeats.
extension CentreSession {
    /// How long to wait for the MN before registering again.
    static let registrationInterval = Duration.seconds(60)
    /// How long a key is good. Source: HJ 212-2025, appendix A.2 (as quoted): 90 days.
    static let keyLifetimeDays: Int64 = 90
    /// How often to ask for a new key.
    static let keyRequestInterval = Duration.seconds(24 * 3_600)

    /// Whether the machine has an MN. Source: HJ 212-2025, 6.8: before, there is only registration.
    var isRegistered: Bool { !settings.mn.isEmpty || configuration.edition != .hj2025 }

    /// When to register; nil: never, or it is under way.
    var nextRegistration: Uptime? {
        guard !isRegistered, configuration.hardware != nil,
            !transmissions.contains(where: { $0.purpose == .registration })
        else { return nil }
        return registrationDue
    }

    mutating func register() {
        guard let nextRegistration, nextRegistration <= now, let hardware = configuration.hardware else { return }
        registrationDue = now + Self.registrationInterval
        // What does not fit the tables cannot be registered.
        try? begin(.registration, .hardware(hardware), station())
    }

    /// On power-up a logger says when it started. Source: HJ 212-2017, 6.7.
    mutating func reportStart() {
        guard startIsDue else { return }
        startIsDue = false
        try? begin(
            .start, .started(at: civil, restart: configuration.restart), station(),
            asksForAnswer: configuration.asksForAnswers)
    }

    mutating func askForKey() {
        guard configuration.edition == .hj2025, let key, now >= keyRequestDue else { return }
        let age = civil.localMilliseconds - key.createdAt.localMilliseconds
        guard age > Self.keyLifetimeDays * 86_400_000 else { return }
        keyRequestDue = now + Self.keyRequestInterval
        try? begin(.keyRequest, .askForKey(createdAt: key.createdAt), station())
    }

    /// When a heartbeat is to be sent; nil: never, or one is on its way.
    var heartbeatDue: Uptime? {
        guard let interval = configuration.heartbeatInterval, isRegistered,
            configuration.edition == .hj2025 || configuration.edition == .surfaceWater,
            !transmissions.contains(where: { $0.purpose == .heartbeat })
        else { return nil }
        return lastSent + interval
    }

    mutating func beat() {
        guard let heartbeatDue, heartbeatDue <= now else { return }
        lastSent = now
        try? begin(.heartbeat, .heartbeat, station())
    }
}
