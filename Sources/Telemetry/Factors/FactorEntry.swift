/// What HJ 212 and its users say about one factor (监测因子).
package struct FactorEntry: Hashable, Sendable {
    /// What the factor is about.
    package enum Medium: String, CaseIterable, Sendable {
        case water, air, noise
        /// Treatment processes, device information, electricity, production conditions.
        case other
    }

    /// Unit and format as one edition has them.
    package struct Form: Hashable, Sendable {
        package let unit: String?
        package let format: ValueFormat?
    }

    /// The code since 2017; a trailing `xx` or `x` stands for the number of the device. Nil for what only 2005 has.
    package let code: String?
    /// The code of 2005.
    package let legacyCode: String?
    /// Empty in both languages where only the code is known.
    package let name: BilingualText
    package let medium: Medium
    /// The usual unit; sites deviate. `mg/m3`, `degC`, …; nil: none is known.
    package let unit: String?
    /// The unit of the accumulated amount, `-Cou`; nil: it has none.
    package let totalUnit: String?
    /// As of 2017, or of where the factor was found.
    package let format: ValueFormat?
    /// Nil always: the standards state no format for accumulated amounts.
    package let totalFormat: ValueFormat?
    /// Where 2005 differs or is known to agree.
    package let form2005: Form?
    /// Where the 2025 table is known.
    package let form2025: Form?
    /// Standard and table, or the implementation it was seen in.
    package let source: String
    /// What else there is to know; may be empty.
    package let notes: String

    /// The unit in `edition`, the usual one where nothing else is known.
    package func unit(in edition: StandardEdition) -> String? { form(in: edition)?.unit ?? unit }

    /// The format in `edition`, that of 2017 where nothing else is known.
    package func format(in edition: StandardEdition) -> ValueFormat? { form(in: edition)?.format ?? format }

    private func form(in edition: StandardEdition) -> Form? {
        switch edition {
        case .hj2005: form2005
        case .hj2017: nil
        case .hj2025: form2025
        }
    }

    /// Whether `code` is the code of 2005 and not also the current one.
    package func isLegacy(_ code: String) -> Bool {
        let code = code.lowercased()
        return legacyCode?.lowercased() == code && self.code?.lowercased() != code
    }

    /// The current code, or the legacy one of a factor that has no other.
    package var anyCode: String { code ?? legacyCode ?? "" }

    /// What the table prints where a number has no unit.
    private static let wordsForNoUnit = ["dimensionless", "site-defined", "timestamp"]

    /// `unit` as it is shown after a number; nil where it is a word for none.
    package static func shown(unit: String?) -> String? {
        unit.flatMap { wordsForNoUnit.contains($0) ? nil : $0 }
    }

    /// A unit of the table as people write it; records and JSON keep that of the table.
    package static func written(unit: String) -> String { unit == "degC" ? "°C" : unit }
}
