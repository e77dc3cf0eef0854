import JSON
import Telemetry

extension GapLedger {
    private static let stateLimits = JSONLimits(bytes: 64 << 20)

    /// The ledger as JSON text.
    package var stateText: String { JSONValue.array((closed + open.values).map(\.state)).text }

    /// What `stateText` says; a gap that cannot be read is left out.
    package init(stateText: String) {
        guard let state = try? JSONValue(parsing: Array(stateText.utf8), limits: Self.stateLimits) else { return }
        for gap in state.items.compactMap(DataGap.init(state:)) {
            if gap.to == nil {
                open[gap.subject] = gap
            } else if closed.count < Self.capacity {
                closed.append(gap)
            }
        }
    }
}

extension DataGap {
    fileprivate var state: JSONValue {
        .object(compact: [
            ("outlet", .string(subject.outlet)), ("factor", subject.factor.map { .string($0) }),
            ("uplink", subject.uplink.map { .string($0) }), ("from", .instant(from)), ("to", to.map { .instant($0) }),
            ("reached", .instant(reached)), ("reason", .string(reason)),
            (
                "refilled",
                .array(refilled.map { .array([.instant($0.lowerBound), .instant($0.upperBound)]) })
            ),
        ])
    }

    fileprivate init?(state: JSONValue) {
        guard let outlet = state.text("outlet"), let from = state.instant("from"),
            let reached = state.instant("reached"), from <= reached
        else { return nil }
        subject = GapSubject(outlet: outlet, factor: state.text("factor"), uplink: state.text("uplink"))
        self.from = from
        to = state.instant("to").map { max(from, $0) }
        self.reached = reached
        reason = state.text("reason") ?? ""
        refilled = (state["refilled"]?.items ?? []).compactMap { item in
            guard item.items.count == 2, let low = item.items[0].wholeValue, let high = item.items[1].wholeValue,
                low < high
            else { return nil }
            return WallInstant(millisecondsSince1970: low)..<WallInstant(millisecondsSince1970: high)
        }
    }
}
