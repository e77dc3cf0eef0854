import Telemetry

// What meters have counted in a minute.
extension MinuteArithmetic {
    /// The flow that the advance of a meter makes which is the only thing that is read.
    func metered(_ channel: Int, _ chain: inout OutletChain) -> FactorPeriod {
        let settings = plan.channels[channel]
        let entry = book(channel, &chain)
        let flow = entry?.amount.map { settings.flow(ofAmount: $0, minutes: entry?.minutes ?? 1) }
        let isBetweenReadings = isBetweenReadings(channel, chain)
        let flag = isBetweenReadings ? .normal : samples[channel].tally.flag
        let measured = PeriodStatistics(
            average: flow, minimum: flow, maximum: flow, count: samples[channel].instants.count,
            flag: entry?.isFault == true ? .fault : flag,
            failure: isBetweenReadings ? nil : failure(of: channel, chain))
        let reason = isBetweenReadings ? MeterBook.noReading : entry?.reason
        var period = FactorPeriod(
            measured: measured, validity: reason.map { .invalid(reason: $0) } ?? minuteRule(channel).judge(measured))
        period.parts = entry?.minutes ?? 1
        period.meterDoubt = entry?.doubt
        // A difference is as good as its two readings, however few there are between.
        period.amount = entry.map { PeriodAmount($0, missing: period.validity) }
        return period
    }

    /// Whether the minute lies between two readings of a meter slower than a minute, so that none was to be expected.
    private func isBetweenReadings(_ channel: Int, _ chain: OutletChain) -> Bool {
        let interval = plan.channels[channel].interval
        guard interval > 60, samples[channel].isEmpty, let last = chain.meters[channel]?.totaliser.lastRead else {
            return false
        }
        return end - last <= Int64(interval * 1000)
    }

    /// Whether a meter that is the only thing that is read says that nothing flows: with a reading that counts nothing, or, slower
    /// than a minute, until its next one is due.
    func isStill(_ channel: Int, _ chain: OutletChain) -> Bool {
        guard !isMoment, let totaliser = chain.meters[channel]?.totaliser, totaliser.isStill else { return false }
        if let amount = factors[channel].amount, amount.validity.isValid { return amount.value == 0 }
        return totaliser.course == nil && isBetweenReadings(channel, chain)
    }

    /// The amount of a flow that has a meter beside it.
    mutating func countBeside(_ channel: Int, _ chain: inout OutletChain) {
        let settings = plan.channels[channel]
        let mean = factors[channel].validity.isValid ? factors[channel].measured.average : nil
        guard let entry = book(channel, &chain, flow: mean.map(settings.amount)) else { return }
        let none = Validity.invalid(reason: MeterBook.noReading)
        factors[channel].amount = PeriodAmount(entry, missing: none)
        factors[channel].meterDoubt = entry.doubt
        // Compared is what both know of the same minutes.
        guard let amount = entry.amount, let flow = entry.flow else { return }
        factors[channel].balance = MeterBalance(flow: flow, meter: amount)
    }

    private func book(_ channel: Int, _ chain: inout OutletChain, flow: Double? = nil) -> MeterBook.Entry? {
        let readings = samples[channel].meterReadings(of: plan.channels[channel])
        let entry = chain.meters[channel]?.close(
            minute: start / 60_000, readings, later: later[channel] ?? [], flow: flow)
        if let entry, !entry.changes.isEmpty { chain.note(entry.changes, channel: channel) }
        return entry
    }
}

extension PeriodAmount {
    /// `missing`: what is said of a minute without a reading.
    fileprivate init(_ entry: MeterBook.Entry, missing: Validity) {
        if let reason = entry.reason {
            self.init(value: nil, validity: .invalid(reason: reason))
        } else {
            self.init(value: entry.amount, validity: entry.amount == nil ? missing : .valid)
        }
        parts = entry.minutes
    }
}
