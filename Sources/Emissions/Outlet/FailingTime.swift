import Telemetry

/// When a batch analyser was failing: from each reading that is no result until the next good one.
struct FailingTime: Equatable, Sendable {
    /// Times are ms since 1970.
    struct Span: Equatable, Sendable {
        let start: Int64
        /// The next good reading; nil: the analyser is still failing.
        var end: Int64?
        let flag: DataFlag
    }

    /// Ms for which spans are kept: longer than any day.
    private static let memory: Int64 = 26 * 3_600_000
    /// Spans of more than an hour in which every other reading is good, at one reading in 5 s.
    private static let capacity = 1024

    /// By time; they do not overlap, and only the last one is open.
    private(set) var spans: [Span] = []

    init(spans: [Span] = []) { self.spans = spans }

    /// Takes the flag of a reading: `N` ends a span, any other begins one.
    mutating func note(_ flag: DataFlag, at instant: Int64) {
        forget(after: instant)
        let last = spans.last
        if let last, last.end == nil {
            guard last.flag != flag else { return }
            spans[spans.count - 1].end = instant
        }
        guard !flag.isGood else { return }
        if let last, last.end == instant, last.flag == flag {
            spans[spans.count - 1].end = nil
            return
        }
        spans.append(Span(start: instant, end: nil, flag: flag))
        spans.removeAll { span in span.end.map { $0 < instant - Self.memory } ?? false }
        if spans.count > Self.capacity { spans.removeFirst() }
    }

    /// Takes back the reading at `instant` that began the last span: a good one took its place.
    mutating func withdraw(at instant: Int64) {
        guard let last = spans.last, last.end == nil, last.start == instant else { return }
        spans.removeLast()
        // The failure before it went on.
        if spans.last?.end == instant { spans[spans.count - 1].end = nil }
    }

    /// The clock was set back: what lies behind the present has not been.
    private mutating func forget(after instant: Int64) {
        while let last = spans.last, last.start > instant { spans.removeLast() }
        guard let end = spans.last?.end, end > instant else { return }
        spans[spans.count - 1].end = instant
    }

    /// How many stretches of a flag began between `start` and `end`, or last all that time.
    func count(of flag: DataFlag, from start: Int64, to end: Int64) -> Int {
        spans.count { span in
            guard span.flag == flag else { return false }
            let begins = span.start >= start && span.start < end
            return begins || (span.start < start && (span.end ?? end) >= end)
        }
    }

    /// Milliseconds between `start` and `end` by flag. A span that is open at the end counts up to it.
    func tally(from start: Int64, to end: Int64) -> FlagTally {
        var tally = FlagTally()
        for span in spans {
            let length = min(span.end ?? end, end) - max(span.start, start)
            if length > 0 { tally.add(span.flag, times: Int(length)) }
        }
        return tally
    }
}
