package import Telemetry

extension MinuteSamples {
    package func write(to line: inout StateLine) {
        line.add(instants.count)
        for instant in instants {
            line.add(instant.at)
            line.add(instant.value)
        }
        tally.write(to: &line)
        line.add(word: failure?.word)
        guard !meterInstants.isEmpty || !bad.isEmpty else { return }
        line.add(meterInstants.count)
        for instant in meterInstants {
            line.add(instant.at)
            line.add(instant.value)
        }
        guard !bad.isEmpty else { return }
        line.add(overRangeTimes.count)
        for instant in overRangeTimes { line.add(instant) }
        let others = bad.filter { $0.flag != .overRange }
        line.add(others.count)
        for reading in others {
            line.add(reading.at)
            line.add(word: reading.flag.text)
            line.add(word: reading.failure?.word)
        }
    }

    package init(from line: inout StateLine) throws(StateLine.Unreadable) {
        self.init()
        for _ in 0..<(try line.count()) {
            append(Instant(at: Int64(try line.integer()), value: try line.number()))
        }
        restore(tally: try FlagTally(from: &line), failure: try line.word().flatMap { ReadFailure(word: $0) })
        guard !line.isAtEnd else { return }
        for _ in 0..<(try line.count()) {
            appendMeter(Instant(at: Int64(try line.integer()), value: try line.number()))
        }
        guard !line.isAtEnd else { return }
        var bad: [Bad] = []
        for _ in 0..<(try line.count()) { bad.append(Bad(at: Int64(try line.integer()), flag: .overRange)) }
        // Earlier versions knew the times of no others.
        for _ in 0..<(line.isAtEnd ? 0 : try line.count()) {
            bad.append(
                Bad(
                    at: Int64(try line.integer()), flag: try DataFlag(from: &line),
                    failure: try line.word().flatMap { ReadFailure(word: $0) }))
        }
        restore(bad: bad)
    }
}

extension OutletChain {
    /// What a line has behind it of a batch analyser.
    private static let batchMark = "failing-until"
    /// What a line has behind it of a sample that could not be computed.
    private static let uncomputedMark = "uncomputed"
    /// What a line has behind it of a slow source that was above its range last.
    private static let aboveRangeMark = "above-range"
    /// What a line has behind it of a concentration whose water is to be counted yet.
    private static let awaitedMark = "awaited"

    /// One line for each channel, its code first.
    package var state: [StateLine] {
        plan.channels.indices.map { channel in
            var line = StateLine()
            line.add(word: plan.channels[channel].code)
            line.add(carried[channel]?.at)
            line.add(carried[channel]?.value)
            line.add(meters[channel]?.totaliser.last?.value)
            let batch = results[channel]
            line.add(batch?.results.count ?? 0)
            for result in batch?.results ?? [] {
                line.add(result.at)
                line.add(result.value)
            }
            let spans = batch?.failing.spans ?? []
            line.add(spans.count)
            for span in spans {
                line.add(span.start)
                line.add(word: span.flag.text)
            }
            if let meter = meters[channel] {
                line.add(word: plan.channels[channel].meter?.readings?.identity)
                meter.write(to: &line)
            }
            if let batch {
                line.add(word: Self.batchMark)
                for span in spans { line.add(span.end) }
                line.add(batch.register)
            }
            if let sample = aboveRange[channel] {
                line.add(word: Self.aboveRangeMark)
                line.add(sample.at)
                line.add(sample.value)
            }
            if let sample = uncomputed[channel] {
                line.add(word: Self.uncomputedMark)
                line.add(sample.at)
                sample.lack.write(to: &line)
            }
            if let water = awaited[channel] {
                line.add(word: Self.awaitedMark)
                water.write(to: &line)
            }
            return line
        }
    }

    /// Takes what was written by ``state``; a channel that the plan has no more is left out.
    package mutating func restore(_ lines: [StateLine]) throws(StateLine.Unreadable) {
        for var line in lines {
            let code = try line.word()
            let at = try line.word().flatMap { Int64($0) }
            let value = try line.double()
            let reading = try line.double()
            var results: [MinuteSamples.Instant] = []
            for _ in 0..<(try line.count()) {
                results.append(.init(at: Int64(try line.integer()), value: try line.number()))
            }
            var spans: [FailingTime.Span] = []
            for _ in 0..<(try line.count()) {
                spans.append(.init(start: Int64(try line.integer()), end: nil, flag: try DataFlag(from: &line)))
            }
            guard let channel = plan.channels.firstIndex(where: { $0.code == code }) else { continue }
            if let at, let value { carried[channel] = .init(at: at, value: value) }
            if let meter = plan.channels[channel].meter {
                // Earlier versions kept the reading alone.
                let identity = line.isAtEnd ? meter.readings?.identity : try line.word()
                if identity == meter.readings?.identity {
                    meters[channel] = try MeterBook(meter.settings, last: reading, from: &line)
                }
            }
            if let cycle = plan.channels[channel].cycle {
                // Earlier versions did not keep when the analyser worked again.
                let isKept = line.isAtEnd ? false : try line.word() == Self.batchMark
                if isKept { for index in spans.indices { spans[index].end = try line.word().flatMap { Int64($0) } } }
                self.results[channel] = BatchResults(
                    cycleSeconds: cycle, results: results, failing: FailingTime(spans: isKept ? spans : []),
                    register: isKept ? try line.double() : nil)
            }
            try restoreMarked(channel, &line)
        }
    }

    /// Takes what a line has behind its fixed part, each behind a mark of its own.
    private mutating func restoreMarked(_ channel: Int, _ line: inout StateLine) throws(StateLine.Unreadable) {
        while !line.isAtEnd {
            switch try line.word() {
            case Self.uncomputedMark:
                uncomputed[channel] = UncomputedSample(at: Int64(try line.integer()), lack: try Lack(from: &line))
            case Self.aboveRangeMark:
                aboveRange[channel] = .init(at: Int64(try line.integer()), value: try line.number())
            case Self.awaitedMark: awaited[channel] = try AwaitedWater(from: &line)
            // What is left of a channel that was something else under an earlier plan.
            default: return
            }
        }
    }
}
