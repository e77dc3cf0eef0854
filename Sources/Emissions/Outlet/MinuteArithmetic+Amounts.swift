import Telemetry

// What the means of a minute lead to: flow, converted values, amounts.
extension MinuteArithmetic {
    // MARK: Flow

    /// The means that the computed flow stands on, whose flow is put in place of the mean of its instants.
    mutating func flowOfMeans() -> FlowMeans? {
        guard let channel = plan.gasFlow, plan.channels[channel].origin == .area else { return nil }
        let inputs: [GasCondition] = [.temperature, .staticPressure, .atmosphericPressure, .humidity]
        let measured = [plan.velocity].compactMap(\.self) + inputs.compactMap { plan.conditionChannels[$0.rawValue] }
        let unknown = inputs.first {
            plan.conditionChannels[$0.rawValue] == nil && plan.constant($0) == nil
        }
        if let bad = measured.first(where: { !factors[$0].validity.isValid }) {
            factors[channel].validity = .invalid(reason: "no valid \(plan.channels[bad].code)")
        } else if let unknown {
            factors[channel].validity = .invalid(reason: "no valid \(unknown.code)")
        } else {
            factors[channel].validity = .valid
        }
        func mean(_ condition: GasCondition) -> Double? {
            plan.conditionChannels[condition.rawValue].map { factors[$0].measured.average } ?? plan.constant(condition)
        }
        guard let velocity = plan.velocity.flatMap({ factors[$0].measured.average }), let celsius = mean(.temperature),
            let gauge = mean(.staticPressure), let atmosphere = mean(.atmosphericPressure),
            let humidity = mean(.humidity)
        else {
            factors[channel].measured.clear()
            return nil
        }
        let gas = GasState(
            celsius: celsius, staticPascals: gauge * 1000, atmosphericPascals: atmosphere * 1000)
        let means = FlowMeans(velocity: velocity, gas: gas, humidity: humidity)
        guard let flow = try? means.cubicMetresPerSecond(plan.constants) else {
            factors[channel].measured.clear()
            factors[channel].validity = .invalid(reason: "no valid \(GasCondition.temperature.code)")
            return nil
        }
        factors[channel].measured.average = flow
        return means
    }

    // MARK: Converted values

    /// Whether the plant stands: its oxygen says nothing then.
    private var isIdle: Bool {
        if mark == .stopped { return true }
        guard let limit = plan.constants.idleVelocity,
            let velocity = plan.velocity.flatMap({ factors[$0].measured.average })
        else { return false }
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
        guard let oxygen, let percent = factors[oxygen].measured.average else {
            return .none(reason: "no valid \(GasCondition.oxygen.code)")
        }
        if !factors[oxygen].validity.isValid {
            period.validity = .invalid(reason: "no valid \(plan.channels[oxygen].code)")
        }
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
        }
        // An instrument's statement of the minute is none of its meter.
        for channel in plan.channels.indices where plan.isMetered(channel) && factors[channel].amount == nil {
            factors[channel].amount = PeriodAmount(value: nil, validity: .invalid(reason: MeterBook.noReading))
        }
        if let flow = plan.gasFlow, !plan.isMetered(flow) { factors[flow].amount = .gas(factors[flow], seconds: 60) }
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
