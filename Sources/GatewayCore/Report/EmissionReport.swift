package import Emissions
package import Telemetry

/// Means, masses and capture rates of one outlet over a month or a year, by its records of hours, days, months and the year.
///
/// What was measured and what was substituted are never added up.
package struct EmissionReport: Equatable, Sendable {
    /// A day of a month, a month of a year, or all of it.
    package struct Row: Equatable, Sendable {
        /// A mean, and whether it rests on as much as the rule of its period asks for.
        package struct Mean: Equatable, Sendable {
            package var value: Double
            package var isValid: Bool
        }

        /// `2026-11-05`, `2026-11`; of the total the period.
        package var label: String
        package var mean: Mean?
        package var converted: Mean?
        /// What was measured: the amount of the row's record, or of its valid hours, in the factor's ``Factor/amountUnit``; nil when there is none.
        package var amount: Double?
        /// What stands in for invalid hours, apart from ``amount``; nil when nothing does.
        package var substituted: Double?
        /// How many invalid hours were substituted in which way, `none` among them.
        package var methods: [MethodCount] = []
        /// Of the hours between the first and the last record.
        package var capture: CaptureRate
    }

    package struct MethodCount: Equatable, Sendable {
        package var method: String
        package var hours: Int
    }

    /// What stands in for one hour.
    package struct Substitute: Equatable, Sendable {
        package var hour: CivilTime
        /// In the factor's ``Factor/amountUnit``; nil with the method `none`.
        package var amount: Double?
        package var method: String
        /// The first and the last hour that were looked at.
        package var window: [CivilTime]
    }

    package struct Factor: Equatable, Sendable {
        package var code: String
        package var name: BilingualText
        package var unit: String?
        /// Nil: the factor has no amounts.
        package var amountUnit: String?
        package var isConverted: Bool
        /// Of means; nil: seven significant digits.
        package var decimals: Int?
        package var rows: [Row]
        package var total: Row
        package var substitutes: [Substitute]
    }

    /// Greenhouse gases together, in kg of CO2.
    package struct Equivalent: Equatable, Sendable {
        package var potentials: WarmingPotentials
        /// The factors that count.
        package var codes: [String]
        /// Of ``codes``: what 1 kg of each counts as, in kg of CO2.
        package var weights: [Double]
        /// By row; nil where none of them has a mass.
        package var rows: [Double?]
        package var total: Double?
    }

    package var outlet: String
    package var name: String?
    package var period: ReportPeriod
    /// Whether invalid hours were to be substituted.
    package var isSubstituting: Bool
    package var factors: [Factor]
    /// Nil when the outlet measures no greenhouse gas.
    package var equivalent: Equivalent?

    /// Whether no record lies in the period.
    package var isEmpty: Bool {
        factors.allSatisfy { $0.rows.isEmpty && $0.total.amount == nil && $0.total.mean == nil }
    }
}
