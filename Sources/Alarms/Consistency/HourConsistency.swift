package import Emissions
import Telemetry

/// One closed hour of an outlet, or a longer period.
package struct PeriodFacts: Sendable {
    package struct Factor: Sendable {
        package var code: String
        /// The measured mean, nil unless valid; mg/m³ of gases, % of oxygen.
        package var average: Double?
        /// The converted mean, nil unless valid.
        package var converted: Double?
        /// `Cou`: kg, of a00000 m³; nil: none or not valid.
        package var amount: Double?
        /// Amounts of the flow and of the meter beside it over the same time; nil without such a meter.
        package var balance: MeterBalance?
        /// Whether something was to be measured.
        package var isDue = true
        /// Lower bound of the mean, by which limits are judged; nil where no reading was above the range.
        package var bound: Double?
        package var convertedBound: Double?
        /// m³ that carried the mean; nil: it has no flow, or one that is not known.
        package var water: Double?

        package init(code: String, average: Double?, converted: Double? = nil, amount: Double? = nil) {
            self.code = code
            self.average = average
            self.converted = converted
            self.amount = amount
        }

        /// The hour in the forecast of a day.
        func part(of quantity: JudgedQuantity) -> RunningBudget.Part {
            let value = quantity == .converted ? convertedBound ?? converted : bound ?? average
            return .init(value, isDue: isDue, water: water)
        }
    }

    /// In the order of the outlet's factors.
    package var factors: [Factor]

    package init(factors: [Factor]) {
        self.factors = factors
    }

    subscript(code: String) -> Factor? { factors.first { $0.code == code } }
}

/// Rules C4 and C7: the values of an hour against each other, of C4 as an instrument states them.
package struct HourConsistency: Sendable {
    /// kg: what rounding to three decimals may hide.
    private static let leastMass = 0.001
    /// mg/m³ for 1 % of CO2 at 22.4 L/mol.
    private static let milligramsPerPercent = 44.01 / 22.4 * 10_000
    /// % of the volume.
    private static let fuelTolerance = 1.5

    /// CO2 of the fuel's dry, air-free waste gas in %: about 18.7 coal, 11.8 natural gas; nil: not judged.
    private let greatestCarbonDioxide: Double?

    package init(greatestCarbonDioxide: Double? = nil) {
        self.greatestCarbonDioxide = greatestCarbonDioxide
    }

    /// C4 of the factor `code`.
    package func mass(of code: String, _ hour: PeriodFacts) -> Verdict {
        guard let factor = hour[code], let flow = hour["a00000"] else { return .clear }
        guard let concentration = factor.average, let volume = flow.amount, let amount = factor.amount
        else { return .unknown }
        // Formula (33) with the hour's volume.
        let expected = concentration * volume * 1e-6
        let isLost = amount == 0 && expected >= Self.leastMass
        let isFromNothing = amount > Self.leastMass && volume == 0
        guard isLost || isFromNothing else { return .clear }
        return .holds(
            Evidence(
                value: amount, limit: expected, span: .hours(1),
                facts: AlarmFacts([.value: .number(amount), .limit: .number(expected)])))
    }

    /// C7: NOx as NO2 cannot be less than its NO alone, 46.01/30.01 of it; 2 % are for the analysers.
    package func nitrogenOxides(_ hour: PeriodFacts) -> Verdict {
        guard let all = hour["a21002"], let part = hour["a21003"] else { return .clear }
        guard let oxides = all.average, let oxide = part.average else { return .unknown }
        let least = oxide * (46.01 / 30.01)
        guard oxides < least * 0.98 else { return .clear }
        return .holds(
            conflict(oxides, least, parameter: "NOx", other: "NO", "≥ " + Tongue.shown(least), isLow: true))
    }

    /// C7: oxygen and carbon dioxide lie on the fuel's line, `CO2max·(20.9 − O2)/20.9`.
    package func combustionLine(_ hour: PeriodFacts) -> Verdict {
        guard let greatest = greatestCarbonDioxide, let gas = hour["a05001"], let air = hour["a19001"]
        else { return .clear }
        guard let mass = gas.average, let oxygen = air.average, oxygen < 20.9 else { return .unknown }
        let percent = mass / Self.milligramsPerPercent
        let expected = greatest * (20.9 - oxygen) / 20.9
        guard (percent - expected).magnitude > Self.fuelTolerance else { return .clear }
        let bound = Tongue.shown(expected.roundedMean(toDecimals: 2)) + " %"
        return .holds(
            conflict(
                percent.roundedMean(toDecimals: 2), expected, parameter: "CO2 (%)", other: "O2", bound,
                isLow: percent < expected))
    }

    private func conflict(
        _ value: Double, _ limit: Double, parameter: String, other: String, _ bound: String, isLow: Bool
    ) -> Evidence {
        Evidence(
            value: value, limit: limit, isLow: isLow, span: .hours(1),
            facts: AlarmFacts([
                .value: .number(value), .parameter: .text(parameter), .other: .text(other), .bound: .text(bound),
            ]))
    }
}
