import Telemetry

/// One minute of an outlet on its way from samples to numbers. Made for one minute and thrown away.
///
/// Conditions come first, then oxygen, velocity, concentrations and flow: each needs those before it.
struct MinuteArithmetic {
    let plan: OutletPlan
    /// ms since 1970.
    let start: Int64
    let samples: [MinuteSamples]
    let statements: [PeriodStatistics?]
    let mark: PlantMark
    /// By channel: readings of meters behind the minute.
    var later: [Int: [Totaliser.Reading]] = [:]
    /// By channel: concentrations in a minute in which nothing flowed by the present values of the flow, with their arithmetic mean.
    var unweighed: [Int: FactorPeriod] = [:]

    /// By channel: the instantaneous values.
    var instants: [[MinuteSamples.Instant]]
    /// By channel: why an instant was left without a value, in words.
    var missing: [String?]
    /// By channel: the result.
    var factors: [FactorPeriod] = []

    var end: Int64 { start + 60_000 }
    private var constants: OutletConstants { plan.constants }

    init(
        plan: OutletPlan, start: Int64, samples: [MinuteSamples], statements: [PeriodStatistics?], mark: PlantMark
    ) {
        self.plan = plan
        self.start = start
        self.samples = samples
        self.statements = statements
        self.mark = mark
        instants = Array(repeating: [], count: plan.channels.count)
        missing = Array(repeating: nil, count: plan.channels.count)
    }

    mutating func run(_ chain: inout OutletChain) -> OutletPeriod {
        for channel in plan.channels.indices where plan.channels[channel].needsNothing {
            instants[channel] = samples[channel].sorted
        }
        for channel in plan.channels.indices where !plan.channels[channel].needsNothing {
            if plan.channels[channel].role == .condition(.oxygen) { standardise(channel, chain) }
        }
        velocity(chain)
        for channel in plan.channels.indices {
            switch (plan.channels[channel].role, plan.channels[channel].origin) {
            case (.gasConcentration, .measured), (.gasFlow, .measured):
                let settings = plan.channels[channel]
                if !settings.needsNothing, !settings.isMeterAlone { standardise(channel, chain) }
            default: break
            }
        }
        for channel in plan.channels.indices {
            if case .nitrogenOxides(let weight) = plan.channels[channel].origin {
                nitrogenOxides(channel, weight, chain)
            }
            if plan.channels[channel].origin == .area { flowInstants(channel, chain) }
        }
        summarise(&chain)
        let flow = flowOfMeans()
        convert(chain)
        amounts(&chain)
        remember(in: &chain)
        var period = OutletPeriod(factors: factors, mark: mark == .running ? nil : mark)
        period.flow = flow
        period.oxygen = plan.conditionChannels[GasCondition.oxygen.rawValue] == nil ? nil : input(.oxygen).mean
        return period
    }

    // MARK: Instantaneous values

    private func timeline(_ condition: GasCondition, _ chain: OutletChain) -> ConditionTimeline {
        guard let channel = plan.conditionChannels[condition.rawValue] else {
            return ConditionTimeline(constant: plan.constant(condition))
        }
        return timeline(of: channel, chain)
    }

    private func timeline(of channel: Int, _ chain: OutletChain) -> ConditionTimeline {
        ConditionTimeline(
            instants[channel], carried: chain.carried[channel], for: plan.channels[channel].carriedFor)
    }

    /// Brings readings to the dry standard state; a flow shrinks where a concentration grows.
    private mutating func standardise(_ channel: Int, _ chain: OutletChain) {
        let basis = plan.channels[channel].basis
        let isFlow = plan.channels[channel].role == .gasFlow
        let standard = constants.standard
        var state = basis.state == .actual ? StateTimeline(self.timeline, chain) : nil
        var humidity = basis.moisture == .wet ? timeline(.humidity, chain) : nil
        instants[channel].reserveCapacity(samples[channel].instants.count)
        for sample in samples[channel].sorted {
            take(channel, at: sample.at) {
                let gas = try state?.gas(at: sample.at) ?? .standard
                let vapour = Humidity(percent: try humidity?.value(.humidity, at: sample.at) ?? 0)
                return isFlow
                    ? try GasFlow.dryStandard(actual: sample.value, gas: gas, humidity: vapour, standard: standard)
                    : try basis.dryStandard(sample.value, gas: gas, humidity: vapour, standard: standard)
            }
        }
    }

    /// Adds the value that `formula` gives at an instant, or notes the condition for want of which it gives none.
    private mutating func take(_ channel: Int, at instant: Int64, _ formula: () throws -> Double) {
        do {
            instants[channel].append(.init(at: instant, value: try formula()))
        } catch let condition as UnusableCondition {
            missing[channel] = condition.reason
        } catch {
            let code = (error as? CalculationFailure)?.code ?? plan.channels[channel].code
            missing[channel] = UnusableCondition.impossible(code).reason
        }
    }

    private mutating func velocity(_ chain: OutletChain) {
        guard let channel = plan.velocity else { return }
        let coefficient = constants.velocityCoefficient
        guard plan.channels[channel].origin == .pitot else {
            for sample in samples[channel].sorted {
                take(channel, at: sample.at) {
                    try GasVelocity.metresPerSecond(pointMetresPerSecond: sample.value, fieldCoefficient: coefficient)
                }
            }
            return
        }
        guard let pressure = plan.dynamicPressure else { return }
        let constants = constants
        var state = StateTimeline(self.timeline, chain)
        for sample in instants[pressure] {
            take(channel, at: sample.at) {
                let density = try GasVelocity.density(
                    standardKilogramsPerCubicMetre: constants.gasDensity, in: state.gas(at: sample.at),
                    standard: constants.standard)
                let point = try GasVelocity.metresPerSecond(
                    dynamicPascals: sample.value * 1000, kilogramsPerCubicMetre: density,
                    pitotCoefficient: constants.pitotCoefficient)
                return try GasVelocity.metresPerSecond(pointMetresPerSecond: point, fieldCoefficient: coefficient)
            }
        }
    }

    private mutating func nitrogenOxides(_ channel: Int, _ formula: NitrogenOxides, _ chain: OutletChain) {
        guard let nitricOxide = plan.nitricOxide else { return }
        var dioxide = plan.nitrogenDioxide.map { timeline(of: $0, chain) }
        for sample in instants[nitricOxide] {
            take(channel, at: sample.at) {
                guard let rest = dioxide == nil ? 0 : dioxide?.value(at: sample.at) else {
                    throw UnusableCondition.missing("a21004")
                }
                return try formula.milligramsPerCubicMetre(nitricOxide: sample.value, nitrogenDioxide: rest)
            }
        }
        if samples[nitricOxide].instants.count > instants[nitricOxide].count { missing[channel] = missing[nitricOxide] }
    }

    private mutating func flowInstants(_ channel: Int, _ chain: OutletChain) {
        guard let velocity = plan.velocity else { return }
        let constants = constants
        var state = StateTimeline(self.timeline, chain)
        var humidity = timeline(.humidity, chain)
        let code = plan.channels[velocity].code
        for sample in instants[velocity] {
            take(channel, at: sample.at) {
                guard sample.value >= PossibleGas.leastVelocity else { throw UnusableCondition.impossible(code) }
                let means = FlowMeans(
                    velocity: sample.value, gas: try state.gas(at: sample.at),
                    humidity: try humidity.value(.humidity, at: sample.at))
                return try means.cubicMetresPerSecond(constants)
            }
        }
    }

    private mutating func remember(in chain: inout OutletChain) {
        for channel in plan.channels.indices {
            if let last = instants[channel].last { chain.carried[channel] = last }
        }
    }
}

extension Channel {
    /// Whether its normalised samples are its instantaneous values.
    var needsNothing: Bool {
        guard origin == .measured, cycle == nil, !isMeterAlone else { return false }
        switch role {
        case .velocity: return false
        case .condition(.oxygen), .gasConcentration, .gasFlow: return basis == .dryStandard
        default: return true
        }
    }
}

/// A condition of the gas, by its code, that cannot be used when it is needed.
enum UnusableCondition: Error, Equatable {
    /// It is not known.
    case missing(String)
    /// Its number is none that gas can have.
    case impossible(String)

    /// In words, as records have it.
    var reason: String {
        switch self {
        case .missing(let code): "no valid \(code)"
        case .impossible(let code): "impossible \(code)"
        }
    }
}

/// Temperature and pressure through a minute.
struct StateTimeline {
    private var celsius: ConditionTimeline
    private var staticPressure: ConditionTimeline
    private var atmosphericPressure: ConditionTimeline

    init(_ timeline: (GasCondition, OutletChain) -> ConditionTimeline, _ chain: OutletChain) {
        celsius = timeline(.temperature, chain)
        staticPressure = timeline(.staticPressure, chain)
        atmosphericPressure = timeline(.atmosphericPressure, chain)
    }

    mutating func gas(at: Int64) throws(UnusableCondition) -> GasState {
        GasState(
            celsius: try celsius.value(.temperature, at: at),
            staticPascals: try staticPressure.value(.staticPressure, at: at) * 1000,
            atmosphericPascals: try atmosphericPressure.value(.atmosphericPressure, at: at) * 1000)
    }
}

extension ConditionTimeline {
    mutating func value(_ condition: GasCondition, at: Int64) throws(UnusableCondition) -> Double {
        guard let value = value(at: at) else { throw .missing(condition.code) }
        guard condition.isPossible(value) else { throw .impossible(condition.code) }
        return value
    }
}

extension CalculationFailure {
    /// The factor whose value is no possible one; nil where it is none of those that others are computed with.
    var code: String? {
        switch self {
        case .impossible(.temperature): GasCondition.temperature.code
        case .impossible(.pressure): GasCondition.staticPressure.code
        case .impossible(.humidity): GasCondition.humidity.code
        case .impossible(.dynamicPressure): "a01017"
        default: nil
        }
    }
}
