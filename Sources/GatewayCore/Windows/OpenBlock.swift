import Emissions
import Telemetry

/// A minute record in the making: one or more minutes of samples, kept apart minute by minute, for all factors.
///
/// The minutes stay apart because the hour is the mean of its minutes, whatever the length of the minute record.
struct OpenBlock: Sendable {
    let start: WallInstant
    let end: WallInstant
    private let factorCount: Int
    /// Minute by minute, in each the factors.
    private var averages: [SampleAverage]
    /// What instruments said of the whole block, by factor.
    private var statements: [PeriodStatistics?]

    init(start: WallInstant, minutes: Int, factorCount: Int) {
        self.start = start
        self.end = start + .seconds(60 * minutes)
        self.factorCount = factorCount
        averages = Array(repeating: SampleAverage(), count: minutes * factorCount)
        statements = Array(repeating: nil, count: factorCount)
    }

    /// Adds a sample; one from outside the block counts in its nearest minute.
    mutating func add(_ reading: Reading, factor: Int, at instant: WallInstant) {
        let offset = (instant.millisecondsSince1970 - start.millisecondsSince1970) / 60_000
        let last = Int64(averages.count / factorCount - 1)
        averages[Int(min(max(offset, 0), last)) * factorCount + factor].add(reading)
    }

    mutating func state(_ statistics: PeriodStatistics, factor: Int) {
        statements[factor] = statistics
    }

    /// Whether `factor` has neither samples nor a statement.
    func isMissing(factor: Int) -> Bool {
        statements[factor] == nil && !hasSamples(factor: factor)
    }

    /// Whether the instrument's statement stands in for samples of our own.
    func isStated(factor: Int) -> Bool {
        statements[factor] != nil && !hasSamples(factor: factor)
    }

    private func hasSamples(factor: Int) -> Bool {
        minutes(of: factor).contains { !$0.isEmpty }
    }

    private func minutes(of factor: Int) -> [SampleAverage] {
        stride(from: factor, to: averages.count, by: factorCount).map { averages[$0] }
    }

    /// The numbers of the minute record.
    func statistics(factor: Int) -> PeriodStatistics {
        if isStated(factor: factor), let statement = statements[factor] { return statement }
        let minutes = minutes(of: factor)
        if let only = minutes.first, minutes.count == 1 { return only.statistics }
        var mean = PeriodAverage()
        for minute in minutes { mean.add(minute.statistics) }
        var statistics = mean.statistics
        statistics.count = minutes.reduce(0) { $0 + ($1.statistics.count ?? 0) }
        return statistics
    }

    /// What the hour gets: one entry a minute. A statement counts for each of its minutes, when its flag is good.
    func minuteStatistics(factor: Int) -> [PeriodStatistics] {
        let minutes = minutes(of: factor)
        guard isStated(factor: factor), var statement = statements[factor] else { return minutes.map(\.statistics) }
        if !statement.flag.isGood { statement.average = nil }
        return Array(repeating: statement, count: minutes.count)
    }
}
