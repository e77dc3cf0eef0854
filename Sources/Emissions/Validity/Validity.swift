/// Whether a period counts: `Valid` and `Reason` of a record. An invalid period keeps its numbers.
package enum Validity: Hashable, Sendable {
    case valid
    /// In words, "44 valid minutes".
    case invalid(reason: String)
    /// For want of another factor. `reason`: in words, "no valid a01014" or "44 valid minutes, no valid a01014".
    indirect case lacking(Lack, reason: String)

    static let noDischarge = Validity.invalid(reason: "no discharge")
    static let plantStopped = Validity.invalid(reason: "plant stopped")

    package static func lacking(_ lack: Lack) -> Validity { .lacking(lack, reason: lack.reason) }

    package var isValid: Bool { if case .valid = self { true } else { false } }

    /// Nil when valid.
    package var reason: String? {
        switch self {
        case .valid: nil
        case .invalid(let reason), .lacking(_, let reason): reason
        }
    }

    /// What the period lacks of another factor; nil where it is valid, or for reasons of its own not.
    var lack: Lack? { if case .lacking(let lack, _) = self { lack } else { nil } }

    /// The factor that is to blame for what is not valid, by its code; nil: the factor itself.
    package var culprit: String? { lack?.code }

    /// Whether nothing was to be measured, as a record says it.
    package var isOfNothingDue: Bool { self == .noDischarge || self == .plantStopped }

    /// Whether it is water that stands of which nothing can be said.
    package var isOfStandingWater: Bool { self == .noDischarge }

    /// The same, with what its parts lacked behind its own words.
    func naming(_ lack: Lack?) -> Validity {
        guard case .invalid(let reason) = self, let lack else { return self }
        return .lacking(lack, reason: "\(reason), \(lack.reason)")
    }
}
