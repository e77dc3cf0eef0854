package import Telemetry

// What flowed off in a period.
extension PeriodSum {
    func amounts(_ period: inout OutletPeriod, _ frame: Frame) {
        let length = frame.length
        if let flow = plan.gasFlow, plan.isMetered(flow) {
            period.factors[flow].amount = sum(flow, frame)
        } else if let flow = plan.gasFlow, length.isShort {
            period.factors[flow].carrying = carrying(flow, period.factors[flow].measured.average)
            period.factors[flow].amount = .gas(
                period.factors[flow], seconds: frame.seconds, carryingValidity(flow, period, frame))
        }
        for channel in plan.channels.indices {
            switch plan.channels[channel].role {
            case .gasConcentration:
                guard let flow = plan.gasFlow else { continue }
                period.factors[channel].amount = mass(channel, flow, period, frame)
            case .gasFlow where !length.isShort: period.factors[channel].amount = sum(channel, frame)
            case .waterFlow, .energy: period.factors[channel].amount = sum(channel, frame)
            case .waterConcentration:
                guard plan.waterFlow != nil, plan.channels[channel].cycle == nil || !length.isShort else { continue }
                period.factors[channel].amount = sum(channel, frame)
            default: continue
            }
        }
        guard length == .hour, let flow = plan.waterFlow else { return }
        for channel in plan.channels.indices
        where plan.channels[channel].role == .waterConcentration && plan.channels[channel].cycle != nil {
            // What has flowed has flowed, in an hour of a stopped plant too.
            var result = period.factors[channel]
            result.validity = Self.validity(ofStated: result.measured)
            period.factors[channel].amount = .waterMass(result, period.factors[flow])
            let volume = period.factors[flow].amount
            period.factors[channel].bound?.water = volume?.validity.isValid == true ? volume?.value : nil
        }
    }

    /// The mean of a gas flow without what flowed backwards.
    private func carrying(_ flow: Int, _ mean: Double?) -> Double? {
        let parts = factors[flow].best
        let settings = plan.channels[flow]
        // What an instrument stated of the whole period has no parts.
        guard let mean, parts.backward.count > 0 else { return settings.carrying(mean) }
        if parts.backward.count == parts.measured.count { return settings.carrying(parts.backward.sum) }
        return max(0, mean - parts.backward.sum / Double(parts.measured.count))
    }

    /// The parts of which it is known what they carried must be enough.
    private func carryingValidity(_ flow: Int, _ period: OutletPeriod, _ frame: Frame) -> Validity {
        let validity = period.factors[flow].validity
        let valid = factors[flow].valid
        guard validity.isValid, plan.channels[flow].origin != .area, valid.backward.count > 0 else { return validity }
        let known = valid.measured.count - valid.backward.count
        return known > 0 ? rule(flow, frame).judge(count: known) : .lacking(PeriodAmount.backwardFlow)
    }

    /// What of a gas has flowed off.
    private func mass(
        _ channel: Int, _ flow: Int, _ period: OutletPeriod, _ frame: Frame
    ) -> PeriodAmount {
        guard frame.length.isShort else { return sum(channel, frame) }
        return plan.isMetered(flow)
            ? .gasMass(period.factors[channel], metered: period.factors[flow])
            : .gasMass(period.factors[channel], period.factors[flow], seconds: frame.seconds)
    }

    /// The sum of the parts, and whether enough of them are valid.
    ///
    /// A day sums valid hours alone; what is longer sums all days, each of which holds nothing else. Source: HJ 212-2017,
    /// D.2.4 and D.2.5, formulas (32) and (34).
    private func sum(_ channel: Int, _ frame: Frame) -> PeriodAmount {
        let sum = factors[channel]
        let count = sum.valid.amount.count
        let isMass = plan.channels[channel].role == .waterConcentration
        let parts: PartSums
        switch frame.length {
        case .minutes, .hour: parts = count > 0 ? sum.valid : sum.all
        case .day: parts = sum.valid
        case .month, .year: parts = sum.all
        }
        var amount = PeriodAmount(
            value: parts.amount.count > 0 ? parts.amount.sum : nil,
            // Water that stands carries nothing, and so it says nothing of the rest.
            validity: isMass && stands(channel, frame)
                ? .valid : judge(isMass ? count - sum.standing : count, channel, frame, sum.lacks.amount))
        if isMass { amount.water = parts.water }
        return amount
    }
}

extension PeriodSum {
    /// What has flowed off so far, as the record of a day, month or year would have it; 0 before any amount.
    package func amountSoFar(channel: Int, _ length: PeriodLength) -> Double {
        let sum = factors[channel]
        return (length == .day ? sum.valid : sum.all).amount.sum
    }
}
