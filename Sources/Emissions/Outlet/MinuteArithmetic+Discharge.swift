import Telemetry

// What water says while it is discharged, and what it does not say while it stands.
extension MinuteArithmetic {
    /// Counts the meters beside flows, weighs concentrations, and takes what is said of water that stands for nothing.
    mutating func discharge(_ chain: inout OutletChain) {
        for channel in plan.channels.indices where plan.channels[channel].meter?.isBeside == true {
            countBeside(channel, &chain)
            if factors[channel].balance != nil { factors[channel].balanceMinutes = factors[channel].amount?.parts ?? 1 }
        }
        let isStopped = mark == .stopped
        stands = isWithoutDischarge(chain)
        for channel in plan.channels.indices {
            factors[channel].isDue = !isStopped
            guard plan.needsDischarge(channel) else { continue }
            if stands {
                stand(channel)
            } else if plan.channels[channel].isFlowWeighted, plan.channels[channel].cycle == nil {
                weigh(channel)
            }
        }
    }

    /// Whether a good flow says that nothing is discharged. What is not known counts as discharge.
    private func isWithoutDischarge(_ chain: OutletChain) -> Bool {
        guard let flow = plan.waterFlow else { return false }
        let factor = factors[flow]
        if plan.channels[flow].isMeterAlone { return isStill(flow, chain) }
        guard factor.validity.isValid, let mean = factor.measured.average, mean <= 0,
            plan.channels[flow].carrying(mean) == 0
        else { return false }
        // Water that the meter beside it has counted was there, whatever the flow says.
        return (factor.amount?.value ?? 0) <= 0
    }

    private mutating func stand(_ channel: Int) {
        factors[channel].isDue = false
        factors[channel].stands = true
        factors[channel].validity = .noDischarge
        // A weighted mean is undefined; a batch analyser shows its newest result.
        guard plan.channels[channel].isFlowWeighted, plan.channels[channel].cycle == nil else { return }
        factors[channel].measured.average = nil
        factors[channel].measured.minimum = nil
        factors[channel].measured.maximum = nil
    }

    /// Weighs a concentration by the flow at the same instants, where that is valid. Source: HJ 212-2017, D.1, formula (12).
    private mutating func weigh(_ channel: Int) {
        guard !instants[channel].isEmpty, let mean = weightedMean(of: instants[channel]) else { return }
        let (low, high) = (factors[channel].measured.minimum, factors[channel].measured.maximum)
        factors[channel].measured.average = mean.withoutNoise(from: low, to: high)
    }

    /// Nil where no instant has a weight.
    func weightedMean(of values: [MinuteSamples.Instant]) -> Double? {
        guard let flow = plan.waterFlow, !plan.channels[flow].isMeterAlone, !instants[flow].isEmpty,
            factors[flow].validity.isValid
        else { return nil }
        var timeline = ConditionTimeline(
            plan.usable[flow], instants[flow], carried: nil, for: plan.channels[flow].carriedFor)
        var weighted = FlowWeightedMean()
        for instant in values {
            // The weight of an instant is its flow: all instants stand for the same time.
            let weight = (try? timeline.value(at: instant.at)) ?? 0
            try? weighted.add(milligramsPerLitre: instant.value, cubicMetres: max(weight, 0))
        }
        return weighted.milligramsPerLitre
    }
}
