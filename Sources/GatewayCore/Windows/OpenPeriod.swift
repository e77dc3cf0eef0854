import Emissions
import Telemetry

/// An hour or a day in the making: the means of the level below, for all factors.
struct OpenPeriod: Sendable {
    let start: WallInstant
    let end: WallInstant
    private var averages: [PeriodAverage]
    private var statements: [PeriodStatistics?]

    init(start: WallInstant, end: WallInstant, factorCount: Int) {
        self.start = start
        self.end = end
        averages = Array(repeating: PeriodAverage(), count: factorCount)
        statements = Array(repeating: nil, count: factorCount)
    }

    mutating func add(_ statistics: PeriodStatistics, factor: Int) {
        averages[factor].add(statistics)
    }

    /// Counts a shorter period that was missing and has been delivered since.
    mutating func fill(_ statistics: PeriodStatistics, factor: Int) {
        averages[factor].fill(statistics)
    }

    mutating func state(_ statistics: PeriodStatistics, factor: Int) {
        statements[factor] = statistics
    }

    func isMissing(factor: Int) -> Bool { statements[factor] == nil && averages[factor].isEmpty }

    func isStated(factor: Int) -> Bool { statements[factor] != nil && averages[factor].isEmpty }

    func statistics(factor: Int) -> PeriodStatistics {
        if isStated(factor: factor), let statement = statements[factor] { return statement }
        return averages[factor].statistics
    }

    /// What the next level gets: a bad statement keeps its number here and counts for nothing there.
    func contribution(factor: Int) -> PeriodStatistics {
        var statistics = statistics(factor: factor)
        if isStated(factor: factor), !statistics.flag.isGood { statistics.average = nil }
        return statistics
    }
}
