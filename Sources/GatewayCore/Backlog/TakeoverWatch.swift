package import Telemetry

/// Whether another client connects with our client identifier: the broker keeps one connection an identifier and cuts the other, so
/// that the two push each other out for ever. MQTT 5 says so; with 3.1.1 it can only be suspected.
package struct TakeoverWatch: Equatable, Sendable {
    /// What is known.
    package struct Finding: Equatable, Sendable {
        /// The broker has said so. False: it cuts each connection soon after it has begun.
        package var isCertain: Bool
        /// How often within ``TakeoverWatch/window``.
        package var count: Int

        package init(isCertain: Bool, count: Int) {
            self.isCertain = isCertain
            self.count = count
        }
    }

    /// What is longer ago says nothing.
    package static let window = Duration.seconds(600)
    /// One may be a technician's trial.
    private static let certainFrom = 2
    private static let suspectedFrom = 5
    /// A connection that is cut so soon is suspicious, and so are later ones that last longer, as ours and the other's pauses grow.
    private static let suspiciousLife = Duration.seconds(10)
    private static let suspectedLife = Duration.seconds(120)
    private static let firstPause = Duration.seconds(5)
    private static let longestPause = Duration.seconds(60)
    /// More are not remembered.
    private static let capacity = 100

    private var takeovers: [Uptime] = []
    private var cuts: [Uptime] = []

    package init() {}

    /// The broker said that another client came.
    package mutating func takenOver(at now: Uptime) {
        Self.note(now, in: &takeovers)
    }

    /// The other side cut a connection that had lasted for `life`, and nothing that was sent can be the cause.
    package mutating func wasCut(after life: Duration, at now: Uptime) {
        let limit = finding(at: now) == nil ? Self.suspiciousLife : Self.suspectedLife
        if life < limit { Self.note(now, in: &cuts) }
    }

    package func finding(at now: Uptime) -> Finding? {
        let told = Self.recent(takeovers, at: now)
        if told >= Self.certainFrom { return Finding(isCertain: true, count: told) }
        let cut = Self.recent(cuts, at: now)
        return cut >= Self.suspectedFrom ? Finding(isCertain: false, count: told + cut) : nil
    }

    /// How long to stay away, so that two gateways with one identifier do not push each other out at full speed; nil: as usual.
    package func pause(at now: Uptime) -> Duration? {
        let told = Self.recent(takeovers, at: now)
        if told > 0 { return min(Self.firstPause * (1 << min(told - 1, 8)), Self.longestPause) }
        return finding(at: now) == nil ? nil : Self.longestPause / 2
    }

    private static func note(_ now: Uptime, in list: inout [Uptime]) {
        list.removeAll { now - $0 > window }
        if list.count >= capacity { list.removeFirst() }
        list.append(now)
    }

    private static func recent(_ list: [Uptime], at now: Uptime) -> Int { list.count { now - $0 <= window } }
}

/// How a connection came to its end, as far as the machine must know.
package enum UplinkEnding: Equatable, Sendable {
    /// The broker says that another client came with our identifier.
    case takenOver
    /// The other side cut it without a reason.
    case cut
    case other
}
