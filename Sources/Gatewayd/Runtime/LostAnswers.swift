import Telemetry

/// Answers to commands that the broker refused, as they are told: the first at once, more once a minute.
struct LostAnswers: Sendable {
    private static let pause = Duration.seconds(60)

    private var count = 0
    private var reason = ""
    private var toldAt: Uptime?

    /// One more was refused.
    mutating func add(_ reason: String) {
        count += 1
        self.reason = reason
    }

    /// How many are to be told of now, and why the last was refused; nil: none.
    mutating func take(at now: Uptime) -> (count: Int, reason: String)? {
        guard count > 0, toldAt.map({ now - $0 >= Self.pause }) ?? true else { return nil }
        toldAt = now
        return takeRest()
    }

    /// The same before its time, as there will be no later one.
    mutating func takeRest() -> (count: Int, reason: String)? {
        guard count > 0 else { return nil }
        defer { count = 0 }
        return (count, reason)
    }
}
