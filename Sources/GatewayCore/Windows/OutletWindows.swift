package import Emissions
package import Telemetry

/// The open minute, hour, day, month and year of one outlet. Samples go in, closed periods come out, each exactly once and in
/// order.
///
/// A sample belongs to the minute that contains its instant. One that comes after its minute was closed (a clock set
/// back, a slow line) goes to the oldest open minute: nothing is lost and nothing is emitted twice.
package struct OutletWindows: Sendable {
    /// No minute waits longer than this for its meters.
    private static let longestMeterWait = Duration.seconds(600)
    /// A clock that jumps further ahead than this leaves a hole and not a row of empty records.
    private static let longestFilledGap = Duration.seconds(600)
    /// From the shortest up; each is made of the one before it, the first of minutes.
    static let levels: [PeriodLength] = [.hour, .day, .month, .year]

    let calendar: PeriodCalendar
    let minuteInterval: Int
    private let pace: WindowPace
    /// How long hours wait for the results of batch analysers.
    private let hourDelay: Duration
    /// The channels that have a meter, and how long a minute waits for the readings that confirm its reset.
    private let meterWaits: [(channel: Int, wait: Duration)]
    /// When it was last looked at what is over: what was not waits for something else than a time.
    private var looked: WallInstant?
    package internal(set) var chain: OutletChain
    /// Oldest first; never empty after the first ``advance(to:mayStillBeStated:)``.
    var blocks: [OpenBlock] = []
    /// By level; oldest first.
    var open: [[OpenPeriod]]
    /// When the condition of the plant changed, oldest first.
    var marks: [(at: WallInstant, mark: PlantMark)] = []
    /// What closed without a number, by the length of the period.
    var missing: [PeriodLength: MissingPeriods]
    /// What was recorded: minutes, then by level.
    var recorded = RecordedTimes(lengths: 1 + levels.count)

    package init(
        calendar: PeriodCalendar, minuteInterval: Int, plan: OutletPlan, pace: WindowPace = .live,
        hourCloseDelay: Duration = .zero
    ) {
        self.calendar = calendar
        self.minuteInterval = minuteInterval
        self.pace = pace
        let hasBatch = plan.channels.contains { $0.cycle != nil }
        hourDelay = hasBatch && pace.waitsForResults ? max(hourCloseDelay, pace.settling) : pace.settling
        meterWaits = plan.channels.enumerated().compactMap { channel, entry in
            entry.meter.map { meter in
                let wait = Duration.milliseconds(Int64(3000 * min(meter.settings.interval, 3600)))
                return (channel, min(max(wait, .seconds(30)), Self.longestMeterWait))
            }
        }
        chain = OutletChain(plan: plan)
        open = Self.levels.map { _ in [] }
        let none = MissingPeriods(factorCount: plan.channels.count)
        missing = [.minutes(minuteInterval): none, .hour: none, .day: none]
    }

    private var blockLength: PeriodLength { .minutes(minuteInterval) }
    private var channels: Range<Int> { chain.plan.channels.indices }

    // MARK: In

    /// Counts a sample. False when it came too late for its own minute. `identity`: what tells results of a batch analyser apart.
    /// `arrivedAt`: the present time; a sample of the future opens no minute.
    @discardableResult
    package mutating func add(
        _ reading: Reading, channel: Int, at instant: WallInstant, _ identity: ResultIdentity = .sampleTime,
        arrivedAt: WallInstant? = nil
    ) -> Bool {
        let present = min(instant, arrivedAt ?? instant)
        if blocks.isEmpty || present >= blocks[blocks.count - 1].end { open(through: present) }
        // A result belongs to the time of its sample, however late it comes; one that came before is no new one.
        if chain.plan.channels[channel].cycle != nil {
            let readAt = identity == .sampleTime ? arrivedAt : nil
            guard chain.takeResult(reading, channel: channel, at: instant, identity, readAt: readAt) else {
                return true
            }
        }
        // Nearly always the newest block.
        var index = blocks.count - 1
        while index > 0, instant < blocks[index].start { index -= 1 }
        blocks[index].add(reading, channel: channel, of: chain.plan, at: instant)
        return instant >= blocks[index].start || chain.plan.channels[channel].cycle != nil
    }

    /// Takes back the bad reading of an instant, whose place a good one takes, where its minute is still open.
    mutating func withdraw(badAt instant: WallInstant, channel: Int) {
        chain.withdraw(badAt: instant, channel: channel)
        _ = blocks.indices.contains { blocks[$0].withdraw(badAt: instant, channel: channel) }
    }

    /// Counts a reading of the meter beside a channel.
    package mutating func addMeter(_ reading: Reading, channel: Int, at instant: WallInstant) {
        if blocks.isEmpty || instant >= blocks[blocks.count - 1].end { open(through: instant) }
        var index = blocks.count - 1
        while index > 0, instant < blocks[index].start { index -= 1 }
        blocks[index].addMeter(reading, channel: channel, of: chain.plan, at: instant)
    }

    /// Notes whether a batch analyser works by a reading that it repeats.
    mutating func hear(_ reading: Reading, channel: Int, at instant: WallInstant) {
        chain.hear(reading, channel: channel, at: instant)
    }

    /// Brings a result of a batch analyser to another sample time.
    mutating func moveResult(channel: Int, from earlier: WallInstant, to instant: WallInstant) {
        chain.moveResult(channel: channel, from: earlier, to: instant)
    }

    /// Whether a result of a batch analyser sampled at `instant` can count in no hour that is open or to come.
    func isTooLate(_ instant: WallInstant, channel: Int) -> Bool {
        guard let cycle = chain.plan.channels[channel].cycle, let hour = open[0].first else { return false }
        return instant < hour.start && instant + .seconds(cycle * 1.25) < hour.end
    }

    /// Whether means count a reading.
    func counts(_ reading: Reading, channel: Int) -> Bool { chain.counts(reading, channel: channel) }

    /// The channels that others are computed with, the last value there is.
    var conditions: [Int] { chain.plan.conditions }

    /// Takes the plant's condition from `instant` on.
    package mutating func mark(_ mark: PlantMark, at instant: WallInstant) {
        guard marks.last?.mark != mark else { return }
        marks.append((instant, mark))
    }

    /// The plant's condition now.
    package var presentMark: PlantMark { marks.last?.mark ?? .running }

    /// Takes what an instrument says of a whole period that begins at `start`. False when no such period is open.
    package mutating func state(
        _ statistics: PeriodStatistics, channel: Int, length: PeriodLength, start: WallInstant
    ) -> Bool {
        if case .minutes = length {
            guard let index = blocks.firstIndex(where: { $0.start == start }) else { return false }
            blocks[index].state(statistics, channel: channel)
            return true
        }
        guard let level = Self.levels.firstIndex(of: length),
            let index = open[level].firstIndex(where: { $0.start == start })
        else { return false }
        open[level][index].state(statistics, channel: channel)
        return true
    }

    /// Takes what an instrument delivers of a period that is closed. True when the period had closed without a number of
    /// the factor: it is to be recorded then, and counts in the hour or day that is still open.
    package mutating func fill(
        _ statistics: PeriodStatistics, channel: Int, length: PeriodLength, start: WallInstant
    ) -> Bool {
        let end = calendar.end(of: length, startingAt: start)
        guard statistics.average != nil, missing[length]?.take(factor: channel, from: start, to: end) == true
        else { return false }
        let isGood = statistics.flag.isGood
        let part = FactorPeriod(
            measured: statistics, validity: isGood ? .valid : .invalid(reason: "flag \(statistics.flag)"))
        let (level, times) = length.parent
        guard let level, let index = open[level].firstIndex(where: { $0.contains(start) }) else { return true }
        for _ in 0..<times { open[level][index].sum.fill(part, channel: channel) }
        return true
    }

    // MARK: Out

    /// Opens the minute that contains `now` and returns what is over, oldest first.
    ///
    /// `mayStillBeStated` says whether the instrument behind a channel states means of that length, so that waiting for
    /// one makes sense. `isLast`: nothing comes any more. `isTrusted`: whether the clock is; else only minutes close.
    package mutating func advance(
        to now: WallInstant, isLast: Bool = false, isTrusted: Bool = true,
        mayStillBeStated: (_ channel: Int, _ length: PeriodLength) -> Bool
    ) -> [ClosedPeriod] {
        var closed = closeWhatLiesAhead(of: now, isTrusted: isTrusted)
        open(through: now)
        looked = now
        while let block = blocks.first, isOver(block, at: now, mayStillBeStated), isLast || !awaitsMeter(at: now) {
            blocks.removeFirst()
            closed.append(close(block))
        }
        guard isTrusted, !closed.isEmpty || open[0].count > 1 || open[1].count > 1 else { return closed }
        for level in Self.levels.indices {
            let openBelow = (level > 0 ? open[level - 1].first?.start : nil) ?? blocks.first?.start
            while let period = open[level].first, isOver(period, at: now, before: openBelow, mayStillBeStated) {
                open[level].removeFirst()
                closed.append(close(period, level: level))
            }
        }
        return closed
    }

    /// The earliest moment at which ``advance(to:mayStillBeStated:)`` can have something to return.
    package var nextClose: WallInstant? {
        let hour = open[0].count > 1 ? open[0].first.map { $0.end + hourDelay } : nil
        let next = [blocks.first.map { $0.end + pace.settling }, hour].compactMap(\.self).min()
        // What could have closed and did not waits for data; a second is soon enough.
        return next.map { next in looked.map { max(next, $0 + .seconds(1)) } ?? next }
    }

    /// What has flowed off in the open days and months that began in the given time.
    func amountSoFar(channel: Int, beginning span: ClosedRange<WallInstant>) -> Double {
        var amount = 0.0
        for level in 1...2 {
            for period in open[level] where span.contains(period.start) {
                amount += period.sum.amountSoFar(channel: channel, period.length)
            }
        }
        return amount
    }

    /// What has flowed off in the closed months of the running year; 0 where that is another one.
    func closedMonths(channel: Int, ofYearFrom start: WallInstant) -> Double {
        open[3].first { $0.start == start }?.sum.amountSoFar(channel: channel, .year) ?? 0
    }

    /// The meters that were set back or forward since the last call.
    package mutating func takeMeterChanges() -> [MeterChange] { chain.takeMeterChanges() }

    // MARK: Opening

    private mutating func open(through instant: WallInstant) {
        if let newest = blocks.last, instant < newest.end { return }
        let start = calendar.start(of: blockLength, containing: instant)
        guard let newest = blocks.last else {
            // After a restart, the minutes since the last one are missing.
            append(start)
            return
        }
        guard start > newest.start else { return }
        if start - newest.end > Self.longestFilledGap {
            for channel in channels { missing[blockLength]?.note(factor: channel, from: newest.end, to: start) }
            append(start)
            return
        }
        var next = newest.end
        while next <= start {
            append(next)
            next = calendar.end(of: blockLength, startingAt: next)
        }
    }

    /// Minutes of the block that begins at `start`: fewer than ``minuteInterval`` only where the clock is changed.
    func minutes(ofBlockAt start: WallInstant) -> Int {
        Int((calendar.end(of: blockLength, startingAt: start) - start).inSeconds / 60)
    }

    private mutating func append(_ start: WallInstant) {
        blocks.append(OpenBlock(start: start, minutes: minutes(ofBlockAt: start), channelCount: channels.count))
        for (level, length) in Self.levels.enumerated() {
            if open[level].contains(where: { $0.contains(start) }) { continue }
            let start = calendar.start(of: length, containing: start)
            // Those that wait for a clock that is trusted may lie ahead.
            let index = open[level].firstIndex { start < $0.start } ?? open[level].endIndex
            open[level].insert(OpenPeriod(length, startingAt: start, in: calendar, plan: chain.plan), at: index)
        }
    }

    // MARK: Closing

    private func isOver(
        _ block: OpenBlock, at now: WallInstant, _ mayStillBeStated: (Int, PeriodLength) -> Bool
    ) -> Bool {
        guard now >= block.end + pace.settling else { return false }
        if now >= block.end + pace.minuteStatement { return true }
        return !channels.contains { block.isMissing(channel: $0) && mayStillBeStated($0, blockLength) }
    }

    /// Whether a fall of a meter in the oldest block is for its next readings to explain: a reset counts in the minute of the fall.
    private func awaitsMeter(at now: WallInstant) -> Bool {
        guard let block = blocks.first else { return false }
        return meterWaits.contains { channel, wait in
            now < block.end + wait
                && chain.awaitsMeter(
                    channel: channel, block.minutes(ofChannel: channel),
                    later: blocks.dropFirst().lazy.flatMap { $0.minutes(ofChannel: channel) }, until: block.end + wait)
        }
    }

    /// By channel: what is known already of the meters behind minute `index` of a block that was the oldest.
    private func meterReadings(behind index: Int, of block: OpenBlock) -> [Int: [Totaliser.Reading]] {
        guard !meterWaits.isEmpty else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: meterWaits.map { channel, wait in
                let later =
                    Array(block.minutes(ofChannel: channel).dropFirst(index + 1))
                    + blocks.flatMap { $0.minutes(ofChannel: channel) }
                return (channel, chain.meterReadings(channel: channel, later, until: block.end + wait))
            })
    }

    private func isOver(
        _ period: OpenPeriod, at now: WallInstant, before openBelow: WallInstant?,
        _ mayStillBeStated: (Int, PeriodLength) -> Bool
    ) -> Bool {
        let delay = period.length == .hour ? hourDelay : pace.settling
        guard now >= period.end + delay, openBelow.map({ $0 >= period.end }) ?? true else { return false }
        if now >= period.end + max(pace.periodStatement, delay) { return true }
        return !channels.contains { period.isMissing(channel: $0) && mayStillBeStated($0, period.length) }
    }

    mutating func close(_ block: OpenBlock) -> ClosedPeriod {
        let hour = open[0].lastIndex { $0.start <= block.start }
        let statements = block.standingStatements
        var whole = PeriodSum(plan: chain.plan)
        var only: OutletPeriod?
        var doubts: [MeterDoubt?] = []
        for index in 0..<block.minutes {
            let start = block.start + .seconds(60 * index)
            let minute = chain.minute(
                startingAt: start, samples: block.minute(index), statements: statements, mark: takeMark(at: start),
                later: meterReadings(behind: index, of: block), hour: hour.map { open[0][$0].start })
            if let hour {
                let place = Int((start - open[0][hour].start).inSeconds / 60)
                open[0][hour].sum.add(minute, place: place, spansIntervals: true)
            }
            if block.minutes == 1 { only = minute } else { whole.add(minute, place: index) }
            note(minute.factors, in: &doubts)
        }
        let numbers = only ?? whole.closed(.minutes(block.minutes), parts: block.minutes, month: 1)
        return noted(
            ClosedPeriod(
                length: blockLength, start: block.start, end: block.end, numbers: numbers,
                stated: channels.filter { block.isStated(channel: $0) }, raw: block.extremes,
                rawMeans: block.means, overRange: block.overRange, meterDoubts: doubts,
                clockFault: block.isCut ? .cut : nil))
    }

    /// Keeps the first doubt of each channel; `doubts` stays empty while there is none.
    private func note(_ factors: [FactorPeriod], in doubts: inout [MeterDoubt?]) {
        for (channel, factor) in factors.enumerated() {
            guard let doubt = factor.meterDoubt else { continue }
            if doubts.isEmpty { doubts = channels.map { _ in nil } }
            doubts[channel] = doubts[channel] ?? doubt
        }
    }

    mutating func close(_ period: OpenPeriod, level: Int) -> ClosedPeriod {
        let isHour = period.length == .hour
        let results = isHour ? chain.results(from: period.start, to: period.end) : []
        let bounds = isHour ? chain.bounds(from: period.start, to: period.end) : []
        let numbers = period.sum.closed(
            period.length, parts: period.parts, month: period.month, statements: period.statements, results: results,
            bounds: bounds)
        if level + 1 < open.count, let index = open[level + 1].lastIndex(where: { $0.start <= period.start }) {
            open[level + 1][index].sum.add(numbers)
        }
        return noted(
            ClosedPeriod(
                length: period.length, start: period.start, end: period.end, numbers: numbers,
                stated: channels.filter { period.isStated(channel: $0) }, clockFault: period.isCut ? .cut : nil))
    }

    /// The condition at `start`; what was before it is forgotten.
    private mutating func takeMark(at start: WallInstant) -> PlantMark {
        while marks.count > 1, marks[1].at <= start { marks.removeFirst() }
        guard let first = marks.first, first.at <= start else { return .running }
        return first.mark
    }

    /// `period`, after noting its time and which of its factors have no number.
    private mutating func noted(_ period: ClosedPeriod) -> ClosedPeriod {
        var period = period
        let length = Self.levels.firstIndex(of: period.length).map { $0 + 1 } ?? 0
        if recorded.note(length, from: period.start, to: period.end) { period.clockFault = .again }
        guard missing[period.length] != nil else { return period }
        for (channel, factor) in period.numbers.factors.enumerated() where factor.measured.average == nil {
            missing[period.length]?.note(factor: channel, from: period.start, to: period.end)
        }
        return period
    }
}

extension PeriodLength {
    /// The level a filled period counts in, and how many parts of it it is.
    fileprivate var parent: (level: Int?, times: Int) {
        switch self {
        case .minutes(let count): (0, count)
        case .hour: (1, 1)
        case .day: (2, 1)
        case .month: (3, 1)
        case .year: (nil, 0)
        }
    }
}
