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
        if let amount = period.amount?.value { fields.append(Field("Cou", format.amount(amount))) }
        self.init(
            code: code, fields: fields, flag: period.measured.flag, count: period.measured.count,
            failure: period.measured.failure)
        let parts: [(Shortcoming.Subject, Validity?)] = [
            (.measured, period.validity), (.converted, period.converted?.validity), (.amount, period.amount?.validity),
        ]
        shortcomings = parts.compactMap { subject, validity in
            validity?.reason.map { Shortcoming(subject, reason: $0) }
        }
    }

    /// The present value, as `realtime` records carry it.
    init(code: String, present period: FactorPeriod, flag: DataFlag, failure: ReadFailure?, format: RecordFormat) {
        let numbers = [("Rtd", period.measured.average), ("ZsRtd", period.converted?.average)]
        self.init(
            code: code, fields: numbers.compactMap { name, value in value.map { Field(name, format.value($0)) } },
            flag: flag, failure: failure)
    }
}
