package import Telemetry

/// Rule D5: hour records that a platform has not acknowledged though they are due.
package struct DeliveryWatch: Equatable, Sendable {
    /// How long an hour may take.
    package static let patience = Duration.seconds(900)
    /// More hours than these, four months, are not remembered one by one; the oldest goes.
    package static let capacity = 3_000

    /// The hours' beginnings and when each became due, in order of coming.
    private var due: [(hour: WallInstant, since: Uptime)] = []

    package init() {}

    package static func == (a: DeliveryWatch, b: DeliveryWatch) -> Bool {
        a.due.elementsEqual(b.due) { $0.hour == $1.hour && $0.since == $1.since }
    }

    /// The record of the hour that begins at `hour` is ready to be sent.
    package mutating func add(hour: WallInstant, at now: Uptime) {
        if due.count == Self.capacity { due.removeFirst() }
        due.append((hour, now))
    }

    /// The platform has acknowledged it.
    package mutating func acknowledge(hour: WallInstant) { due.removeAll { $0.hour == hour } }

    package func verdict(at now: Uptime) -> Verdict {
        let late = due.filter { now - $0.since > Self.patience }
        guard let oldest = late.map(\.hour).min() else { return .clear }
        return .holds(
            Evidence(
                value: Double(late.count),
                facts: AlarmFacts([.count: .number(Double(late.count)), .until: .date(oldest)])))
    }
}
