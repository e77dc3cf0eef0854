/// What a system code (ST) says about the factors of its packets.
///
/// Source: HJ 212-2017, table 5 and appendix B.
package enum SystemCode {
    /// What a factor is about, as far as a system code decides it.
    package enum Matter: String, Sendable {
        /// Concentrations and conditions of gas, and the treatment of gas.
        case air
        /// Concentrations and conditions of water, and the treatment of water.
        case water

        /// Its name in Chinese; the English one is the raw value.
        package var chinese: String {
            switch self {
            case .air: "气"
            case .water: "水"
            }
        }
    }

    /// What `st` is about; nil where it is no matter of air or water, or nothing is known.
    package static func matter(of st: String) -> Matter? {
        switch st {
        case "22", "27", "31", "39", "51": .air
        case "21", "24", "26", "32", "33", "34", "52": .water
        default: nil
        }
    }

    /// Whether the codes under `st` are those of the standard's tables; of a private system code nothing is known.
    package static func hasStandardCodes(_ st: String) -> Bool {
        switch st {
        case "21"..."27", "31"..."39", "41", "51", "52": st.utf8.count == 2
        default: false
        }
    }

    /// What the factor `code` is about; nil for what occurs everywhere: weather, noise, the station itself, electricity.
    package static func matter(ofFactor code: String) -> Matter? {
        guard let entry = FactorTable.entry(code: code) else { return nil }
        let code = entry.anyCode.lowercased()
        switch entry.medium {
        case .air: return code.hasPrefix("a010") && code < "a01010" || code.hasPrefix("a06") ? nil : .air
        case .water: return .water
        case .noise: return nil
        case .other:
            // Treatment of waste water and of flue gas.
            return code.hasPrefix("e") ? .water : code.hasPrefix("g") ? .air : nil
        }
    }
}
