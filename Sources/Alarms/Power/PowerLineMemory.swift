package import Telemetry

/// What ``PowerLineWatch`` knew when somebody looked at the line last, over a restart.
package struct PowerLineMemory: Equatable, Sendable {
    /// When that was. On the clock of the present run, so it may lie before that clock's zero.
    fileprivate let seen: Uptime
    /// Nil: nothing is known.
    fileprivate let isProducing: Bool?
    fileprivate let producingAlone: Uptime?
    fileprivate let lateness: Duration?
    fileprivate let purgingSince: Uptime?
    fileprivate let purged: Duration?

    /// What ``PowerLineWatch/write(to:at:)`` wrote at `then`, on the present clock.
    package init(from line: inout StateLine, writtenAt then: Uptime) throws(StateLine.Unreadable) {
        let seen = then - (try line.length() ?? .zero)
        self.seen = seen
        isProducing = try line.word().map { $0 == "1" }
        producingAlone = try line.length().map { seen - $0 }
        lateness = try line.length()
        purgingSince = try line.length().map { seen - $0 }
        purged = try line.length()
    }

    fileprivate init(_ watch: PowerLineWatch, at now: Uptime) {
        seen = now
        isProducing = watch.wasProducing
        producingAlone = watch.producingAlone
        lateness = watch.lateness
        purgingSince = watch.purgingSince
        purged = watch.purged
    }

    fileprivate func write(to line: inout StateLine, at now: Uptime) {
        line.add((now - seen).wholeMilliseconds)
        line.add(isProducing.map { $0 ? 1 : 0 })
        line.add(producingAlone.map { (seen - $0).wholeMilliseconds })
        line.add(lateness?.wholeMilliseconds)
        line.add(purgingSince.map { (seen - $0).wholeMilliseconds })
        line.add(purged?.wholeMilliseconds)
    }
}

extension PowerLineWatch {
    /// Over a longer time unseen nothing is concluded. Within it production hardly stops and starts again.
    private static let longestAbsence = Duration.seconds(300)

    /// What survives a restart, as words of a line; `now`: when it was judged last.
    package func write(to line: inout StateLine, at now: Uptime) {
        (memory ?? PowerLineMemory(self, at: now)).write(to: &line, at: now)
    }

    /// Continues with what an earlier run knew, if the first present states agree with it.
    package mutating func resume(_ memory: PowerLineMemory) { self.memory = memory }

    /// Whether what an earlier run knew must wait for the first present states. Then they are compared with it.
    mutating func isWaiting(_ isProducing: Bool?, _ isTreating: Bool?, _ now: Uptime) -> Bool {
        guard let memory else { return false }
        guard memory.isProducing != nil, now - memory.seen <= Self.longestAbsence else {
            self.memory = nil
            return false
        }
        guard let isProducing, let isTreating else { return true }
        self.memory = nil
        // What began or ended unseen is not judged.
        if isProducing == memory.isProducing { resume(memory, isProducing, isTreating) }
        return false
    }

    /// Treatment that began unseen came no earlier than it was last seen missing; if it ended unseen, it did so by now.
    private mutating func resume(_ memory: PowerLineMemory, _ isProducing: Bool, _ isTreating: Bool) {
        wasProducing = isProducing
        wasTreating = isTreating
        lateness = memory.lateness
        purgingSince = memory.purgingSince
        purged = memory.purged
        guard let began = memory.producingAlone else { return }
        if isTreating { lateness = memory.seen - began } else { producingAlone = began }
    }
}

extension StateLine {
    /// Milliseconds up to a year; nil for `-`.
    fileprivate mutating func length() throws(Unreadable) -> Duration? {
        guard let word = try word() else { return nil }
        guard let number = Int64(word), (0...31_622_400_000).contains(number) else { throw Unreadable() }
        return .milliseconds(number)
    }
}
