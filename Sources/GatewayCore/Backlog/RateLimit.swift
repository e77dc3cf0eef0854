import Telemetry

/// So many per second, and at most the tenth of a second's share at once after a pause.
struct RateLimit: Equatable, Sendable {
    private let perSecond: Int
    private let burst: Double
    private var tokens: Double
    private var filledAt: Uptime

    init(perSecond: Int, at now: Uptime) {
        self.perSecond = perSecond
        burst = max(1, Double(perSecond) / 10)
        tokens = burst
        filledAt = now
    }

    private mutating func fill(at now: Uptime) {
        tokens = min(burst, tokens + (now - filledAt).inSeconds * Double(perSecond))
        filledAt = now
    }

    mutating func available(at now: Uptime) -> Int {
        fill(at: now)
        return Int(tokens)
    }

    mutating func take(_ count: Int, at now: Uptime) {
        fill(at: now)
        tokens -= Double(count)
    }

    /// When at least one is available again.
    mutating func nextAvailable(at now: Uptime) -> Uptime {
        fill(at: now)
        guard tokens < 1 else { return now }
        return now + .nanoseconds(Int64((1 - tokens) / Double(perSecond) * 1e9) + 1)
    }
}
