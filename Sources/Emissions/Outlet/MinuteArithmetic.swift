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
    /// Whether it is a single moment, which needs no more than one sample of each channel.
    var isMoment = false
    /// Start of the hour it lies in, ms since 1970; nil: not known.
    var hour: Int64?
    /// By channel: readings of meters behind the minute.
    var later: [Int: [Totaliser.Reading]] = [:]

    /// By channel: the instantaneous values.
    var instants: [[MinuteSamples.Instant]]
    /// By channel with readings above a known range: the instants of its lower bound, these readings at the end of the range.
    /// Empty where none of these could be computed.
    var bounded: [Int: [MinuteSamples.Instant]] = [:]
    /// Of the instants of oxygen: whether gas cannot have what was read, before it was dried; nil: all may be.
    var impossibleOxygen: [Bool]?
    /// Whether the minute is known to be without discharge.
    var stands = false
    /// By channel: its last good sample that could not be computed.
    var missing: [UncomputedSample?]
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
        for channel in plan.channels.indices where plan.needsNothing[channel] {
            instants[channel] = samples[channel].sorted
            noteOverRange(channel) { end, _ in end }
        }
        if let oxygen = plan.oxygen {
            if !plan.needsNothing[oxygen] { standardise(oxygen, chain) }
            judgeOxygen(oxygen)
        }
        velocity(chain)
        for channel in plan.channels.indices {
            switch (plan.channels[channel].role, plan.channels[channel].origin) {
            case (.gasConcentration, .measured), (.gasFlow, .measured):
                if !plan.needsNothing[channel], !plan.channels[channel].isMeterAlone {
                    standardise(channel, chain)
                }
            default: break
            }
        }
        for channel in plan.channels.indices {
            if case .nitrogenOxides(let weight) = plan.channels[channel].origin {
                nitrogenOxides(channel, weight, chain)
            }
            if plan.channels[channel].origin == .area { flowInstants(channel, chain) }
        }
        if !isMoment { holdOverRange(chain) }
        summarise(&chain)
        inherit()
        let flow = flowOfMeans()
        discharge(&chain)
        bounds()
        convert(chain)
        amounts(&chain)
        remember(in: &chain)
        var period = OutletPeriod(factors: factors, mark: mark == .running ? nil : mark)
        period.flow = flow
        period.oxygen = plan.oxygen == nil ? nil : input(.oxygen).mean
        return period
    }

    // MARK: Instantaneous values

    private func timeline(_ condition: GasCondition, _ chain: OutletChain) -> ConditionTimeline {
        guard let channel = plan.conditionChannels[condition.rawValue] else {
            return ConditionTimeline(condition, constant: plan.constant(condition))
        }
        return timeline(of: channel, chain)
    }

    func timeline(of channel: Int, _ chain: OutletChain) -> ConditionTimeline {
        timeline(of: channel, instants[channel], chain)
    }

    /// The same of other values of the minute.
    func timeline(of channel: Int, _ values: [MinuteSamples.Instant], _ chain: OutletChain) -> ConditionTimeline {
        ConditionTimeline(
            plan.usable[channel], values, impossible: channel == plan.oxygen ? impossibleOxygen : nil,
            carried: chain.carried[channel], for: plan.channels[channel].carriedFor)
    }

    private func stateTimeline(_ chain: OutletChain) -> StateTimeline { StateTimeline { timeline($0, chain) } }

    /// Brings readings to the dry standard state; a flow shrinks where a concentration grows.
    private mutating func standardise(_ channel: Int, _ chain: OutletChain) {
        instants[channel].reserveCapacity(samples[channel].instants.count)
        var formula = Standardisation(self, channel, chain)
        for sample in samples[channel].sorted {
            take(channel, at: sample.at) { try formula.value(sample.value, at: sample.at) }
        }
        guard !samples[channel].overRangeTimes.isEmpty else { return }
        var again = Standardisation(self, channel, chain)
        noteOverRange(channel) { end, at in try again.value(end, at: at) }
    }

    /// What brings the readings of a channel to the dry standard state, from the earliest to the latest.
    private struct Standardisation {
        let basis: GasBasis
        let isFlow: Bool
        let standard: StandardState
        var state: StateTimeline?
        var humidity: ConditionTimeline?

        init(_ minute: MinuteArithmetic, _ channel: Int, _ chain: OutletChain) {
            basis = minute.plan.channels[channel].basis
            isFlow = minute.plan.channels[channel].role == .gasFlow
            standard = minute.constants.standard
            state = basis.state == .actual ? minute.stateTimeline(chain) : nil
            humidity = basis.moisture == .wet ? minute.timeline(.humidity, chain) : nil
        }

        mutating func value(_ reading: Double, at instant: Int64) throws -> Double {
            let gas = try state?.gas(at: instant) ?? .standard
            let vapour = Humidity(percent: try humidity?.value(at: instant) ?? 0)
            return isFlow
                ? try GasFlow.dryStandard(actual: reading, gas: gas, humidity: vapour, standard: standard)
                : try basis.dryStandard(reading, gas: gas, humidity: vapour, standard: standard)
        }
    }

    /// Adds the value that `formula` gives at an instant, or notes the condition for want of which it gives none.
    private mutating func take(_ channel: Int, at instant: Int64, _ formula: () throws -> Double) {
        do {
            instants[channel].append(.init(at: instant, value: try formula()))
        } catch let lack as Lack {
            missing[channel] = UncomputedSample(at: instant, lack: lack)
        } catch {
            let code = (error as? CalculationFailure)?.code ?? plan.channels[channel].code
            missing[channel] = UncomputedSample(at: instant, lack: .impossible(code))
        }
    }

    /// Notes what readings above the range count as where limits are judged. `value`: what the end of the range is at an instant.
    private mutating func noteOverRange(_ channel: Int, _ value: (Double, Int64) throws -> Double) {
        let times = samples[channel].overRangeTimes
        guard !times.isEmpty else { return }
        let ends = times.sorted().compactMap { at in
            plan.channels[channel].endOfRange.flatMap { try? value($0, at) }.map {
                MinuteSamples.Instant(at: at, value: $0)
            }
        }
        bounded[channel] =
            ends.isEmpty ? [] : (instants[channel] + ends).sorted { ($0.at, $0.value) < ($1.at, $1.value) }
    }

    /// Which readings of oxygen gas can have, as they were before they were dried.
    private mutating func judgeOxygen(_ channel: Int) {
        guard plan.channels[channel].basis.moisture == .wet else { return }
        var readings = samples[channel].sorted
        if readings.count > instants[channel].count {
            // Some could not be dried.
            let dried = Set(instants[channel].map(\.at))
            readings.removeAll { !dried.contains($0.at) }
        }
        impossibleOxygen = readings.map { !GasCondition.oxygen.isPossible($0.value) }
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
        let usable = plan.usable[pressure]
        var state = stateTimeline(chain)
        for sample in instants[pressure] {
            take(channel, at: sample.at) {
                guard let kilopascals = usable(sample.value) else { throw Lack.impossible(usable.code) }
                let density = try GasVelocity.density(
                    standardKilogramsPerCubicMetre: constants.gasDensity, in: state.gas(at: sample.at),
                    standard: constants.standard)
                let point = try GasVelocity.metresPerSecond(
                    dynamicPascals: kilopascals * 1000, kilogramsPerCubicMetre: density,
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
                try formula.milligramsPerCubicMetre(
                    nitricOxide: sample.value, nitrogenDioxide: try dioxide?.value(at: sample.at) ?? 0)
            }
        }
        if samples[nitricOxide].instants.count > instants[nitricOxide].count { missing[channel] = missing[nitricOxide] }
        boundNitrogenOxides(channel, nitricOxide, formula, chain)
    }

    private mutating func flowInstants(_ channel: Int, _ chain: OutletChain) {
        guard let velocity = plan.velocity else { return }
        let constants = constants
        let usable = plan.usable[velocity]
        var state = stateTimeline(chain)
        var humidity = timeline(.humidity, chain)
        for sample in instants[velocity] {
            take(channel, at: sample.at) {
                guard let speed = usable(sample.value) else { throw Lack.impossible(usable.code) }
                let means = FlowMeans(
                    velocity: speed, gas: try state.gas(at: sample.at), humidity: try humidity.value(at: sample.at))
                return try means.cubicMetresPerSecond(constants)
            }
        }
    }

    private mutating func remember(in chain: inout OutletChain) {
        for channel in plan.channels.indices {
            let last = instants[channel].last
            if let last {
                chain.carried[channel] = last
                chain.uncomputed[channel] = nil
            }
            guard plan.channels[channel].isHeld else { continue }
            if !samples[channel].isEmpty { chain.aboveRange[channel] = lastAboveRange(channel) }
            if let missing = missing[channel], missing.at > last?.at ?? .min { chain.uncomputed[channel] = missing }
        }
    }

    /// What the last sample of the minute counts as where limits are judged, if it is above the range.
    private func lastAboveRange(_ channel: Int) -> MinuteSamples.Instant? {
        guard let newest = bounded[channel]?.last, newest.at == samples[channel].overRangeTimes.max() else {
            return nil
        }
        return newest
    }
}

/// A good sample that could not be computed, and for want of what.
struct UncomputedSample: Equatable, Sendable {
    /// ms since 1970.
    var at: Int64
    var lack: Lack
}

extension Channel {
    /// The upper end of the measuring range in the unit of the record, before the conditions of the gas come in.
    var endOfRange: Double? { scale.range.map { scale.recorded($0.upperBound) } }

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
