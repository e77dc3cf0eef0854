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

    /// By channel: the instantaneous values.
    var instants: [[MinuteSamples.Instant]]
    /// By channel: the condition whose want left an instant without a value.
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
                if !plan.channels[channel].needsNothing { standardise(channel, chain) }
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
        amounts()
        remember(in: &chain)
        var period = OutletPeriod(factors: factors, mark: mark == .running ? nil : mark)
        period.flow = flow
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

    /// Brings a reading to the dry standard state; a flow shrinks where a concentration grows.
    private mutating func standardise(_ channel: Int, _ chain: OutletChain) {
        let basis = plan.channels[channel].basis
        let isFlow = plan.channels[channel].role == .gasFlow
        var state = basis.state == .actual ? StateTimeline(self.timeline, chain) : nil
        var humidity = basis.moisture == .wet ? timeline(.humidity, chain) : nil
        instants[channel].reserveCapacity(samples[channel].instants.count)
        for sample in samples[channel].sorted {
            var value = sample.value
            do throws(MissingCondition) {
                if state != nil, let ratio = try state?.volumeRatio(at: sample.at, constants.standard) {
                    value = isFlow ? value * ratio : value / ratio
                }
                if humidity != nil {
                    guard let percent = humidity?.value(at: sample.at), percent >= 0, percent < 100 else {
                        throw MissingCondition(code: GasCondition.humidity.code)
                    }
                    value = isFlow ? value * (1 - percent / 100) : value / (1 - percent / 100)
                }
            } catch {
                missing[channel] = error.code
                continue
            }
            if value.isFinite { instants[channel].append(.init(at: sample.at, value: value)) }
        }
    }

    private mutating func velocity(_ chain: OutletChain) {
        guard let channel = plan.velocity else { return }
        guard plan.channels[channel].origin == .pitot else {
            instants[channel] = samples[channel].sorted.map {
                .init(at: $0.at, value: constants.velocityCoefficient * $0.value)
            }
            return
        }
        guard let pressure = plan.dynamicPressure else { return }
        var state = StateTimeline(self.timeline, chain)
        for sample in instants[pressure] {
            do throws(MissingCondition) {
                let density = try constants.gasDensity * state.volumeRatio(at: sample.at, constants.standard)
                let value = try? GasVelocity.metresPerSecond(
                    dynamicPascals: sample.value * 1000, kilogramsPerCubicMetre: density,
                    pitotCoefficient: constants.pitotCoefficient)
                guard let value else { throw MissingCondition(code: plan.channels[pressure].code) }
                instants[channel].append(.init(at: sample.at, value: constants.velocityCoefficient * value))
            } catch {
                missing[channel] = error.code
            }
        }
    }

    private mutating func nitrogenOxides(_ channel: Int, _ weight: Double, _ chain: OutletChain) {
        guard let nitricOxide = plan.nitricOxide else { return }
        var dioxide = plan.nitrogenDioxide.map { timeline(of: $0, chain) }
        for sample in instants[nitricOxide] {
            guard let rest = dioxide == nil ? 0 : dioxide?.value(at: sample.at) else {
                missing[channel] = "a21004"
                continue
            }
            instants[channel].append(.init(at: sample.at, value: sample.value * weight + rest))
        }
        if samples[nitricOxide].sorted.count > instants[nitricOxide].count { missing[channel] = missing[nitricOxide] }
    }

    private mutating func flowInstants(_ channel: Int, _ chain: OutletChain) {
        guard let velocity = plan.velocity else { return }
        var conditions = FlowConditions(self.timeline, chain)
        for sample in instants[velocity] {
            do throws(MissingCondition) {
                let means = try conditions.means(velocity: sample.value, at: sample.at)
                guard let value = means.cubicMetresPerSecond(constants) else {
                    throw MissingCondition(code: plan.channels[velocity].code)
                }
                instants[channel].append(.init(at: sample.at, value: value))
            } catch {
                missing[channel] = error.code
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
    fileprivate var needsNothing: Bool {
        guard origin == .measured, cycle == nil, meterModulus == nil else { return false }
        switch role {
        case .velocity: return false
        case .condition(.oxygen), .gasConcentration, .gasFlow: return basis == .dryStandard
        default: return true
        }
    }
}

/// A condition of the gas that is not known when it is needed.
struct MissingCondition: Error {
    var code: String
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

    /// °C and kPa, gauge and of the atmosphere.
    mutating func values(at: Int64) throws(MissingCondition) -> (Double, Double, Double) {
        guard let celsius = celsius.value(at: at) else { throw MissingCondition(code: GasCondition.temperature.code) }
        guard let gauge = staticPressure.value(at: at) else {
            throw MissingCondition(code: GasCondition.staticPressure.code)
        }
        guard let atmosphere = atmosphericPressure.value(at: at) else {
            throw MissingCondition(code: GasCondition.atmosphericPressure.code)
        }
        return (celsius, gauge, atmosphere)
    }

    /// How much of an actual volume is left at standard state.
    mutating func volumeRatio(at: Int64, _ standard: StandardState) throws(MissingCondition) -> Double {
        let (celsius, gauge, atmosphere) = try values(at: at)
        let gas = GasState(
            celsius: celsius, staticPascals: gauge * 1000, atmosphericPascals: atmosphere * 1000)
        guard let ratio = try? standard.volumeRatio(gas) else {
            throw MissingCondition(code: GasCondition.temperature.code)
        }
        return ratio
    }
}

/// Everything that a flow is computed with, through a minute.
private struct FlowConditions {
    private var state: StateTimeline
    private var humidity: ConditionTimeline

    init(_ timeline: (GasCondition, OutletChain) -> ConditionTimeline, _ chain: OutletChain) {
        state = StateTimeline(timeline, chain)
        humidity = timeline(.humidity, chain)
    }

    mutating func means(velocity: Double, at: Int64) throws(MissingCondition) -> FlowMeans {
        let (celsius, gauge, atmosphere) = try state.values(at: at)
        guard let humidity = humidity.value(at: at) else { throw MissingCondition(code: GasCondition.humidity.code) }
        return FlowMeans(
            velocity: velocity, celsius: celsius, staticPressure: gauge, atmosphericPressure: atmosphere,
            humidity: humidity)
    }
}
