package import Telemetry

/// The channels of an outlet and what is constant about it: all that its arithmetic needs besides samples.
package struct OutletPlan: Equatable, Sendable {
    /// Measured factors in the order of the configuration, then what is computed of itself.
    package let channels: [Channel]
    package var constants: OutletConstants {
        didSet { usable = Self.usable(channels, constants) }
    }
    package var validity = ValidityRules()

    /// By condition: its channel; nil where the constant stands in.
    let conditionChannels: [Int?]
    let velocity: Int?
    let dynamicPressure: Int?
    let gasFlow: Int?
    let waterFlow: Int?
    let nitricOxide: Int?
    let nitrogenDioxide: Int?
    /// By channel.
    let needs: [[Need]]
    /// By channel: whether its normalised samples are its instantaneous values.
    let needsNothing: [Bool]
    /// By channel: what of its values others may be computed with.
    private(set) var usable: [UsableValues]
    /// Channels that others are computed with, the last value there is.
    package let conditions: [Int]

    /// Channels with distinct codes.
    package init(channels: [Channel], constants: OutletConstants = OutletConstants()) {
        self.channels = channels
        self.constants = constants
        func first(_ matches: (Channel) -> Bool) -> Int? { channels.firstIndex(where: matches) }
        conditionChannels = GasCondition.allCases.map { condition in first { $0.role == .condition(condition) } }
        velocity = first { $0.role == .velocity }
        dynamicPressure = first { $0.role == .dynamicPressure }
        gasFlow = first { $0.role == .gasFlow }
        waterFlow = first { $0.role == .waterFlow }
        nitricOxide = first { $0.code == "a21003" }
        nitrogenDioxide = first { $0.code == "a21004" }
        needs = Self.needs(channels)
        needsNothing = channels.map(\.needsNothing)
        usable = Self.usable(channels, constants)
        conditions = (conditionChannels + [nitrogenDioxide]).compactMap(\.self)
    }

    var oxygen: Int? { conditionChannels[GasCondition.oxygen.rawValue] }

    private static func usable(_ channels: [Channel], _ constants: OutletConstants) -> [UsableValues] {
        channels.map { UsableValues(of: $0, coefficient: constants.velocityCoefficient) }
    }

    /// The channel whose amounts those of a channel are computed with, itself where it is a flow or a meter; nil: there is none.
    package func flow(of channel: Int) -> Int? {
        switch channels[channel].role {
        case .gasConcentration: gasFlow
        case .waterConcentration: waterFlow
        case .gasFlow, .waterFlow, .energy: channel
        case .condition, .dynamicPressure, .velocity, .other: nil
        }
    }

    /// Whether a meter counts the amounts of a channel.
    func isMetered(_ channel: Int) -> Bool { channels[channel].meter != nil }

    /// The condition's constant in the unit of its channel; nil where the outlet measures it or none is configured.
    func constant(_ condition: GasCondition) -> Double? {
        guard conditionChannels[condition.rawValue] == nil else { return nil }
        switch condition {
        case .temperature: return constants.celsius
        case .staticPressure: return constants.staticPascals / 1000
        case .atmosphericPressure: return constants.atmosphericPascals / 1000
        case .humidity: return constants.humidityPercent
        case .oxygen: return nil
        }
    }

    /// What stands in the place of which condition.
    package var constantsInUse: [GasCondition] {
        [.temperature, .humidity, .atmosphericPressure].filter { condition in
            constant(condition) != nil && channels.contains { uses($0, condition) }
        }
    }

    private func uses(_ channel: Channel, _ condition: GasCondition) -> Bool {
        let needsState = channel.basis.state == .actual || channel.origin == .area || channel.origin == .pitot
        switch condition {
        case .humidity: return channel.basis.moisture == .wet || channel.origin == .area
        case .temperature, .staticPressure, .atmosphericPressure: return needsState
        case .oxygen: return channel.isConverted
        }
    }
}

/// What is constant about an outlet, for conditions it does not measure, and how it is converted.
package struct OutletConstants: Equatable, Sendable {
    /// *F*, m².
    package var squareMetres: Double?
    /// *K*v.
    package var velocityCoefficient = 1.0
    /// *K*p.
    package var pitotCoefficient = GasVelocity.usualPitotCoefficient
    /// *ρ*₀, kg/m³.
    package var gasDensity = GasVelocity.usualStandardDensity
    /// *t*s.
    package var celsius: Double?
    /// *P*s, gauge.
    package var staticPascals = 0.0
    /// *B*a.
    package var atmosphericPascals = StandardState.pascals
    /// *X*sw in %.
    package var humidityPercent: Double?
    package var standard = StandardState.annex
    /// Nil: nothing is converted.
    package var conversion: OxygenConversion?
    package var method = ConvertedMethod.ofMeans
    /// Below this velocity, m/s, the plant stands; nil: the velocity says nothing.
    package var idleVelocity: Double?
    package var overRangeCounts = false

    package init() {}
}

/// How much of each period must be valid.
package struct ValidityRules: Hashable, Sendable {
    /// Minutes of an hour; of water at most these.
    package var minutes = ValidityRule.hour.minimum
    /// Hours of a day; nil: 20 of gas, 75 % of the hours due of water. Of water at most these.
    package var hours: Int?
    /// Days of a month other than February, which needs two less of gas; nil: 25 of gas, 75 % of the days due of water.
    package var days: Int?

    package init() {}

    /// What a factor needs. `due` of `parts`: of the period in which it has something to say; only in water it counts.
    package func rule(
        _ length: PeriodLength, month: Int, ofWater: Bool, due: Int, of parts: Int
    ) -> ValidityRule {
        guard ofWater else { return gasRule(length, month: month, parts: parts) }
        switch length {
        case .minutes: return .share(ofDue: due, in: parts, .minute)
        case .hour: return .share(ofDue: due, in: parts, .minute, cap: minutes)
        case .day: return waterRule(.hour, hours, due: due, of: parts)
        case .month: return waterRule(.day, days.map { month == 2 ? $0 - 2 : $0 }, due: due, of: parts)
        case .year: return .year
        }
    }

    /// 75 % of the parts due; `needed` of them, or all, where that is written.
    private func waterRule(_ part: ValidityRule.Part, _ needed: Int?, due: Int, of parts: Int) -> ValidityRule {
        needed.map { .number($0, ofDue: due, in: parts, part) } ?? .share(ofDue: due, in: parts, part)
    }

    private func gasRule(_ length: PeriodLength, month: Int, parts: Int) -> ValidityRule {
        switch length {
        case .minutes(let minutes): return ValidityRule(part: .minute, percent: 75, ofDue: minutes)
        case .hour:
            // The clock was changed by half an hour.
            let share = ValidityRule(part: .minute, percent: 75, ofDue: parts).minimum
            return ValidityRule(part: .minute, minimum: parts < 60 ? min(minutes, share) : minutes)
        case .day: return ValidityRule(part: .hour, minimum: hours ?? ValidityRule.day.minimum)
        case .month:
            let days = days ?? ValidityRule.month(1).minimum
            return ValidityRule(part: .day, minimum: month == 2 ? days - 2 : days)
        case .year: return .year
        }
    }
}
