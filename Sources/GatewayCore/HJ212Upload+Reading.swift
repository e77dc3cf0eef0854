import Emissions
import Protocol
import Telemetry

extension HJ212Upload.Factor {
    /// The present value as a reading. A missing flag is taken for `N`; old monitors send none.
    var reading: Reading {
        guard let realtime else { return Reading(value: nil, flag: flag ?? .fault, failure: .notANumber) }
        return Reading(value: realtime, flag: flag ?? .normal)
    }

    /// What the monitor states of a period. It does not say how many samples that rests on.
    var statistics: PeriodStatistics {
        PeriodStatistics(
            average: average, minimum: minimum, maximum: maximum, count: nil, flag: flag ?? .normal,
            failure: average == nil ? .notANumber : nil)
    }
}
