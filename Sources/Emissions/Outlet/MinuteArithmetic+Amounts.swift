import Telemetry

// What the means of a minute lead to: flow, converted values, amounts.
extension MinuteArithmetic {
    // MARK: Flow

    private var velocityInput: Input? { plan.velocity.map { input($0) } }

    /// The means that the computed flow stands on, whose flow is put in place of the mean of its instants.
    mutating func flowOfMeans() -> FlowMeans? {
        guard let channel = plan.gasFlow, plan.channels[channel].origin == .area, let velocity = velocityInput
        else { return nil }
        let conditions = [GasCondition.temperature, .staticPressure, .atmosphericPressure, .humidity].map { input($0) }
        let inputs = [velocity] + conditions
        let lack = inputs.lazy.compactMap(\.lack).first
        factors[channel].validity = lack.map { .lacking($0) } ?? .valid
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
            factors[channel].validity = .lacking(.impossible(code))
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
        let oxygen = plan.oxygen
        let isIdle = isIdle
        for channel in plan.channels.indices where plan.channels[channel].isConverted {
            let instants = oxygen.map { convertedInstants(channel, $0, conversion, isIdle, chain) }
            factors[channel].converted = converted(channel, conversion, isIdle, instants ?? ConvertedInstants())
            convertBound(channel, conversion, isIdle: isIdle)
        }
    }

    /// The conversions of a minute's instants.
    private struct ConvertedInstants {
        var extent = Extent()
        /// How many of them are the greatest number, which is no measurement and in no sum.
        var greatest = 0

        /// Nil: there are none, or all of them are the greatest number.
        var mean: Double? { extent.mean(leavingOut: greatest) }
    }

    private func convertedInstants(
        _ channel: Int, _ oxygen: Int, _ conversion: OxygenConversion, _ isIdle: Bool, _ chain: OutletChain
    ) -> ConvertedInstants {
        var converted = ConvertedInstants()
        var timeline = timeline(of: oxygen, chain)
        for instant in instants[channel] {
            guard let percent = try? timeline.value(at: instant.at),
                let result = try? conversion.convertDried(instant.value, oxygenPercent: percent, isIdle: isIdle)
            else { continue }
            if result == .maximum {
                let greatest = plan.channels[channel].greatest
                converted.extent.add(0, from: greatest, to: greatest)
                converted.greatest += 1
            } else if let value = result.milligramsPerCubicMetre {
                converted.extent.add(value)
            }
        }
        return converted
    }

    private func converted(
        _ channel: Int, _ conversion: OxygenConversion, _ isIdle: Bool, _ instants: ConvertedInstants
    ) -> ConvertedPeriod {
        let measured = factors[channel]
        guard conversion.reference != .none else {
            return ConvertedPeriod(
                average: measured.measured.average, minimum: measured.measured.minimum,
                maximum: measured.measured.maximum, validity: measured.validity)
        }
        var period = ConvertedPeriod(
            average: nil, minimum: instants.extent.minimum, maximum: instants.extent.maximum,
            validity: measured.validity)
        let share = input(.oxygen)
        guard let percent = share.mean else {
            return .none(.lacking(share.lack ?? .missing(GasCondition.oxygen.code)))
        }
        if let lack = share.lack, measured.validity.isValid { period.validity = .lacking(lack) }
        guard let mean = measured.measured.average else { return period }
        do throws(CalculationFailure) {
            let result = try conversion.convertDried(mean, oxygenPercent: percent, isIdle: isIdle)
            period.average = result.milligramsPerCubicMetre
            switch result {
            case .capped: period.isCapped = true
            case .maximum: period.takeGreatest(of: plan.channels[channel])
            case .absent(.idle): period = .none(.invalid(reason: "the plant stands"))
            case .absent(.oxygenNearAir): period = .none(.invalid(reason: "oxygen near that of air"))
            case .converted, .measured: break
            }
        } catch {
            period = .none(.lacking(.impossible(GasCondition.oxygen.code)))
        }
        guard plan.constants.method == .meanOf, period.average != nil else { return period }
        if let mean = instants.mean {
            period.average = mean
            period.isGreatest = false
        } else if instants.greatest > 0 {
            period.takeGreatest(of: plan.channels[channel])
        }
        return period
    }

    // MARK: Amounts

    /// Amounts, first those of the flows; what meters beside them have counted is known by now.
    mutating func amounts(_ chain: inout OutletChain) {
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
            factors[flow].carrying = plan.channels[flow].carrying(factors[flow].measured.average)
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
                factors[channel].amount = massInWater(channel, flow, &chain)
                let volume = factors[flow].amount
                factors[channel].bound?.water = volume?.validity.isValid == true ? volume?.value : nil
            default: continue
            }
        }
    }
}

extension OxygenConversion {
    /// The converted value at oxygen that may have been dried. Drying may bring what was delivered as 25 % above that; near the oxygen
    /// of air the reading does not matter any more.
    func convertDried(
        _ concentration: Double, oxygenPercent: Double, isIdle: Bool = false
    ) throws(CalculationFailure) -> ConvertedConcentration {
        try convert(milligramsPerCubicMetre: concentration, oxygenPercent: min(oxygenPercent, 25), isIdle: isIdle)
    }

    /// The same as a number of mg/m³; nil where it is none.
    func number(_ concentration: Double, oxygenPercent: Double, isIdle: Bool = false) -> Double? {
        (try? convertDried(concentration, oxygenPercent: oxygenPercent, isIdle: isIdle))?.milligramsPerCubicMetre
    }
}

extension ConvertedPeriod {
    static func none(_ validity: Validity) -> ConvertedPeriod {
        ConvertedPeriod(average: nil, minimum: nil, maximum: nil, validity: validity)
    }

    /// Takes the number that stands for no bound.
    mutating func takeGreatest(of channel: Channel) {
        average = channel.greatest
        isGreatest = true
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
