import GatewayCore
import Protocol
import Telemetry

/// How a reload ended, for the operator.
struct ReloadReport: Sendable {
    enum Outcome: String, Sendable {
        /// The new configuration holds.
        case applied
        /// There was nothing to apply.
        case unchanged
        /// It would be applied.
        case possible
        /// The old configuration goes on.
        case refused
    }

    var outcome: Outcome
    /// The file that was read.
    var file: String
    /// Fingerprints of the configuration that held and of the file as it is now.
    var from: String
    var to: String
    /// Errors and warnings, one line each.
    var problems: [BilingualText] = []
    /// How many of them are errors.
    var errors = 0
    var difference: [BilingualText] = []
    /// What is stopped and started.
    var plan: [BilingualText] = []

    /// The keys, the outcome and the severity of problems are the same in every language.
    func json(in language: Language) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("outcome", outcome.rawValue)
        json.field("file", file)
        json.field("from", from)
        json.field("to", to)
        json.field("errors", integer: errors)
        for (name, lines) in [("problems", problems), ("difference", difference), ("plan", plan)] {
            json.key(name)
            json.beginArray()
            for line in lines { json.string(language(line)) }
            json.endArray()
        }
        json.endObject()
        return json.bytes
    }
}

/// Why a configuration is not applied.
struct ReloadRefusal: Error {
    /// Errors and warnings, one line each.
    let problems: [BilingualText]
    /// Those that stand in the way, the first of them first.
    let errors: [BilingualText]
    /// Of the file, as far as it could be read.
    let fingerprint: String

    init(_ errors: [BilingualText], fingerprint: String = "-") {
        problems = errors
        self.errors = errors
        self.fingerprint = fingerprint
    }

    /// `problems`: at least one error, and perhaps warnings before it.
    init(_ problems: [ConfigurationProblem], fingerprint: String) {
        self.problems = problems.map(\.words)
        errors = problems.filter { $0.severity == .error }.map(\.words)
        self.fingerprint = fingerprint
    }

    /// The first error, and how many there are, for records and the log.
    var summary: String {
        let first = (errors.first ?? problems.first)?.en ?? "-"
        return errors.count > 1 ? "\(first) (the first of \(errors.count) errors)" : first
    }
}
