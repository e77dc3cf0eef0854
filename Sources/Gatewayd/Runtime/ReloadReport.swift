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

/// Why a configuration is not applied, one line each.
struct ReloadRefusal: Error {
    let problems: [String]
    /// Of the file, as far as it could be read.
    var fingerprint = "-"
}
