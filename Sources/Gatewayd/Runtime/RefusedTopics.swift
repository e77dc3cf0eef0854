import Telemetry

/// What an uplink does with a topic below the gateway's base.
enum TopicUse: String, Equatable, Sendable {
    /// Retains a fact there.
    case publication
    /// Listens there.
    case subscription
}

/// Topics that the broker refuses, and which of that the operator has been told: of each when it begins and when it ends.
struct RefusedTopics: Sendable {
    /// The reason by topic.
    private(set) var reasons: [String: BilingualText] = [:]

    /// True when it is news whether `suffix` is refused; nil: it is not.
    mutating func note(_ suffix: String, refusal: BilingualText?) -> Bool {
        let isNews = (reasons[suffix] == nil) != (refusal == nil)
        reasons[suffix] = refusal
        return isNews
    }

    /// These are refused and no others; returns those of which that is news.
    mutating func note(all refusals: [String: BilingualText]) -> [String] {
        guard refusals != reasons else { return [] }
        return Set(refusals.keys).union(reasons.keys).sorted().filter { note($0, refusal: refusals[$0]) }
    }
}
