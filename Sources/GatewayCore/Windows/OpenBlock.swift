import Emissions
import Telemetry

/// A minute record in the making: one or more minutes of samples, kept apart minute by minute, for all channels.
///
/// The minutes stay apart because the hour is the mean of its minutes, whatever the length of the minute record.
struct OpenBlock: Sendable {
    let start: WallInstant
    let end: WallInstant
    private let channelCount: Int
    /// Minute by minute, in each the channels.
    private(set) var samples: [MinuteSamples]
    /// What instruments said of the whole block, by channel.
    private(set) var statements: [PeriodStatistics?]
    /// Whether the clock was set out of it.
    var isCut = false

    init(start: WallInstant, minutes: Int, channelCount: Int) {
        self.start = start
        self.end = start + .seconds(60 * minutes)
        self.channelCount = channelCount
        samples = Array(repeating: MinuteSamples(), count: minutes * channelCount)
        statements = Array(repeating: nil, count: channelCount)
    }

    init(start: WallInstant, channelCount: Int, samples: [MinuteSamples], statements: [PeriodStatistics?]) {
        self.start = start
        self.channelCount = channelCount
        self.samples = samples
        self.statements = statements
        end = start + .seconds(60 * (samples.count / max(channelCount, 1)))
    }

    var minutes: Int { samples.count / max(channelCount, 1) }

    /// Adds a sample; one from outside the block counts in its nearest minute.
    mutating func add(
        _ reading: Reading, channel: Int, of plan: OutletPlan, at instant: WallInstant
    ) {
        samples[minute(of: instant) * channelCount + channel].add(
            reading, plan.channels[channel].scale, overRangeCounts: plan.constants.overRangeCounts, at: instant)
    }

    /// Takes back the bad reading of an instant. False: it is not in the block.
    mutating func withdraw(badAt instant: WallInstant, channel: Int) -> Bool {
        stride(from: channel, to: samples.count, by: channelCount).contains { samples[$0].withdraw(badAt: instant) }
    }

    /// Adds a reading of the meter beside a channel, likewise.
    mutating func addMeter(_ reading: Reading, channel: Int, of plan: OutletPlan, at instant: WallInstant) {
        samples[minute(of: instant) * channelCount + channel].addMeter(
            reading, of: plan.channels[channel], at: instant)
    }

    private func minute(of instant: WallInstant) -> Int {
        let offset = (instant.millisecondsSince1970 - start.millisecondsSince1970) / 60_000
        return Int(min(max(offset, 0), Int64(minutes - 1)))
    }

    mutating func state(_ statistics: PeriodStatistics, channel: Int) {
        statements[channel] = statistics
    }

    /// Whether the channel has neither samples nor a statement.
    func isMissing(channel: Int) -> Bool { statements[channel] == nil && !hasSamples(channel: channel) }

    /// Whether the instrument's statement stands in for samples of our own.
    func isStated(channel: Int) -> Bool { statements[channel] != nil && !hasSamples(channel: channel) }

    private func hasSamples(channel: Int) -> Bool {
        stride(from: channel, to: samples.count, by: channelCount).contains { !samples[$0].isEmpty }
    }

    /// By channel, the extremes of its samples.
    var extremes: [ClosedRange<Double>?] {
        (0..<channelCount).map { channel in
            let minutes = stride(from: channel, to: samples.count, by: channelCount).compactMap { samples[$0].extremes }
            guard let first = minutes.first else { return nil }
            return minutes.dropFirst().reduce(first) {
                min($0.lowerBound, $1.lowerBound)...max($0.upperBound, $1.upperBound)
            }
        }
    }

    /// By channel, the mean of its minutes' samples.
    var means: [Double?] {
        (0..<channelCount).map { channel in
            let minutes = stride(from: channel, to: samples.count, by: channelCount).compactMap { samples[$0].mean }
            return minutes.isEmpty ? nil : minutes.reduce(0, +) / Double(minutes.count)
        }
    }

    /// By channel, the greatest reading above its range; empty where no channel had one, as nearly always.
    var overRange: [Double?] {
        guard samples.contains(where: { $0.overRange != nil }) else { return [] }
        return (0..<channelCount).map { channel in
            stride(from: channel, to: samples.count, by: channelCount).compactMap { samples[$0].overRange }.max()
        }
    }

    /// The samples of a channel, minute by minute.
    func minutes(ofChannel channel: Int) -> some RandomAccessCollection<MinuteSamples> {
        (0..<minutes).lazy.map { samples[$0 * channelCount + channel] }
    }

    /// The samples of the minute `index`, 0 for the first of the block.
    func minute(_ index: Int) -> ArraySlice<MinuteSamples> {
        samples[index * channelCount..<(index + 1) * channelCount]
    }

    /// What the instruments stated of the block, where it stands in for samples. It counts for each of its minutes.
    var standingStatements: [PeriodStatistics?] {
        statements.indices.map { isStated(channel: $0) ? statements[$0] : nil }
    }
}
