import Telemetry

/// The channels of an outlet and what is constant about it: all that its arithmetic needs besides samples.
package struct OutletPlan: Equatable, Sendable {
    /// Measured factors in the order of the configuration, then what is computed of itself.
    package let channels: [Channel]
    package var constants = OutletConstants()
    package var validity = ValidityRules()

    /// By condition: its channel; nil where the constant stands in.
    let conditionChannels: [Int?]
    let velocity: Int?
    let dynamicPressure: Int?
    let gasFlow: Int?
    let waterFlow: Int?
    let nitricOxide: Int?
    let nitrogenDioxide: Int?

    /// Channels with distinct codes.
    package init(channels: [Channel]) {
        self.channels = channels
        func first(_ matches: (Channel) -> Bool) -> Int? { channels.firstIndex(where: matches) }
        conditionChannels = GasCondition.allCases.map { condition in first { $0.role == .condition(condition) } }
        velocity = first { $0.role == .velocity }
        dynamicPressure = first { $0.role == .dynamicPressure }
        gasFlow = first { $0.role == .gasFlow }
        waterFlow = first { $0.role == .waterFlow }
        nitricOxide = first { $0.code == "a21003" }
        nitrogenDioxide = first { $0.code == "a21004" }
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
    package var hour = ValidityRule.hour
    package var day = ValidityRule.day
    /// Days of a month other than February, which needs two less.
    package var monthDays = 25

    package init() {}

    func rule(_ length: PeriodLength, month: Int) -> ValidityRule {
        switch length {
        case .minutes(let minutes): ValidityRule(part: .minute, percent: 75, ofDue: minutes)
        case .hour: hour
        case .day: day
        case .month: ValidityRule(part: .day, minimum: month == 2 ? monthDays - 2 : monthDays)
        case .year: .year
        }
    }
}
