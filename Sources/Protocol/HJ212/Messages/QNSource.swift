package import Telemetry

/// Makes request numbers: the time to the millisecond, each later than the one before, also when the clock stands still
/// or steps back.
///
/// One QN names one interaction, so a sender must not use one twice. Source: HJ 212-2017, table 2.
package struct QNSource: Hashable, Sendable {
    /// Milliseconds of civil time of the last one.
    private var last: Int64?

    package init() {}

    /// 17 digits. `now`: by the clock the standard has in mind, China Standard Time.
    package mutating func next(at now: CivilTime) -> FieldText {
        let time = max(now.localMilliseconds, last.map { $0 + 1 } ?? .min)
        last = time
        return FieldText(CivilTime(localMilliseconds: time).compactWithMilliseconds)
    }
}
