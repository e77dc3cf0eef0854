import Telemetry

extension MeterBook {
    /// Everything but the last reading, which stands before it in the line.
    func write(to line: inout StateLine) {
        line.add(totaliser.last?.at)
        line.add(owed)
        line.add(booked)
        let course = totaliser.course
        line.add(word: course?.kind.rawValue)
        if let course {
            for reading in [course.first, course.latest] {
                line.add(reading.value)
                line.add(reading.at)
            }
            line.add(course.further)
            line.add(course.rate)
            line.add(course.slowest)
        }
        line.add(totaliser.rates.hours.count)
        for entry in totaliser.rates.hours {
            line.add(entry.hour)
            line.add(entry.rate)
        }
        line.add(flow.amount)
        line.add(flow.minutes)
        line.add(flow.isIncomparable)
        line.add(totaliser.last?.since)
        line.add(totaliser.coarseStep)
        line.add(totaliser.passedEnd)
        line.add(totaliser.rises.last)
        line.add(totaliser.rises.before)
    }

    /// Continues with the reading `last`; what earlier versions did not keep is missing in `line`.
    init(
        _ settings: Totaliser.Settings, last: Double?, from line: inout StateLine
    ) throws(StateLine.Unreadable) {
        guard !line.isAtEnd else {
            let place = last.map { MeterPlace(value: $0, at: nil, since: nil) }
            self.init(Totaliser(settings, last: place, course: nil, rates: HighestRates()))
            return
        }
        let at = try line.time()
        let owed = try line.number()
        let booked = try line.time()
        let course = try MeterCourse(from: &line)
        var hours: [HighestRates.Hour] = []
        for _ in 0..<(try line.count(limit: 100)) {
            guard let hour = try line.time() else { throw StateLine.Unreadable() }
            hours.append(.init(hour: hour, rate: try line.number()))
        }
        var flow = Flow()
        if !line.isAtEnd {
            flow = Flow(
                amount: try line.number(), minutes: try line.integer(), isIncomparable: try line.bool())
        }
        var since: Int64?
        var coarseStep: Double?
        var passedEnd: Int64?
        if !line.isAtEnd {
            since = try line.time()
            coarseStep = try line.double()
            passedEnd = try line.time()
        }
        // Earlier versions did not keep when it rose.
        let rises = line.isAtEnd ? MeterRises() : MeterRises(last: try line.time(), before: try line.time())
        let place = last.map { MeterPlace(value: $0, at: at, since: since) }
        self.init(
            Totaliser(
                settings, last: place, course: course, rates: HighestRates(hours: hours), coarseStep: coarseStep,
                passedEnd: passedEnd, rises: rises), owed: owed, booked: booked, flow: flow)
    }
}

extension MeterCourse {
    /// Nil where none was open.
    fileprivate init?(from line: inout StateLine) throws(StateLine.Unreadable) {
        guard let word = try line.word() else { return nil }
        guard let kind = Kind(rawValue: word) else { throw StateLine.Unreadable() }
        self.kind = kind
        first = try line.reading()
        latest = try line.reading()
        further = try line.count()
        rate = try line.double()
        slowest = try line.double()
    }
}

extension StateLine {
    /// A number of milliseconds, minutes or hours that some clock could show.
    fileprivate mutating func time() throws(Unreadable) -> Int64? {
        guard let word = try word() else { return nil }
        guard let time = Int64(word), time.magnitude < 1 << 53 else { throw Unreadable() }
        return time
    }

    fileprivate mutating func reading() throws(Unreadable) -> Totaliser.Reading {
        let value = try number()
        guard let at = try time() else { throw Unreadable() }
        return Totaliser.Reading(value, at: at)
    }
}
