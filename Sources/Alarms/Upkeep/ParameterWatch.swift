package import Telemetry

/// Rule M1: one parameter of an instrument is not what is registered.
///
/// A difference is told once. The alarm ends when somebody acknowledges it; a further change raises the next, or is told as
/// another step of the one that nobody has acknowledged.
package struct ParameterWatch: Equatable, Sendable {
    package let name: String
    package let registered: ParameterValue

    /// The differing value that was told; to be kept over a restart.
    package private(set) var told: ParameterValue?
    /// So many changes are told of an alarm that nobody acknowledges.
    private static let mostSteps = 100
    /// Differences told so far; to be kept over a restart.
    package private(set) var changes: Int

    package init(name: String, registered: ParameterValue, told: ParameterValue? = nil, changes: Int = 0) {
        self.name = name
        self.registered = registered
        self.told = told
        self.changes = min(max(0, changes), Self.mostSteps)
    }

    /// What was read now; nil: nothing.
    package mutating func read(_ value: ParameterValue?) -> Verdict {
        guard let value, value.number?.isFinite ?? true else { return .unknown }
        guard !value.isSame(as: registered) else {
            told = nil
            return .clear
        }
        if let told, value.isSame(as: told) { return .unknown }
        told = value
        changes = min(changes + 1, Self.mostSteps)
        return .holds(
            Evidence(
                value: value.number, limit: registered.number, step: changes,
                facts: AlarmFacts([
                    .parameter: .text(name), .after: value.fact, .before: registered.fact,
                ])))
    }
}

/// Rule M2: something that happened to the gateway, recorded and done.
package enum GatewayEvent {
    package static func verdict(_ what: BilingualText) -> Verdict {
        .holds(Evidence(facts: AlarmFacts([.reason: .bilingual(what)])))
    }
}
