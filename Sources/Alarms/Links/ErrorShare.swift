import Telemetry

/// Rule D2: the share of requests that failed within ten minutes, as by exceptions or wrong CRCs.
package struct ErrorShare: Equatable, Sendable {
    /// Percent of the requests.
    package static let greatest = 5.0
    /// Requests without which nothing is said.
    package static let least = 20
    private static let minutes = 10

    private struct Minute: Equatable, Sendable {
        var requests: Int
        var errors: Int
    }

    private var window: [Minute] = []

    package init() {}

    /// Once a minute: how many requests ended in it, and how many of them badly. `reason`: the commonest failure.
    package mutating func minute(requests: Int, errors: Int, reason: String? = nil) -> Verdict {
        if window.count == Self.minutes { window.removeFirst() }
        window.append(Minute(requests: max(0, requests), errors: min(max(0, errors), max(0, requests))))
        let all = window.reduce(0) { $0 + min($1.requests, 1_000_000_000) }
        let bad = window.reduce(0) { $0 + min($1.errors, 1_000_000_000) }
        guard all >= Self.least else { return .unknown }
        let share = Double(bad) / Double(all) * 100
        guard share > Self.greatest else { return .clear }
        return .holds(
            Evidence(
                value: share, limit: Self.greatest, span: .minutes(1),
                facts: AlarmFacts([
                    .share: .number((share * 10).rounded() / 10), .count: .number(Double(all)),
                    .reason: reason.map { .text($0) },
                ])))
    }
}
