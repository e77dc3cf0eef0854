package import Alarms
import JSON
package import Telemetry

/// What one platform has not got in a stretch of time: minutes in which its uplink was down, as the records of alarm D6 tell,
/// and minutes of which it still owes records. Minutes of an outage that it no longer owes have come later.
package struct UplinkGapScan: Sendable {
    private let uplink: String
    private let start: WallInstant
    private let knowsDebts: Bool
    /// By the alarm's id; an outage without an end goes on.
    private var outages: [String: (from: WallInstant, to: WallInstant?)] = [:]
    /// By minute since the start.
    private var owed: Set<Int64> = []

    /// `knowsDebts` false: what the uplink owes is not known, so nothing is taken for delivered later.
    package init(uplink: String, from start: WallInstant, knowsDebts: Bool = true) {
        self.uplink = uplink
        self.start = start
        self.knowsDebts = knowsDebts
    }

    /// Takes the body of an alarm's record; others than D6 of this uplink say nothing. Records come in the order of the journal.
    package mutating func take(alarm body: [UInt8]) {
        guard let record = try? JSONValue(parsing: body), let alarm = record["alarm"],
            case .string("D6") = alarm["rule"], case .string(uplink) = alarm["source"],
            case .string(let id) = alarm["id"], case .integer(let since) = alarm["since"],
            case .integer(let ts) = record["ts"], case .string(let state) = alarm["state"]
        else { return }
        let end = state == "cleared" ? WallInstant(millisecondsSince1970: ts) : nil
        outages[id] = (WallInstant(millisecondsSince1970: since), end)
    }

    /// A record about the time from `from` to `to` is not acknowledged.
    package mutating func owes(from: WallInstant, to: WallInstant) {
        for minute in minutes(from, to, before: .max) { owed.insert(minute) }
    }

    /// The gaps up to `end`, in order of their beginning.
    package func finish(at end: WallInstant) -> [DataGap] {
        let count = max(0, (end - start).wholeMilliseconds / Self.minute)
        var down: Set<Int64> = []
        for outage in outages.values { down.formUnion(minutes(outage.from, outage.to ?? end, before: count)) }
        var ledger = GapLedger()
        let subject = GapSubject(outlet: "", uplink: uplink)
        for minute in 0..<count {
            let (from, to) = (start + .seconds(60 * minute), start + .seconds(60 * (minute + 1)))
            let reason = down.contains(minute) ? "uplink down" : owed.contains(minute) ? "not acknowledged" : nil
            _ = ledger.period(subject, from: from, to: to, missing: reason)
            if knowsDebts, down.contains(minute), !owed.contains(minute) {
                _ = ledger.refill(subject, from: from, to: to)
            }
        }
        return ledger.gaps(from: start, to: end)
    }

    private static let minute: Int64 = 60_000
    /// A record is about a day at most, which has 25 hours when the clocks are set back.
    private static let mostMinutes: Int64 = 25 * 60

    /// The minutes that a time touches; a moment touches one.
    private func minutes(_ from: WallInstant, _ to: WallInstant, before end: Int64) -> Range<Int64> {
        let first = (from - start).wholeMilliseconds
        let last = max(first + 1, (to - start).wholeMilliseconds)
        let low = max(0, first / Self.minute)
        let high = min(end, low + Self.mostMinutes, (last + Self.minute - 1) / Self.minute)
        return low..<max(low, high)
    }
}
