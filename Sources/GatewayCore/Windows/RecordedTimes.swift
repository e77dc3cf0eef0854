import Telemetry

/// The times of which there are records, so that another record of the same time is marked.
struct RecordedTimes: Sendable {
    /// Stretches that are remembered of each length; the oldest give way.
    private static let capacity = 16

    /// By length, in the order of the records; a stretch without a hole is one.
    private var spans: [[Range<Int64>]]

    init(lengths: Int) {
        spans = Array(repeating: [], count: lengths)
    }

    /// Notes a record of the time from `start` to `end`. True: there was one of some of that time already.
    mutating func note(_ length: Int, from start: WallInstant, to end: WallInstant) -> Bool {
        let span = start.millisecondsSince1970..<max(start, end).millisecondsSince1970
        let isAgain = spans[length].contains { $0.overlaps(span) }
        if let index = spans[length].firstIndex(where: { $0.upperBound == span.lowerBound || $0.overlaps(span) }) {
            let earlier = spans[length][index]
            spans[length][index] =
                min(earlier.lowerBound, span.lowerBound)..<max(earlier.upperBound, span.upperBound)
        } else {
            if spans[length].count == Self.capacity { spans[length].removeFirst() }
            spans[length].append(span)
        }
        return isAgain
    }

    // MARK: State

    func write(_ length: Int, to line: inout StateLine) {
        line.add(spans[length].count)
        for span in spans[length] {
            line.add(span.lowerBound)
            line.add(span.upperBound)
        }
    }

    mutating func restore(_ length: Int, from line: inout StateLine) throws(StateLine.Unreadable) {
        spans[length] = []
        for _ in 0..<(try line.count(limit: Self.capacity)) {
            let (lower, upper) = (Int64(try line.integer()), Int64(try line.integer()))
            guard lower < upper else { throw StateLine.Unreadable() }
            spans[length].append(lower..<upper)
        }
    }
}
