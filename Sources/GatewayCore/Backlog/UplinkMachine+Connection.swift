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
    package mutating func disconnected(_ ending: UplinkEnding = .other, at now: Uptime) {
        if ending == .takenOver {
            // Not what was sent is the cause.
            takeovers.takenOver(at: now)
            trial = nil
            suspicion = nil
            refusals.postpone(at: now) { _ in true }
        } else {
            if ending == .cut, case .connected(let start) = link, !mayChoke {
                takeovers.wasCut(after: now - start, at: now)
            }
            if let trial {
                judge(trial, endedAt: now)
            } else if case .connected(let start) = link {
                judge(connectionSince: start, endedAt: now)
            }
        }
        let pause = backOff()
        let away = takeovers.pause(at: now).map { $0 * (0.5 + jitter.next() / 2) } ?? .zero
        link = .waiting(until: now + max(pause, away))
    }

    /// Whether another client seems to use our identifier.
    package func takeover(at now: Uptime) -> TakeoverWatch.Finding? { takeovers.finding(at: now) }

    /// The broker may have hung up on what was sent: nothing of it was answered, or among it is a record of which that is believed.
    private var mayChoke: Bool {
        let isUnanswered = inFlight.count > 0 && inFlight.acknowledgedOnConnection == 0
        return isUnanswered || trial != nil || refusals.hasSolitary
    }

    /// A file that the connection needs is missing or no good; it is looked for again soon, whatever the pauses of the network.
    package mutating func held(at now: Uptime) {
        link = .waiting(until: now + Self.holdInterval)
    }

    private static let holdInterval = Duration.seconds(2)

    /// The client library was replaced, and with it is gone what it had in flight; all of that is owed still.
    package mutating func clientForgotten(at now: Uptime) {
        inFlight.forgetAll()
        needsRenewal = false
        trial = nil
        refusals.postpone(at: now) { _ in true }
    }

    /// A record that the broker cannot stand makes it hang up, each time it is sent again and before anything else is
    /// acknowledged. MQTT 3.1.1 has no better way to refuse a publish. Such a record must not stop the others: it is tried
    /// alone, once the broker has taken others.
    private mutating func judge(connectionSince start: Uptime, endedAt now: Uptime) {
        guard inFlight.acknowledgedOnConnection == 0, now - start < settings.suspicionWithin,
            let oldest = inFlight.oldest
        else {
            suspicion = nil
            return
        }
        let connections = suspicion?.sequence == oldest ? (suspicion?.connections ?? 0) + 1 : 1
        suspicion = (oldest, connections)
        guard connections >= settings.suspicionLimit, !refusals.isFull else { return }
        suspicion = nil
        needsRenewal = true
        // Two more, alone, and it is out.
        note(.hangUp, of: oldest, strikes: max(1, settings.refusalLimit - 2), at: now)
    }

    /// The connection ended while one record was in flight alone.
    private mutating func judge(_ trial: (sequence: Int64, since: Uptime), endedAt now: Uptime) {
        self.trial = nil
        needsRenewal = true
        if now - trial.since < settings.suspicionWithin {
            note(.hangUp, of: trial.sequence, at: now)
        } else {
            refusals.postpone(trial.sequence, at: now)
        }
    }

    /// A quarter of a second, doubled with each attempt up to the limit; of that a random part above one half, so that
    /// the gateways of a region do not come back in the same instant.
    private mutating func backOff() -> Duration {
        let doubled = Duration.milliseconds(250) * (1 << min(attempts, 12))
        attempts += 1
        return min(doubled, settings.reconnectLimit) * (0.5 + jitter.next() / 2)
    }
}
