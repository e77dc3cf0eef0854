import Emissions
import Protocol
import Telemetry

/// One factor of an outlet between two samples: its latest reading and the state of its limits.
struct FactorMachine: Sendable {
    let configuration: FactorConfiguration
    /// The HJ 212 instrument it comes from; nil for a Modbus register.
    let instrument: Int?
    /// An older reading is no longer the present value.
    let staleAfter: Duration
    var rules: [LimitRule]
    private(set) var latest: Reading?
    private var latestAt = Uptime.zero
    /// The instrument sent no data flag; `N` was assumed.
    private(set) var flagIsAssumed = false

    init(configuration: FactorConfiguration, staleAfter: Duration) {
        self.configuration = configuration
        self.staleAfter = staleAfter
        rules = LimitRule.rules(for: configuration.limits)
        if case .instrument(let index, _) = configuration.source { instrument = index } else { instrument = nil }
    }

    mutating func take(_ reading: Reading, flagIsAssumed: Bool, at now: Uptime) {
        latest = reading
        latestAt = now
        self.flagIsAssumed = flagIsAssumed
    }

    /// The present value: the latest reading, or `B` when that is too old.
    func present(at now: Uptime) -> Reading {
        guard let latest, now - latestAt <= staleAfter else { return .failed(.noData) }
        return latest
    }

    /// The factor as `realtime` records carry it.
    func realtime(at now: Uptime) -> FactorRecord {
        let reading = present(at: now)
        return FactorRecord(
            code: configuration.code,
            fields: reading.value.map { [.init("Rtd", $0.withInstrumentPrecision)] } ?? [],
            flag: reading.flag, failure: reading.failure)
    }
}

extension FactorRecord {
    /// The factor as records of a period carry it.
    init(code: String, statistics: PeriodStatistics) {
        let numbers = [("Avg", statistics.average), ("Min", statistics.minimum), ("Max", statistics.maximum)]
        self.init(
            code: code,
            fields: numbers.compactMap { name, value in value.map { Field(name, $0.withInstrumentPrecision) } },
            flag: statistics.flag, count: statistics.count, failure: statistics.failure)
    }
}
