import Emissions
import Protocol
import Telemetry

extension FactorRecord {
    /// The factor as records of a period carry it, rounded.
    init(code: String, period: FactorPeriod, format: RecordFormat) {
        let numbers = [
            ("Avg", period.measured.average), ("Min", period.measured.minimum), ("Max", period.measured.maximum),
            ("ZsAvg", period.converted?.average), ("ZsMin", period.converted?.minimum),
            ("ZsMax", period.converted?.maximum),
        ]
        var fields = numbers.compactMap { name, value in value.map { Field(name, format.value($0)) } }
        // Where the zero of an analyser has drifted, the mass in water may be less than nothing; the mean is computed with it.
        if let amount = period.amount?.value { fields.append(Field("Cou", format.amount(max(0, amount)))) }
        self.init(
            code: code, fields: fields, flag: period.measured.flag, count: period.measured.count,
            error: period.measured.failure?.text)
        unroundedAmount = period.amount?.value
        let parts: [(Shortcoming.Subject, Validity?)] = [
            (.measured, period.validity), (.converted, period.converted?.validity), (.amount, period.amount?.validity),
        ]
        shortcomings = parts.compactMap { subject, validity in
            validity?.reason.map { Shortcoming(subject, reason: $0) }
        }
    }

    /// The present value of `channel`, as `realtime` records carry it; without a number there is always a reason.
    ///
    /// `reading`: of what is measured, the one that it comes from.
    init(_ present: FactorPeriod, of channel: Channel, reading: Reading, format: RecordFormat) {
        let isMeasured = channel.origin == .measured
        let numbers = [("Rtd", present.measured.average), ("ZsRtd", present.converted?.average)]
        self.init(
            code: channel.code,
            fields: numbers.compactMap { name, value in value.map { Field(name, format.value($0)) } },
            flag: isMeasured ? reading.flag : present.measured.flag)
        if isMeasured { error = reading.failure?.text }
        if present.measured.average == nil {
            error = error ?? present.absence
        } else if let converted = present.converted, converted.average == nil {
            shortcomings = converted.validity.reason.map { [Shortcoming(.converted, reason: $0)] } ?? []
        }
    }
}
