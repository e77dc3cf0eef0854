package import Alarms
import JSON
package import Telemetry

/// The missing data of one outlet in a stretch of time, as its minute records tell.
///
/// Records are the evidence, so nothing else needs to be kept: a gap is what has no record, or a record without a number.
package struct GapScan: Sendable {
    private let outlet: String
    private let passedOver: Set<String>
    /// Factors of the configuration.
    private let configured: Set<String>
    /// What was due by the latest record, and before the first by the configuration.
    private var due: [String]
    private var ledger = GapLedger()
    /// Up to here everything is known.
    private var through: WallInstant

    /// `codes`: the configured factors that have a number every minute. `passedOver`: those that have not, or that are computed
    /// of others. `start`: from here on data are due.
    ///
    /// A record names every factor that was configured when it was made. So a factor that it does not name was not due then,
    /// and one that the configuration does not know any more was.
    package init(outlet: String, codes: [String], passingOver passedOver: Set<String> = [], from start: WallInstant) {
        self.outlet = outlet
        self.passedOver = passedOver
        configured = Set(codes)
        due = codes
        through = start
    }

    /// Takes the bodies of the minute records of one period: its own, then what was delivered later. Periods come in order.
    package mutating func take(_ bodies: [[UInt8]]) {
        let records = bodies.compactMap { try? JSONValue(parsing: $0) }
        guard let first = records.first, case .integer(let ts) = first["ts"],
            case .integer(let seconds) = first["period"],
            (60...3_600).contains(seconds)
        else { return }
        let start = WallInstant(millisecondsSince1970: ts)
        guard start >= through else { return }
        let end = start + .seconds(seconds)
        miss(until: start)
        let named = Self.codes(in: first).filter { !passedOver.contains($0) }
        for code in named {
            let subject = GapSubject(outlet: outlet, factor: code)
            let isThere = Self.hasNumber(first, code) || !configured.contains(code) && Self.mayWait(first, code)
            _ = ledger.period(subject, from: start, to: end, missing: isThere ? nil : Self.reason(first, code))
            if !isThere, records.dropFirst().contains(where: { Self.hasNumber($0, code) }) {
                _ = ledger.refill(subject, from: start, to: end)
            }
        }
        // What is not due any more has no gap from here on.
        for code in due where !named.contains(code) {
            _ = ledger.period(GapSubject(outlet: outlet, factor: code), from: start, to: end, missing: nil)
        }
        due = named
        through = end
    }

    /// The gaps up to `end`, in order of their beginning; nothing more is due after it.
    package mutating func finish(at end: WallInstant) -> [DataGap] {
        miss(until: end)
        return ledger.gaps(from: WallInstant(millisecondsSince1970: .min), to: end)
    }

    /// The gaps up to the last record that was taken: after it nothing was due, as of an outlet that was removed.
    package mutating func finishAtLastRecord() -> [DataGap] { finish(at: through) }

    /// The time up to `instant` has no record at all.
    private mutating func miss(until instant: WallInstant) {
        guard through < instant else { return }
        for code in due {
            _ = ledger.period(
                GapSubject(outlet: outlet, factor: code), from: through, to: instant, missing: "no record")
        }
        through = instant
    }

    private static func codes(in record: JSONValue) -> [String] {
        guard case .object(let members)? = record["data"] else { return [] }
        return members.map(\.key)
    }

    /// A factor that is not configured any more may have been one of a batch analyser, which has a number when it has a result:
    /// without one, nothing was wrong.
    private static func mayWait(_ record: JSONValue, _ code: String) -> Bool {
        record["data"]?[code]?["Flag"] == .string("N") && record["errors"]?[code] == nil
    }

    private static func hasNumber(_ record: JSONValue, _ code: String) -> Bool {
        record["data"]?[code]?["Avg"] != nil
    }

    private static func reason(_ record: JSONValue, _ code: String) -> String {
        if case .string(let failure) = record["errors"]?[code] { return failure }
        if case .string(let flag) = record["data"]?[code]?["Flag"], flag != "N" { return "flag \(flag)" }
        return "no number"
    }
}
