import Testing

/// A scenario of a rule: it fires, or it nearly does.
protocol Proof: Sendable, CustomTestStringConvertible {
    /// `L1`
    var rule: String { get }
    /// What happens, in words.
    var name: String { get }
    /// Every alarm that must come of it; see ``SeenAlarm``.
    var expected: [String] { get }
}

extension Proof {
    var testDescription: String { "\(rule): \(name)" }

    /// Whether the rule itself has an alarm; in a near miss others may have one.
    var fires: Bool { expected.contains { $0.hasPrefix(rule + " ") } }
}
