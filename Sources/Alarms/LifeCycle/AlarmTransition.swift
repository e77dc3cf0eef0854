package import Telemetry

/// One thing that happened to an alarm, with the alarm as it is since: what a record is made of.
package struct AlarmTransition: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case raised
        /// It would have been raised, and a mark holds it back: recorded, not announced.
        case suppressed
        /// It became worse, by a further step or a higher severity, or another limit holds.
        case updated
        /// Nobody has acknowledged it for the repeat interval.
        case repeated
        case acknowledged, commented
        case closed
        /// It ended because the configuration no longer has its rule, or what it was about: nobody knows of the condition.
        case withdrawn
    }

    package let kind: Kind
    package let event: AlarmEvent
    package let at: WallInstant
}
