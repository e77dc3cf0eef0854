import Telemetry

// What the means of a minute lead to: flow, converted values, amounts.
extension MinuteArithmetic {
    // MARK: Flow

    /// What others are computed with: a channel's mean over the minute, and whether it is a valid one.
    ///
    /// Values that gas cannot have are left out; the channel's own record keeps them.
    struct Input {
        var mean: Double?
        /// Nil: the mean is valid.
        var shortage: UnusableCondition?
    }

    private func input(_ channel: Int, where isPossible: (Double) -> Bool) -> Input {
        let code = plan.channels[channel].code
        let factor = factors[channel]
        guard let mean = factor.measured.average else { return Input(mean: nil, shortage: .missing(code)) }
        guard instants[channel].allSatisfy({ isPossible($0.value) }), isPossible(mean) else {
            let possible = instants[channel].map(\.value).filter(isPossible)
            guard !possible.isEmpty else { return Input(mean: nil, shortage: .impossible(code)) }
            let isEnough = plan.channels[channel].minuteRule.judge(count: possible.count).isValid
            return Input(
                mean: possible.reduce(0, +) / Double(possible.count), shortage: isEnough ? nil : .impossible(code))
        }
        return Input(mean: mean, shortage: factor.validity.isValid ? nil : .missing(code))
    }

    func input(_ condition: GasCondition) -> Input {
        if let channel = plan.conditionChannels[condition.rawValue] {
            return input(channel, where: condition.isPossible)
        }
        guard let constant = plan.constant(condition) else {
            return Input(mean: nil, shortage: .missing(condition.code))
        }
        guard condition.isPossible(constant) else { return Input(mean: nil, shortage: .impossible(condition.code)) }
        return Input(mean: constant)
    }

    private var velocityInput: Input? {
        plan.velocity.map { input($0) { $0 >= PossibleGas.leastVelocity } }
    }

    /// The means that the computed flow stands on, whose flow is put in place of the mean of its instants.
    mutating func flowOfMeans() -> FlowMeans? {
        guard let channel = plan.gasFlow, plan.channels[channel].origin == .area, let velocity = velocityInput
        else { return nil }
        let conditions = [.temperature, .staticPressure, .atmosphericPressure, .humidity].map(input)
        let inputs = [velocity] + conditions
        let shortage = inputs.first { $0.mean == nil }?.shortage ?? inputs.lazy.compactMap(\.shortage).first
        factors[channel].validity = shortage.map { .invalid(reason: $0.reason) } ?? .valid
        let means = inputs.compactMap(\.mean)
        guard means.count == inputs.count else {
            factors[channel].measured.clear()
            return nil
        }
        let gas = GasState(
            celsius: means[1], staticPascals: means[2] * 1000, atmosphericPascals: means[3] * 1000)
        let flowMeans = FlowMeans(velocity: means[0], gas: gas, humidity: means[4])
        do throws(CalculationFailure) {
            factors[channel].measured.average = try flowMeans.cubicMetresPerSecond(plan.constants)
            return flowMeans
        } catch {
            factors[channel].measured.clear()
            let code = error.code ?? GasCondition.temperature.code
            factors[channel].validity = .invalid(reason: UnusableCondition.impossible(code).reason)
            return nil
        }
    }

    // MARK: Converted values

    /// Whether the plant stands: its oxygen says nothing then.
    private var isIdle: Bool {
        if mark == .stopped { return true }
        guard let limit = plan.constants.idleVelocity, let velocity = velocityInput?.mean else { return false }
        return velocity < limit
    }

    mutating func convert(_ chain: OutletChain) {
        guard let conversion = plan.constants.conversion else { return }
        let oxygen = plan.conditionChannels[GasCondition.oxygen.rawValue]
        let isIdle = isIdle
        for channel in plan.channels.indices where plan.channels[channel].isConverted {
            var extent = Extent()
            if let oxygen { extent = convertedInstants(channel, oxygen, conversion, isIdle, chain) }
            factors[channel].converted = converted(channel, oxygen, conversion, isIdle, extent)
        }
    }

    private func convertedInstants(
        _ channel: Int, _ oxygen: Int, _ conversion: OxygenConversion, _ isIdle: Bool, _ chain: OutletChain
    ) -> Extent {
        var extent = Extent()
        var timeline = ConditionTimeline(
            instants[oxygen], carried: chain.carried[oxygen], for: plan.channels[oxygen].carriedFor)
        for instant in instants[channel] {
            guard let percent = timeline.value(at: instant.at),
                let value = conversion.value(
                    instant.value, oxygenPercent: percent, isIdle: isIdle, greatest: plan.channels[channel].greatest)
            else { continue }
            extent.add(value)
        }
        return extent
    }

    private func converted(
        _ channel: Int, _ oxygen: Int?, _ conversion: OxygenConversion, _ isIdle: Bool, _ extent: Extent
    ) -> ConvertedPeriod {
        let measured = factors[channel]
        if conversion.reference == .none {
            return ConvertedPeriod(
                average: measured.measured.average, minimum: measured.measured.minimum,
                maximum: measured.measured.maximum, validity: measured.validity)
        }
        var period = ConvertedPeriod(
            average: nil, minimum: extent.minimum, maximum: extent.maximum, validity: measured.validity)
        let share = input(.oxygen)
        guard let oxygen, let percent = share.mean else {
            return .none(reason: "no valid \(GasCondition.oxygen.code)")
        }
        if share.shortage != nil { period.validity = .invalid(reason: "no valid \(plan.channels[oxygen].code)") }
        guard let mean = measured.measured.average else { return period }
        do throws(CalculationFailure) {
            let result = try conversion.convert(
                milligramsPerCubicMetre: mean, oxygenPercent: percent, isIdle: isIdle)
            period.average = result.milligramsPerCubicMetre
            switch result {
            case .capped: period.isCapped = true
            case .maximum: period.average = plan.channels[channel].greatest
            case .absent(.idle): period = .none(reason: "the plant stands")
            case .absent(.oxygenNearAir): period = .none(reason: "oxygen near that of air")
            case .converted, .measured: break
            }
        } catch {
            period = .none(reason: "no valid \(plan.channels[oxygen].code)")
        }
        if plan.constants.method == .meanOf, period.average != nil, let mean = extent.mean { period.average = mean }
        return period
    }

    // MARK: Amounts

    /// Amounts, first those of the flows.
    mutating func amounts(_ chain: inout OutletChain) {
        for channel in plan.channels.indices where plan.channels[channel].meter?.isBeside == true {
            countBeside(channel, &chain)
            if factors[channel].balance != nil { factors[channel].balanceMinutes = factors[channel].amount?.parts ?? 1 }
        }
        // An instrument's statement of the minute is none of its meter.
        for channel in plan.channels.indices where plan.isMetered(channel) && factors[channel].amount == nil {
            factors[channel].amount = PeriodAmount(value: nil, validity: .invalid(reason: MeterBook.noReading))
        }
        if let flow = plan.gasFlow, !plan.isMetered(flow) {
            let mean = factors[flow].measured.average
            factors[flow].carrying = plan.channels[flow].carrying(mean)
            factors[flow].backward = mean.flatMap { $0 < 0 ? $0 : nil }
            factors[flow].amount = .gas(factors[flow], seconds: 60, factors[flow].validity)
        }
        if let flow = plan.waterFlow, !plan.isMetered(flow) {
            factors[flow].amount = .water(factors[flow], seconds: 60)
        }
        for channel in plan.channels.indices {
            switch plan.channels[channel].role {
            case .gasConcentration:
                guard let flow = plan.gasFlow else { continue }
                factors[channel].amount =
                    plan.isMetered(flow)
                    ? .gasMass(factors[channel], metered: factors[flow])
                    : .gasMass(factors[channel], factors[flow], seconds: 60)
            case .waterConcentration:
                guard let flow = plan.waterFlow, plan.channels[channel].cycle == nil else { continue }
                factors[channel].amount = .waterMass(
                    factors[channel], factors[flow], isMetered: plan.isMetered(flow))
            default: continue
            }
        }
    }
}

extension OxygenConversion {
    /// The converted value of an instant; nil where there is none.
    fileprivate func value(_ concentration: Double, oxygenPercent: Double, isIdle: Bool, greatest: Double) -> Double? {
        guard
            let result = try? convert(
                milligramsPerCubicMetre: concentration, oxygenPercent: oxygenPercent, isIdle: isIdle)
        else { return nil }
        return result == .maximum ? greatest : result.milligramsPerCubicMetre
    }
}

extension ConvertedPeriod {
    static func none(reason: String) -> ConvertedPeriod {
        ConvertedPeriod(average: nil, minimum: nil, maximum: nil, validity: .invalid(reason: reason))
    }
}

extension PeriodStatistics {
    /// Leaves no number: what they would be the extremes of has no mean.
    fileprivate mutating func clear() {
        average = nil
        minimum = nil
        maximum = nil
        count = 0
    }
}
