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
    /// The latest flag that the source itself gave; a lost connection says nothing about it.
    private(set) var told = DataFlag.normal
    /// The instrument sent no data flag; `N` was assumed.
    private(set) var flagIsAssumed = false

    init(configuration: FactorConfiguration, staleAfter: Duration) {
        self.configuration = configuration
        self.staleAfter = staleAfter
        if case .instrument(let index, _) = configuration.source { instrument = index } else { instrument = nil }
    }

    mutating func take(_ reading: Reading, flagIsAssumed: Bool, at now: Uptime) {
        latest = reading
        if reading.flag != .noCommunication { told = reading.flag }
        latestAt = now
        self.flagIsAssumed = flagIsAssumed
    }

    /// Takes over the latest reading of `earlier`, which has the same source.
    mutating func resume(_ earlier: FactorMachine) {
        latest = earlier.latest
        latestAt = earlier.latestAt
        flagIsAssumed = earlier.flagIsAssumed
        if let earlier = earlier.sentinel { sentinel?.resume(earlier) }
    }

    /// The present value: the latest reading, or `B` when that is too old.
    func present(at now: Uptime) -> Reading {
        guard let latest, now - latestAt <= staleAfter else { return .failed(.noData) }
        return latest
    }
}
