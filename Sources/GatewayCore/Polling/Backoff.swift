import Telemetry

/// Pauses between attempts: doubling from `first` to `limit`, each shortened by up to a quarter at random, so that many
/// gateways do not knock at the same moment.
package struct Backoff: Equatable, Sendable {
    private let first: Duration
    private let limit: Duration
    private var attempts = 0
    private var random: UInt64

    /// `seed` decides the random part.
    package init(first: Duration, limit: Duration, seed: UInt64) {
        self.first = min(first, limit)
        self.limit = limit
        random = seed | 1
    }

    /// After a success: the next pause is a first one.
    package mutating func reset() { attempts = 0 }

    /// The pause before the next attempt.
    package mutating func next() -> Duration {
        let pause = min(limit, first * (1 << min(attempts, 20)))
        attempts += 1
        // xorshift64: good enough to spread attempts.
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return pause - pause * Int(random % 256) / 1_024
    }
}
