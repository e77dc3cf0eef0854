package import Telemetry

/// What one alarm can be about: the same through all its occurrences.
package struct AlarmSubject: Hashable, Sendable {
    package var rule: RuleID
    /// The outlet, device, instrument, uplink, or `gateway`.
    package var source: String
    /// The factor code.
    package var factor: String?
    /// Tells several subjects of one rule apart, such as the name of a limit; ids need it to be stable over restarts.
    package var part: String?

    package init(_ rule: RuleID, source: String, factor: String? = nil, part: String? = nil) {
        self.rule = rule
        self.source = source
        self.factor = factor
        self.part = part
    }

    /// `stack-1.a21026.L1`, with the part as `L1-name`.
    package var name: String {
        let parts = [source, factor, rule.rawValue + (part.map { "-" + $0 } ?? "")]
        return parts.compactMap { $0 }.joined(separator: ".")
    }

    /// The id of the occurrence that began at `began`: the same in all its messages.
    package func id(began: WallInstant) -> String { "\(name).\(began.millisecondsSince1970)" }
}
