package import Telemetry

/// Gives out moments no closer together than `gap`, so that a thousand clients do not knock at one door at once.
package struct ConnectPace: Sendable {
    private let gap: Duration
    private var last: Uptime

    /// The first moment is `start`.
    package init(from start: Uptime, gap: Duration) {
        self.gap = gap
        last = start - gap
    }

    /// The next free moment, not before `moment`.
    package mutating func next(notBefore moment: Uptime) -> Uptime {
        last = max(last + gap, moment)
        return last
    }
}

/// When the records of one gateway fall due: each interval, at a place in it that is the gateway's own.
///
/// A record that could not be sent on time stays due, so that an outage is followed by a backlog and not by a hole.
package struct FleetSchedule: Sendable {
    private let interval: Duration
    /// When the next record falls due.
    package private(set) var due: Uptime

    /// `number` of `size` gateways.
    package init(from start: Uptime, interval: Duration, number: Int, of size: Int) {
        self.interval = interval
        // The golden ratio spreads any number of neighbours evenly over the interval.
        let place = Double(number) * 0.618_033_988_749_895
        due = start + interval * (size < 2 ? 0 : place - place.rounded(.down))
    }

    package mutating func published() { due = due + interval }

    /// Whether the record that is due at `now` has waited so long that it is history.
    package func isLate(at now: Uptime) -> Bool { now - due > max(interval, .seconds(1)) }
}
