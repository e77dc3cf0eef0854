import Emissions
import Telemetry

/// What becomes of open periods when the clock is set.
extension OutletWindows {
    /// A clock that is behind by no more than this waits in the open minute.
    private static let longestWait = Duration.seconds(120)

    /// Takes that the clock was set to `now`: what is open elsewhere lacks a part.
    mutating func clockWasSet(to now: WallInstant) {
        for index in blocks.indices where !(blocks[index].start <= now && now < blocks[index].end) {
            blocks[index].isCut = true
        }
        for level in open.indices {
            for index in open[level].indices where !open[level][index].contains(now) { open[level][index].isCut = true }
        }
    }

    /// Closes what a clock that was ahead has opened, oldest first; what is longer than minutes when the clock is trusted.
    mutating func closeWhatLiesAhead(of now: WallInstant, isTrusted: Bool) -> [ClosedPeriod] {
        let limit = now + Self.longestWait
        var closed: [ClosedPeriod] = []
        if let newest = blocks.last, newest.start > limit {
            for var block in blocks {
                block.isCut = true
                closed.append(close(block))
            }
            blocks = []
            bringMarks(to: calendar.start(of: .minutes(minuteInterval), containing: now))
        }
        guard isTrusted else { return closed }
        for level in open.indices {
            guard let newest = open[level].last, newest.start > limit else { continue }
            for var period in open[level] where period.start > limit {
                period.isCut = true
                closed.append(close(period, level: level))
            }
            open[level].removeAll { $0.start > limit }
        }
        return closed
    }

    /// The condition of the plant holds from `start` on, though it was told at a later time.
    private mutating func bringMarks(to start: WallInstant) {
        guard let last = marks.last, last.at > start else { return }
        marks.removeAll { $0.at > start }
        marks.append((start, last.mark))
    }
}
