import Telemetry

/// For how long something that keeps failing is left alone.
struct Rest: Equatable, Sendable {
    struct Policy: Equatable, Sendable {
        /// Failures in a row that have no consequence yet.
        var tolerated: Int
        /// The first rest; every further failure doubles it…
        var first: Duration
        /// …up to this.
        var longest: Duration
        /// A rest is at least so many times as long as the failure took: what a dead unit may cost its neighbours.
        var costFactor: Int = 0
    }

    private(set) var failures = 0
    private(set) var until = Uptime(nanoseconds: .min)

    func isResting(at now: Uptime) -> Bool { now < until }

    /// Counts a failure that took `cost`. `shortening`, 0…1, takes up to a quarter off, so that not all come at once.
    mutating func failed(at now: Uptime, cost: Duration = .zero, policy: Policy, shortening: Double = 0) {
        failures += 1
        guard failures > policy.tolerated else { return }
        let base = max(policy.first, cost * policy.costFactor)
        let doubled = base * (1 << min(failures - policy.tolerated - 1, 12))
        until = now + min(doubled, policy.longest) * (1 - shortening / 4)
    }

    /// Sees to it that something which cost `cost` for nothing is not done again too soon. Not a failure.
    mutating func pause(at now: Uptime, cost: Duration, policy: Policy) {
        until = now + min(cost * policy.costFactor, policy.longest)
    }

    mutating func succeeded() {
        failures = 0
        until = Uptime(nanoseconds: .min)
    }
}
