import Telemetry

/// The closed periods of one length for which factors had no number, so that one an instrument delivers later is recorded
/// once and none is recorded twice.
struct MissingPeriods: Sendable {
    /// Times without a hole that are remembered for each factor; the oldest give way.
    static let capacity = 64

    /// By factor, oldest first.
    private var spans: [[Range<Int64>]]

    init(factorCount: Int) {
        spans = Array(repeating: [], count: factorCount)
    }

    /// Notes that `factor` has no number from `start` to `end`; periods are noted in their order.
    mutating func note(factor: Int, from start: WallInstant, to end: WallInstant) {
        let span = start.millisecondsSince1970..<max(start, end).millisecondsSince1970
        if let last = spans[factor].last, last.upperBound == span.lowerBound {
            spans[factor][spans[factor].count - 1] = last.lowerBound..<span.upperBound
        } else {
            if spans[factor].count == Self.capacity { spans[factor].removeFirst() }
            spans[factor].append(span)
        }
    }

    /// Whether `factor` lacks the whole period, which then counts as delivered.
    mutating func take(factor: Int, from start: WallInstant, to end: WallInstant) -> Bool {
        let (lower, upper) = (start.millisecondsSince1970, end.millisecondsSince1970)
        guard lower < upper,
            let index = spans[factor].firstIndex(where: { $0.lowerBound <= lower && upper <= $0.upperBound })
        else { return false }
        let span = spans[factor][index]
        let rest = [span.lowerBound..<lower, upper..<span.upperBound].filter { !$0.isEmpty }
        spans[factor].replaceSubrange(index...index, with: rest)
        if spans[factor].count > Self.capacity { spans[factor].removeFirst() }
        return true
    }

    // MARK: State

    func write(factor: Int, to line: inout StateLine) {
        line.add(spans[factor].count)
        for span in spans[factor] {
            line.add(span.lowerBound)
            line.add(span.upperBound)
        }
    }

    mutating func restore(factor: Int, from line: inout StateLine) throws(StateLine.Unreadable) {
        spans[factor] = []
        for _ in 0..<(try line.count(limit: Self.capacity)) {
            let (lower, upper) = (Int64(try line.integer()), Int64(try line.integer()))
            guard lower < upper else { throw StateLine.Unreadable() }
            spans[factor].append(lower..<upper)
        }
    }
}
