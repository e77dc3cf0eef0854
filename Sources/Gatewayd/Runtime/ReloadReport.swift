import GatewayCore
import Protocol

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
    var problems: [String] = []
    /// How many of them are errors.
    var errors = 0
    var difference: [String] = []
    /// What is stopped and started.
    var plan: [String] = []

    var json: [UInt8] {
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
            for line in lines { json.string(line) }
            json.endArray()
        }
        json.endObject()
        return json.bytes
    }
}

/// Why a configuration is not applied.
struct ReloadRefusal: Error {
    /// Errors and warnings, one line each.
    let problems: [String]
    /// Those that stand in the way, the first of them first.
    let errors: [String]
    /// Of the file, as far as it could be read.
    let fingerprint: String

    init(_ errors: [String], fingerprint: String = "-") {
        problems = errors
        self.errors = errors
        self.fingerprint = fingerprint
    }

    /// The file has errors, and perhaps warnings before them.
    init(_ result: ConfigurationResult, fingerprint: String) {
        problems = result.problems.map(\.description)
        errors = result.problems.filter { $0.severity == .error }.map(\.description)
        self.fingerprint = fingerprint
    }

    /// The first error, and how many there are.
    var summary: String {
        let first = errors.first ?? problems.first ?? "-"
        return errors.count > 1 ? "\(first) (the first of \(errors.count) errors)" : first
    }
}
