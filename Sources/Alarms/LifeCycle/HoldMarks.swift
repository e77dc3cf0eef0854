package import Emissions
package import Telemetry

/// Marks that can hold an alarm back: conditions of the plant, and an instrument that is being worked on.
package struct HoldMarks: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let stopped = HoldMarks(rawValue: 1)
    package static let startUp = HoldMarks(rawValue: 2)
    package static let shutDown = HoldMarks(rawValue: 4)
    package static let banked = HoldMarks(rawValue: 8)
    package static let maintenance = HoldMarks(rawValue: 16)
    package static let calibration = HoldMarks(rawValue: 32)

    /// Everything but a plant that runs.
    package static let plant: HoldMarks = [.stopped, .startUp, .shutDown, .banked]
    /// Somebody works on the instrument.
    package static let instrument: HoldMarks = [.maintenance, .calibration]

    package init(_ mark: PlantMark) {
        switch mark {
        case .running: self = []
        case .stopped: self = .stopped
        case .startUp: self = .startUp
        case .shutDown: self = .shutDown
        case .banked: self = .banked
        }
    }

    /// The mark that a flag of a reading stands for: `M` and `C`.
    package init(_ flag: DataFlag) {
        switch flag {
        case .maintenance: self = .maintenance
        case .calibration: self = .calibration
        default: self = []
        }
    }

    /// The names of the marks, for records: the plant's as HJ 75 writes them, the instrument's as HJ 212 flags.
    package var names: [String] {
        let table: [(HoldMarks, String)] = [
            (.stopped, "F"), (.startUp, "St"), (.shutDown, "Sd"), (.banked, "B"), (.maintenance, "M"),
            (.calibration, "C"),
        ]
        return table.filter { contains($0.0) }.map(\.1)
    }
}
