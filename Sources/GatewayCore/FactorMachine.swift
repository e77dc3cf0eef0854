import Emissions
import Protocol
import Telemetry

/// One factor of an outlet between two samples: its latest reading.
struct FactorMachine: Sendable {
    let configuration: FactorConfiguration
    /// The HJ 212 instrument it comes from; nil for a Modbus register.
    let instrument: Int?
    /// An older reading is no longer the present value.
    let staleAfter: Duration
    /// Looks for numbers that may mean "no value"; nil where none would be looked for.
    var sentinel: SentinelAlarm?
    private(set) var latest: Reading?
    private var latestAt = Uptime.zero
    /// The latest reading that means count, and when it came.
    private(set) var lastGood: (reading: Reading, at: Uptime)?
    /// The latest flag that the source itself gave; a lost connection says nothing about it.
    private(set) var told = DataFlag.normal
    /// The instrument sent no data flag; `N` was assumed.
    private(set) var flagIsAssumed = false
    /// The times under which the source gave data that were taken.
    var stamps = TakenStamps()

    init(configuration: FactorConfiguration, staleAfter: Duration) {
        self.configuration = configuration
        self.staleAfter = staleAfter
        if case .instrument(let index, _) = configuration.source { instrument = index } else { instrument = nil }
    }

    /// Takes a sample as the present value, and says whether it is a new datum.
    mutating func take(_ sample: FactorSample, at now: Uptime) -> TakenStamps.Verdict {
        latest = sample.reading
        if sample.reading.flag != .noCommunication { told = sample.reading.flag }
        latestAt = now
        flagIsAssumed = sample.flagIsAssumed
        return stamps.take(sample)
    }

    /// Takes over the latest reading of `earlier`, which has the same source.
    mutating func resume(_ earlier: FactorMachine) {
        latest = earlier.latest
        latestAt = earlier.latestAt
        lastGood = earlier.lastGood
        flagIsAssumed = earlier.flagIsAssumed
        if let earlier = earlier.sentinel { sentinel?.resume(earlier) }
    }

    /// Remembers the latest reading as one that means count.
    mutating func rememberGood(at now: Uptime) {
        guard let latest else { return }
        lastGood = (latest, now)
    }

    /// The present value: the latest reading, or `B` when that is too old.
    func present(at now: Uptime) -> Reading {
        guard let latest, now - latestAt <= staleAfter else { return .failed(.noData) }
        return latest
    }
}
