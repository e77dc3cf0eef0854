import Telemetry

/// What a factor is, as far as it decides which settings make sense for it.
enum FactorNature: Equatable {
    /// Recorded in mg/m³.
    case concentration
    /// a19001, recorded in % of the volume.
    case oxygen
    /// a00000, recorded in m³/s.
    case gasFlow
    /// w00000, recorded in L/s.
    case waterFlow
    /// Recorded in kPa.
    case pressure
    /// In water, with an amount in kg or g.
    case waterConcentration
    /// In the table, and nothing of the above.
    case other
    /// In no table; it may be anything.
    case unknown

    /// `code`: of either edition.
    init(code: String) {
        switch FactorTable.entry(code: code)?.code ?? code {
        case "a19001": self = .oxygen
        case "a00000": self = .gasFlow
        case "w00000": self = .waterFlow
        case "a01013", "a01017", "i23001": self = .pressure
        default: self = FactorTable.entry(code: code).map(Self.init(entry:)) ?? .unknown
        }
    }

    private init(entry: FactorEntry) {
        // The tables print NH3, CH4 and particles in ng/m³; records carry all of them in mg/m³.
        if let unit = entry.unit, ["mg/m3", "ug/m3", "ng/m3"].contains(unit) {
            self = .concentration
        } else {
            self = entry.medium == .water && entry.totalUnit != nil ? .waterConcentration : .other
        }
    }

    /// The units its readings may have, the one of its records first.
    var readingUnits: [ReadingUnit] {
        switch self {
        case .concentration, .unknown:
            [.asRecorded, .partsPerMillion, .percent, .gramsPerCubicMetre, .microgramsPerCubicMetre]
        case .gasFlow, .waterFlow: [.asRecorded, .cubicMetresPerHour, .cubicMetresPerSecond]
        case .pressure: [.asRecorded, .pascal]
        case .oxygen, .waterConcentration, .other: [.asRecorded]
        }
    }

    /// Whether water vapour in the gas changes its value.
    var knowsMoisture: Bool { isGas || self == .oxygen }

    /// Whether temperature and pressure of the gas change its value.
    var knowsState: Bool { isGas }

    private var isGas: Bool { self == .concentration || self == .gasFlow || self == .unknown }
}
