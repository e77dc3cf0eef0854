/// The three texts of HJ 212: HJ/T 212-2005, HJ 212-2017 and HJ 212-2025.
package enum StandardEdition: String, CaseIterable, Sendable {
    case hj2005 = "2005"
    case hj2017 = "2017"
    case hj2025 = "2025"

    /// The standard's number.
    package var title: String { self == .hj2005 ? "HJ/T 212-2005" : "HJ 212-\(rawValue)" }
}
