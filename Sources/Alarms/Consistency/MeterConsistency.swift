import Emissions
import Telemetry

/// Rule C11: a meter against the flow beside it.
enum MeterConsistency {
    /// A day; `date`: its beginning.
    static func day(_ balance: MeterBalance?, unit: String?, date: WallInstant) -> Verdict {
        guard let balance else { return .unknown }
        guard balance.differs else { return .clear }
        let share = balance.difference.map { ShownPercent($0 * 100, above: MeterBalance.tolerance * 100).value }
        return .holds(
            Evidence(
                value: share, limit: MeterBalance.tolerance * 100, span: .hours(24),
                facts: AlarmFacts([
                    .date: .date(date), .amount: .number(balance.meter), .limit: .number(balance.flow),
                    .unit: unit.map { .text($0) }, .share: share.map { .number($0) },
                ])))
    }
}
