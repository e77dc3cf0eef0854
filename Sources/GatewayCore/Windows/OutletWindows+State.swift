import Emissions
package import Telemetry

// The unfinished periods as text, so that a restart continues them. One thing a line, its kind first:
//
//   outlet 1                         the version of this form
//   mark MS MARK                     a change of the plant's condition
//   readings CODE [0|1] …            what the numbers of the samples are (0), or those of the meter beside (1)
//   chain CODE …                     what is carried from minute to minute
//   block MS MINUTES                 an open minute record, then its `samples INDEX CODE …` and `stated CODE …`
//   period LEVEL MS …                an hour, day, month, year, then its `sum CODE …` and `stated CODE …`
//   missing LEVEL CODE …             closed periods without a number, by length: 0 minute, 1 hour, 2 day
//   recorded LENGTH N MS MS …        times of which there are records, by length: 0 minute … 4 year
//   cut LENGTH MS                    an open period that the clock was set out of, likewise
extension OutletWindows {
    private static let version = "outlet 1"

    /// The unfinished periods.
    package var state: String {
        var lines = [Self.version]
        lines += marks.map { "mark \($0.at.millisecondsSince1970) \($0.mark.rawValue)" }
        lines += chain.plan.channels.flatMap(readings)
        lines += chain.state.map { "chain \($0.text)" }
        for block in blocks { lines += state(of: block) }
        for level in open.indices {
            for period in open[level] { lines += state(of: period, level: level) }
        }
        for (level, length) in recordedLengths.enumerated() {
            guard let missing = missing[length] else { continue }
            for (channel, entry) in chain.plan.channels.enumerated() {
                var line = StateLine("missing \(level) \(entry.code)")
                missing.write(factor: channel, to: &line)
                lines.append(line.text)
            }
        }
        for length in 0...open.count {
            var line = StateLine("recorded \(length)")
            recorded.write(length, to: &line)
            lines.append(line.text)
        }
        let cut = [blocks.filter(\.isCut).map(\.start)] + open.map { $0.filter(\.isCut).map(\.start) }
        for (length, starts) in cut.enumerated() {
            lines += starts.map { "cut \(length) \($0.millisecondsSince1970)" }
        }
        return lines.joined(separator: "\n")
    }

    /// The lengths whose numbers an instrument may deliver later.
    private var recordedLengths: [PeriodLength] { [.minutes(minuteInterval), .hour, .day] }

    private func readings(of channel: Channel) -> [String] {
        let beside = channel.meter.flatMap { $0.isBeside ? $0.readings : nil }
        return [channel.readings, beside].enumerated().compactMap { kind, readings in
            guard let readings else { return nil }
            var line = StateLine("readings \(channel.code) \(kind)")
            readings.write(to: &line)
            return line.text
        }
    }

    private func state(of block: OpenBlock) -> [String] {
        var lines = ["block \(block.start.millisecondsSince1970) \(block.minutes)"]
        let channels = chain.plan.channels
        for (index, samples) in block.samples.enumerated() where !samples.isUnused {
            var line = StateLine("samples \(index / channels.count) \(channels[index % channels.count].code)")
            samples.write(to: &line)
            lines.append(line.text)
        }
        return lines + stated(block.statements)
    }

    private func state(of period: OpenPeriod, level: Int) -> [String] {
        let sum = period.sum.state
        let head = "period \(level) \(period.start.millisecondsSince1970) \(sum.first?.text ?? "")"
        return [head] + sum.dropFirst().map { "sum \($0.text)" } + stated(period.statements)
    }

    private func stated(_ statements: [PeriodStatistics?]) -> [String] {
        zip(chain.plan.channels, statements).compactMap { channel, statement in
            guard let statement else { return nil }
            var line = StateLine("stated \(channel.code)")
            line.add(statement.average)
            line.add(statement.minimum)
            line.add(statement.maximum)
            line.add(statement.count)
            line.add(word: statement.flag.text)
            line.add(word: statement.failure?.word)
            return line.text
        }
    }

    // MARK: Reading

    /// Continues what ``state`` had written down. Throws, and changes nothing, where that is no such text.
    ///
    /// Factors that are no longer configured are left out; an open minute of another length is. Returns the channels that were
    /// read from another source.
    @discardableResult
    package mutating func restore(_ text: String) throws(StateLine.Unreadable) -> [Int] {
        var reader = WindowsReader(windows: self)
        let lines = text.split(separator: "\n")
        guard lines.first == Substring(Self.version) else { throw StateLine.Unreadable() }
        for line in lines.dropFirst() { try reader.take(StateLine(line)) }
        self = try reader.finished()
        return reader.otherSources
    }
}

/// Puts the lines of a written state together again.
private struct WindowsReader {
    /// What the lines since the last head belong to.
    private enum Head {
        case none, block
        case period(level: Int, start: WallInstant)
    }

    private var windows: OutletWindows
    private var head = Head.none
    /// By channel: what the numbers of its samples, and of the meter beside it, were when they were kept.
    private var readings: [Int: ReadingSource] = [:]
    private var meterReadings: [Int: ReadingSource] = [:]
    private var sum: [StateLine] = []
    private var samples: [MinuteSamples] = []
    private var start = WallInstant(millisecondsSince1970: 0)
    private var statements: [PeriodStatistics?] = []
    private var channels: [Channel] { windows.chain.plan.channels }

    init(windows: OutletWindows) {
        self.windows = windows
        self.windows.blocks = []
        self.windows.open = OutletWindows.levels.map { _ in [] }
        self.windows.marks = []
    }

    mutating func take(_ line: StateLine) throws(StateLine.Unreadable) {
        var line = line
        switch try line.word() {
        case "mark": try takeMark(&line)
        case "readings": try takeReadings(&line)
        case "chain": try windows.chain.restore([line.remainder])
        case "block":
            try close()
            head = .block
            start = try line.instant()
            samples = Array(repeating: MinuteSamples(), count: try line.count(limit: 60) * channels.count)
            statements = Array(repeating: nil, count: channels.count)
        case "samples":
            let minute = try line.count(limit: 59)
            let channel = try channel(&line)
            var entry = try MinuteSamples(from: &line)
            guard let channel, minute * channels.count + channel < samples.count else { return }
            adapt(&entry, channel)
            samples[minute * channels.count + channel] = entry
        case "period":
            try close()
            let level = try line.count(limit: OutletWindows.levels.count - 1)
            head = .period(level: level, start: try line.instant())
            sum = [line.remainder]
            statements = Array(repeating: nil, count: channels.count)
        case "sum": sum.append(line.remainder)
        case "stated":
            let channel = try channel(&line)
            let entry = try PeriodStatistics(from: &line)
            if let channel { statements[channel] = entry }
        case "missing": try takeMissing(&line)
        case "recorded":
            try close()
            try windows.recorded.restore(try line.count(limit: OutletWindows.levels.count), from: &line)
        case "cut":
            try close()
            cut(try line.count(limit: OutletWindows.levels.count), at: try line.instant())
        default: throw StateLine.Unreadable()
        }
    }

    /// The channels whose numbers came from another source.
    var otherSources: [Int] {
        readings.filter { channel, earlier in channels[channel].readings?.reads(as: earlier) == false }.map(\.key)
    }

    mutating func finished() throws(StateLine.Unreadable) -> OutletWindows {
        try close()
        for (channel, earlier) in readings where channels[channel].readings != earlier {
            windows.chain.adapt(channel: channel, earlier, to: channels[channel].readings)
        }
        return windows
    }

    private mutating func cut(_ length: Int, at start: WallInstant) {
        if length == 0 {
            for index in windows.blocks.indices where windows.blocks[index].start == start {
                windows.blocks[index].isCut = true
            }
        } else {
            for index in windows.open[length - 1].indices where windows.open[length - 1][index].start == start {
                windows.open[length - 1][index].isCut = true
            }
        }
    }

    private mutating func takeReadings(_ line: inout StateLine) throws(StateLine.Unreadable) {
        let channel = try channel(&line)
        let isOfMeter = try line.bool()
        let source = try ReadingSource(from: &line)
        guard let channel else { return }
        if isOfMeter { meterReadings[channel] = source } else { readings[channel] = source }
    }

    /// Brings samples that were kept under other settings to those of now. Earlier versions did not keep what they were.
    private func adapt(_ samples: inout MinuteSamples, _ channel: Int) {
        if let earlier = readings[channel], let now = channels[channel].readings { samples.adapt(earlier, to: now) }
        if let earlier = meterReadings[channel], let now = channels[channel].meter?.readings {
            samples.adaptMeter(earlier, to: now)
        }
    }

    private mutating func takeMark(_ line: inout StateLine) throws(StateLine.Unreadable) {
        let at = try line.instant()
        guard let word = try line.word(), let mark = PlantMark(rawValue: word) else { throw StateLine.Unreadable() }
        windows.marks.append((at, mark))
    }

    private mutating func takeMissing(_ line: inout StateLine) throws(StateLine.Unreadable) {
        try close()
        let lengths: [PeriodLength] = [.minutes(windows.minuteInterval), .hour, .day]
        let length = lengths[try line.count(limit: 2)]
        guard let channel = try channel(&line) else { return }
        try windows.missing[length]?.restore(factor: channel, from: &line)
    }

    /// The channel whose code comes next; nil: the plan has it no more.
    private func channel(_ line: inout StateLine) throws(StateLine.Unreadable) -> Int? {
        let code = try line.word()
        return channels.firstIndex { $0.code == code }
    }

    private mutating func close() throws(StateLine.Unreadable) {
        switch head {
        case .none: break
        case .block:
            let block = OpenBlock(
                start: start, channelCount: channels.count, samples: samples, statements: statements)
            if block.minutes == windows.minutes(ofBlockAt: start) { windows.blocks.append(block) }
        case .period(let level, let start):
            var period = OpenPeriod(
                OutletWindows.levels[level], startingAt: start, in: windows.calendar,
                sum: try PeriodSum(plan: windows.chain.plan, state: sum))
            for (channel, statement) in statements.enumerated() {
                if let statement { period.state(statement, channel: channel) }
            }
            windows.open[level].append(period)
        }
        head = .none
    }
}

extension StateLine {
    mutating func instant() throws(Unreadable) -> WallInstant {
        WallInstant(millisecondsSince1970: Int64(try integer()))
    }
}

extension PeriodStatistics {
    fileprivate init(from line: inout StateLine) throws(StateLine.Unreadable) {
        let (average, minimum, maximum) = (try line.double(), try line.double(), try line.double())
        let count = try line.word().flatMap { Int($0) }
        self.init(
            average: average, minimum: minimum, maximum: maximum, count: count, flag: try DataFlag(from: &line),
            failure: try line.word().flatMap { ReadFailure(word: $0) })
    }
}
