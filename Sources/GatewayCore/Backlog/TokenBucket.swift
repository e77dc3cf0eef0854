package import Telemetry

/// A rate as a bucket that fills steadily and holds a tenth of a second's worth.
package struct TokenBucket: Sendable {
    private let perSecond: Double
    private let capacity: Double
    private var level: Double
    private var filled: Uptime

    /// A full bucket. `perSecond` is at least 1.
    package init(perSecond: Int, at now: Uptime) {
        self.perSecond = Double(max(1, perSecond))
        capacity = max(1, self.perSecond / 10)
        level = capacity
        filled = now
    }

    /// Whole tokens in the bucket.
    package var available: Int { max(0, Int(level)) }

    package mutating func refill(at now: Uptime) {
        guard now > filled else { return }
        level = min(capacity, level + (now - filled).inSeconds * perSecond)
        filled = now
    }

    package mutating func take(_ count: Int) {
        level -= Double(count)
    }

    /// When the bucket holds `count` tokens, or is full if it never holds so many.
    package func moment(of count: Int) -> Uptime {
        let missing = min(Double(count), capacity) - level
        guard missing > 0 else { return filled }
        // A nanosecond more, so that rounding never wakes a moment too early.
        return filled + .nanoseconds(Int64(missing / perSecond * 1e9) + 1)
    }
}

/// Random fractions from a seed (SplitMix64), for delays that must differ between gateways.
package struct Jitter: Sendable {
    private var state: UInt64

    package init(state: UInt64) {
        self.state = state
    }

    /// In 0..<1.
    package mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / 9_007_199_254_740_992
    }
}
