import Emissions
import Telemetry

/// The units of what is recorded of one factor, as people read them after a number.
struct RecordUnits: Equatable, Sendable {
    /// Of its values; nil: they have none.
    let value: String?
    /// Of its amounts, `Cou`; nil: it has no amounts.
    let amount: String?

    /// What of a concentration becomes an amount: mg/m³ and mg/L become kg. Source: HJ 212-2017, D.1 (8) and D.2.5 (33).
    private static let masses = ["mg": "kg", "ug": "g", "ng": "mg"]

    /// `stated`: the unit that the site states for the code of `channel`.
    init(_ channel: Channel, stated: String?) {
        // The table prints some gases in ng/m³; records carry all of them in mg/m³.
        let usual = channel.role == .gasConcentration ? "mg/m3" : FactorTable.entry(code: channel.code)?.unit
        value = channel.role == .energy ? "kW" : FactorEntry.shown(unit: stated ?? usual)
        switch channel.role {
        case .gasFlow, .waterFlow: amount = "m3"
        case .gasConcentration, .waterConcentration: amount = value.flatMap { Self.masses[String($0.prefix(2))] }
        case .energy: amount = Channel.energyUnit
        case .condition, .dynamicPressure, .velocity, .other: amount = nil
        }
    }
}
