/// Conditions that gas in a duct can have. Outside them the instrument is at fault: nothing is computed with such a number,
/// although its own record keeps it. What is possible and seldom is the business of alarms.
package enum PossibleGas {
    /// % of the volume. At 99.5 % the wet-to-dry formula already multiplies by 200; a sensor that shows more has come to its end.
    package static let mostHumidity = 99.5
}

/// What of a channel's values others may be computed with.
///
/// A zero that has drifted or is noisy shows a little less than nothing: for others that is nothing.
struct UsableValues: Equatable, Sendable {
    /// As a part of the span of the measuring range.
    static let noiseShare = 0.02

    let code: String
    /// Whether a value can be that of gas; nil: it is the noise of a zero or nothing at all that decides.
    private let condition: GasCondition?
    /// So far below 0, in the unit of the record, a value is noise; nil: the channel's values may be negative.
    private let noise: Double?

    init(of channel: Channel, coefficient: Double = 1) {
        code = channel.code
        switch channel.role {
        case .condition(let condition):
            // What was delivered of wet oxygen is judged before it is dried.
            self.condition = condition == .oxygen && channel.basis.moisture == .wet ? nil : condition
            noise = condition == .humidity ? channel.zeroNoise(otherwise: 1) : nil
        case .velocity:
            condition = nil
            noise = channel.zeroNoise(otherwise: 1, coefficient: coefficient)
        case .dynamicPressure:
            condition = nil
            noise = channel.zeroNoise(otherwise: 0.01)
        default:
            condition = nil
            noise = nil
        }
    }

    /// `value` as others take it; nil: gas cannot have it.
    func callAsFunction(_ value: Double) -> Double? {
        if let condition, !condition.isPossible(value) { return nil }
        guard let noise, value < 0 else { return value }
        return value >= -noise ? 0 : nil
    }
}

extension Channel {
    /// How far below 0 the noise of a zero reaches: 2 % of the span of the range, in the unit of the record.
    ///
    /// `otherwise`: where no range is known. `coefficient`: what the record multiplies the reading with besides.
    func zeroNoise(otherwise: Double, coefficient: Double = 1) -> Double {
        guard let range = scale.recordedRange else { return otherwise }
        let span = range.upperBound - range.lowerBound
        return UsableValues.noiseShare * span * coefficient
    }
}

extension GasCondition {
    /// Whether gas can have `value`, in the unit of the condition's records; of oxygen as it is delivered, before it is dried.
    ///
    /// Whether humidity below 0 is noise is another question: ``UsableValues``.
    func isPossible(_ value: Double) -> Bool {
        switch self {
        case .temperature: (-50.0...2000).contains(value)
        case .staticPressure: (-50.0...50).contains(value)
        case .atmosphericPressure: (50.0...110).contains(value)
        case .humidity: value < PossibleGas.mostHumidity
        case .oxygen: value > 0 && value <= 25
        }
    }
}
