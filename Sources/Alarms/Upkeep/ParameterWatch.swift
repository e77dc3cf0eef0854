package import Telemetry

/// Rule M1: one parameter of an instrument is not what is registered.
///
/// A difference is told once. The alarm ends when somebody acknowledges it; only a further change raises the next.
package struct ParameterWatch: Equatable, Sendable {
    package let name: String
    package let registered: Double
    /// Differences up to this are none, as of a 32-bit float; a fraction of the registered value.
    private static let tolerance = 1e-5

    /// The differing value that was told; to be kept over a restart.
    package private(set) var told: Double?

    package init(name: String, registered: Double, told: Double? = nil) {
        self.name = name
        self.registered = registered
        self.told = told
    }

    /// What was read now; nil: nothing.
    package mutating func read(_ value: Double?) -> Verdict {
        guard let value, value.isFinite else { return .unknown }
        guard !Self.isSame(value, registered) else {
            told = nil
            return .clear
        }
        if let told, Self.isSame(value, told) { return .unknown }
        let before = told ?? registered
        told = value
        return .holds(
            Evidence(
                value: value, limit: registered,
                facts: AlarmFacts([
                    .parameter: .text(name), .after: .number(value), .before: .number(before),
                ])))
    }

    private static func isSame(_ a: Double, _ b: Double) -> Bool {
        (a - b).magnitude <= max(a.magnitude, b.magnitude) * tolerance
    }
}

/// Rule M2: something that happened to the gateway, recorded and done.
package enum GatewayEvent {
    package static func verdict(_ what: BilingualText) -> Verdict {
        .holds(Evidence(facts: AlarmFacts([.reason: .bilingual(what)])))
    }
}
