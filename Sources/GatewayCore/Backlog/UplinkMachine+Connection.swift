package import Telemetry

extension UplinkMachine {
    /// Where the connection stands.
    enum Link: Equatable, Sendable {
        case waiting(until: Uptime)
        case connecting(since: Uptime)
        case connected(since: Uptime)
        /// Given up; its end is reported with ``UplinkMachine/disconnected(at:)``.
        case dropping
    }

    package var isConnected: Bool {
        if case .connected = link { true } else { false }
    }

    /// The broker accepted the session. What was in flight stays so: the client library sends it again by itself.
    package mutating func connected(at now: Uptime) {
        link = .connected(since: now)
        livePosition = head
        historyPosition = 0
        historyStart = now + settings.historyDelay * jitter.next()
        historyBucket.refill(at: now)
        inFlight.connectionBegan(at: now)
    }

    /// The connection ended, or could not be made.
    package mutating func disconnected(at now: Uptime) {
        if case .connected(let start) = link { judge(connectionSince: start, endedAt: now) }
        link = .waiting(until: now + backOff())
    }

    /// The client library was replaced, and with it is gone what it had in flight; all of that is owed still.
    package mutating func clientForgotten() { inFlight.forgetAll() }

    /// A record that the broker cannot stand makes it hang up, each time it is sent again and before anything else is
    /// acknowledged. MQTT 3.1.1 has no better way to refuse a publish. Such a record must not stop the others.
    private mutating func judge(connectionSince start: Uptime, endedAt now: Uptime) {
        guard inFlight.acknowledgedOnConnection == 0, now - start < settings.suspicionWithin,
            let oldest = inFlight.oldest
        else {
            suspicion = nil
            return
        }
        let connections = suspicion?.sequence == oldest ? (suspicion?.connections ?? 0) + 1 : 1
        suspicion = (oldest, connections)
        if connections >= settings.suspicionLimit { renewal = oldest }
    }

    /// A quarter of a second, doubled with each attempt up to the limit; of that a random part above one half, so that
    /// the gateways of a region do not come back in the same instant.
    private mutating func backOff() -> Duration {
        let doubled = Duration.milliseconds(250) * (1 << min(attempts, 12))
        attempts += 1
        return min(doubled, settings.reconnectLimit) * (0.5 + jitter.next() / 2)
    }
}
