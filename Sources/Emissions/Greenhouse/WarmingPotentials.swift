/// A gas that warms the atmosphere, as far as outlets measure it.
package enum GreenhouseGas: String, CaseIterable, Sendable {
    case carbonDioxide = "CO2"
    case methane = "CH4"
    /// Methane of coal, oil and natural gas: as CO2 its carbon is new to the atmosphere.
    case fossilMethane = "fossil CH4"
    /// HJ 212 has no code for it; a site gives it one of its own.
    case nitrousOxide = "N2O"

    /// The gas that HJ 212 names `code`; methane is not fossil.
    package init?(code: String) {
        switch code {
        case "a05001": self = .carbonDioxide
        case "a05002": self = .methane
        default: return nil
        }
    }
}

/// Global warming potentials over 100 years under the name of the report they come from.
///
/// A platform is told masses; equivalents exist in reports alone, always with the name of the set.
package enum WarmingPotentials: String, CaseIterable, Sendable {
    /// IPCC, fifth assessment report: working group I, table 8.A.1, without climate–carbon feedbacks.
    case ar5
    /// IPCC, sixth assessment report: working group I, table 7.SM.7.
    case ar6

    /// As people write it.
    package var name: String {
        switch self {
        case .ar5: "AR5"
        case .ar6: "AR6"
        }
    }

    /// Where the numbers are from.
    package var source: String {
        switch self {
        case .ar5: "IPCC AR5 (2013), WG I, table 8.A.1, GWP100 without feedbacks"
        case .ar6: "IPCC AR6 (2021), WG I, table 7.SM.7, GWP100"
        }
    }

    /// What 1 kg of the gas counts as, in kg of CO2.
    package func potential(of gas: GreenhouseGas) -> Double {
        switch (self, gas) {
        case (_, .carbonDioxide): 1
        case (.ar5, .methane): 28
        case (.ar5, .fossilMethane): 30
        case (.ar5, .nitrousOxide): 265
        case (.ar6, .methane): 27.9
        case (.ar6, .fossilMethane): 29.8
        case (.ar6, .nitrousOxide): 273
        }
    }

    /// Σ mass · GWP in kg of CO2; nil without any mass.
    package func equivalent(of masses: [(gas: GreenhouseGas, kilograms: Double)]) -> Double? {
        masses.isEmpty ? nil : masses.reduce(0) { $0 + $1.kilograms * potential(of: $1.gas) }
    }
}
