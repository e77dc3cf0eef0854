package import Alarms

/// One entry of `alarms.actions`: what is done about which alarms, besides records, messages and the log.
package struct ActionConfiguration: Equatable, Sendable {
    package enum Occasion: String, CaseIterable, Hashable, Sendable {
        /// The alarm was raised, or reached the severity that is asked for.
        case raised
        case cleared
    }

    /// A program to be started.
    package struct Program: Equatable, Sendable {
        /// Absolute.
        package var path: String
        package var arguments: [String]
        /// In the order of the file.
        package var environment: [Variable] = []
        package var timeout: Duration = .seconds(30)
    }

    package struct Variable: Equatable, Sendable {
        package var name: String
        package var value: String
    }

    /// A coil to be on while an alarm is active.
    package struct Coil: Equatable, Sendable {
        /// Places in `buses` and its `devices`.
        package var bus: Int
        package var device: Int
        /// Zero-based.
        package var address: UInt16
        /// Nothing is written without it.
        package var isEnabled = false
        package var until: CoilEnd = .cleared
    }

    /// From when on an alarm no longer holds a coil.
    package enum CoilEnd: String, CaseIterable, Sendable {
        case cleared, acknowledged
    }

    package enum Effect: Equatable, Sendable {
        case program(Program)
        case coil(Coil)
    }

    package var id: String
    /// Empty: every rule.
    package var rules: Set<RuleID> = []
    package var severity: AlarmSeverity = .alarm
    /// Outlets, devices, instruments and uplinks, as an alarm's `source` names them; empty: all.
    package var sources: Set<String> = []
    /// For programs.
    package var occasions: Set<Occasion> = [.raised]
    /// The shortest time from one start, or one writing, to the next.
    package var gap: Duration = .seconds(1)
    package var effect: Effect
}
