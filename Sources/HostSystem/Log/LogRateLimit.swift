package import Telemetry

/// Lets so many lines of the same level and message pass in a period, and counts the rest: a bus that dies at ten
/// polls a second must not push everything else out of the system's log.
package struct LogRateLimit: Sendable {
    /// What to do with a line.
    package enum Verdict: Equatable, Sendable {
        /// Write it; `suppressed` lines of its kind were held back before.
        case pass(suppressed: Int)
        case suppress
    }

    private struct Kind: Hashable {
        let level: LogLevel
        let message: String
    }

    private struct Count {
        var start: Uptime
        var passed = 0
        var suppressed = 0
    }

    private let lines: Int
    private let period: Duration
    /// Messages are fixed texts, so few; the bound is for the case that somebody puts a fact into one.
    private let kindLimit = 512
    private var counts: [Kind: Count] = [:]

    package init(lines: Int = 10, period: Duration = .seconds(60)) {
        self.lines = lines
        self.period = period
    }

    /// Whether `line` may be written at `now`.
    package mutating func admit(_ line: LogLine, at now: Uptime) -> Verdict {
        let kind = Kind(level: line.level, message: line.message)
        var count = counts[kind] ?? Count(start: now)
        var suppressed = 0
        if now - count.start >= period {
            suppressed = count.suppressed
            count = Count(start: now)
        }
        if count.passed < lines { count.passed += 1 } else { count.suppressed += 1 }
        if counts[kind] == nil, counts.count >= kindLimit { dropQuiet(at: now) }
        if counts[kind] != nil || counts.count < kindLimit { counts[kind] = count }
        return count.suppressed == 0 ? .pass(suppressed: suppressed) : .suppress
    }

    /// Takes the lines that say what was held back of kinds whose period is over and that did not come again.
    package mutating func takeSummaries(at now: Uptime) -> [LogLine] {
        var summaries: [LogLine] = []
        for (kind, count) in counts where now - count.start >= period {
            counts[kind] = nil
            guard count.suppressed > 0 else { continue }
            summaries.append(LogLine(kind.level, kind.message, [LogField("suppressed", count.suppressed)]))
        }
        return summaries.sorted { ($0.level, $1.message) > ($1.level, $0.message) }
    }

    private mutating func dropQuiet(at now: Uptime) {
        counts = counts.filter { now - $0.value.start < period || $0.value.suppressed > 0 }
    }
}
