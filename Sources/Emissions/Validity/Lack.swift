import Telemetry

/// What a factor lacks that it needs: another factor, by its code, that cannot be used.
enum Lack: Error, Hashable, Sendable {
    /// It is not known, or too little of it.
    case missing(String)
    /// Its number is none that it can have.
    case impossible(String)

    var code: String {
        switch self {
        case .missing(let code), .impossible(let code): code
        }
    }

    /// In words, as records have it.
    var reason: String {
        switch self {
        case .missing(let code): "no valid \(code)"
        case .impossible(let code): "impossible \(code)"
        }
    }

    /// What words of ``reason`` say; nil where the factor itself is to blame.
    init?(reason: String) {
        if reason.hasPrefix("no valid ") {
            self = .missing(String(reason.dropFirst(9)))
        } else if reason.hasPrefix("impossible ") {
            self = .impossible(String(reason.dropFirst(11)))
        } else {
            return nil
        }
    }
}

extension Validity {
    /// What the period lacks of another factor; nil where it is valid, or for reasons of its own not.
    var lack: Lack? { reason.flatMap(Lack.init(reason:)) }

    /// The factor that is to blame for what is not valid, by its code; nil: the factor itself.
    package var culprit: String? { lack?.code }

    /// Whether nothing was to be measured, as a record says it.
    package var isOfNothingDue: Bool { self == .noDischarge || self == .plantStopped }

    /// Whether it is water that stands of which nothing can be said.
    package var isOfStandingWater: Bool { self == .noDischarge }

    static let noDischarge = Validity.invalid(reason: "no discharge")
    static let plantStopped = Validity.invalid(reason: "plant stopped")

    static func lacking(_ lack: Lack) -> Validity { .invalid(reason: lack.reason) }
}
