import Emissions
import Protocol
import Telemetry

extension HJ212Upload {
    /// From sampling to sending; both stamps are the monitor's, so its clock may be wrong. Nil when one is missing.
    var age: Duration? {
        guard let dataTime, let qnTime else { return nil }
        return .milliseconds(qnTime.localMilliseconds - dataTime.localMilliseconds)
    }
}

extension HJ212Upload.Factor {
    /// Whether any value came with the factor.
    var hasNumber: Bool { rtd != nil || avg != nil }

    /// The present value as a reading. A missing flag is taken for `N`; old monitors send none.
    var reading: Reading {
        guard let rtd else { return Reading(value: nil, flag: flag ?? .fault, failure: .notANumber) }
        return Reading(value: rtd, flag: flag ?? .normal)
    }

    /// What the monitor states of a period. It does not say how many samples that rests on.
    var statistics: PeriodStatistics {
        PeriodStatistics(
            average: avg, minimum: min, maximum: max, count: nil, flag: flag ?? .normal,
            failure: avg == nil ? .notANumber : nil)
    }
}
