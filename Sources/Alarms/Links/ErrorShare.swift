package import Telemetry

/// Rule D2: the share of requests that failed within ten minutes, as by exceptions or wrong CRCs.
package struct ErrorShare: Equatable, Sendable {
    /// Percent of the requests.
    package static let greatest = 5.0
    /// Requests without which nothing is said.
    package static let least = 20
    private static let minutes: Int64 = 10

    private struct Minute: Equatable, Sendable {
        /// Counted on the clock that never steps.
        var number: Int64
        var requests: Int
        var errors: Int
    }

    private var window: [Minute] = []

    package init() {}

    /// How many requests have ended since the last call, and how many of them badly. `reason`: the latest failure.
    package mutating func judge(requests: Int, errors: Int, reason: BilingualText? = nil, at now: Uptime) -> Verdict {
        let number = now.nanoseconds / 60_000_000_000
        window.removeAll { $0.number <= number - Self.minutes }
        let requests = min(max(0, requests), 1_000_000_000)
        if window.last?.number != number { window.append(Minute(number: number, requests: 0, errors: 0)) }
        window[window.count - 1].requests += requests
        window[window.count - 1].errors += min(max(0, errors), requests)
        let all = window.reduce(0) { $0 + $1.requests }
        let bad = window.reduce(0) { $0 + $1.errors }
        guard all >= Self.least else { return .unknown }
        let share = Double(bad) / Double(all) * 100
        guard share > Self.greatest else { return .clear }
        let shown = ShownPercent(share, above: Self.greatest)
        return .holds(
            Evidence(
                value: shown.value, limit: Self.greatest,
                facts: AlarmFacts([
                    .share: .percent(shown), .count: .number(Double(all)), .reason: reason.map { AlarmFacts.Value($0) },
                ])))
    }
}
